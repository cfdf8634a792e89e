"""The check that a document is of the day that was asked for."""

from dataclasses import replace
from datetime import date

from newsletter.papers import Announcement, Problem
from newsletter.sources.verdict import OTHER_DATE, bounded, state_of


def dated(announcement: Announcement, wanted: date) -> Announcement:
    """Return the announcement, STALLED where it shows another date than `wanted`."""
    shown = announcement.listing_date
    if shown is None or shown == wanted:
        return announcement
    problem = Problem(OTHER_DATE, f"the document shows {shown}, wanted was {wanted}")
    problems = bounded((problem, *announcement.problems))
    state = state_of(problems, empty=not announcement.entries)
    return replace(announcement, problems=problems, state=state)
