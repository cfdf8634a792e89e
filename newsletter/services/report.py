"""What became of one edition's Chinese, for the operator.

edition ─► papers that readers want ─► what is kept of each ─► outcomes, cost, findings
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from newsletter.fidelity.findings import Draft
from newsletter.fidelity.openings import THRESHOLD, template_share
from newsletter.keywords.match import MatchMode
from newsletter.papers import Paper, Summary
from newsletter.rendering.findings import MAX_PAPERS, PaperFindings, Tally, findings, tally
from newsletter.schedule import Edition
from newsletter.services.edition import SummaryKey, load_edition
from newsletter.services.wishes import wanted
from newsletter.spending import Usage
from newsletter.storage import subscribers, summaries
from newsletter.storage.engine import Database
from newsletter.storage.summaries import KeptSummary

OUTCOMES: Final = ("chinese", "partly", "english", "pending")
"""All parts in Chinese, some, none, and not asked or not answered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionReport:
    """One edition's Chinese in figures, and the papers in which checks found something."""

    edition: Edition
    outcomes: Mapping[str, int]
    """Papers by `OUTCOMES`, in that order; their sum is what readers want."""
    reasons: tuple[tuple[str, int], ...]
    """Why Chinese is missing, as a summary's code, with the papers; the most frequent first."""
    usage: Usage
    """Of all calls for these papers."""
    summaries: int
    """Chinese summaries, of which `openings` is a share."""
    openings: float
    """Share, 0 to 1, of summaries that open with a translationese template."""
    tallies: tuple[Tally, ...]
    warned: tuple[PaperFindings, ...]
    """Papers whose own text addresses a model, at most `MAX_PAPERS`."""
    papers: tuple[PaperFindings, ...]
    """Papers with violations, hard ones first, then in listing order; at most `MAX_PAPERS`."""
    found: int
    """Papers with violations, also those that are not in `papers`."""

    @property
    def wanted(self) -> int:
        """Return how many papers at least one reader wants."""
        return sum(self.outcomes.values())

    @property
    def has_many_templates(self) -> bool:
        """Say whether more summaries open with a template than should."""
        return self.openings > THRESHOLD


def report_edition(
    database: Database,
    listing_date: date,
    summary_key: SummaryKey,
    mode: MatchMode = MatchMode.DEFAULT,
) -> EditionReport | None:
    """Return the report of an edition, None where there is none.

    Wanted is what the keywords of today's active readers match: of an old edition, papers that
    only readers who have left wanted are not counted, nor what is only close to a library.
    """
    with database.read() as session:
        loaded = load_edition(session, listing_date, mode)
        if loaded is None:
            return None
        papers = [paper for paper, _ in wanted(loaded, subscribers.active_interests(session))]
        keys = {paper.id: summary_key(paper) for paper in papers}
        kept = {row.paper_id: row for row in summaries.of_edition(session, keys)}
    return _report(loaded.edition, [(paper, kept.get(paper.id)) for paper in papers])


def outcome(summary: Summary | None) -> str:
    """Return which of `OUTCOMES` a paper has; a summary that nobody asked for is not missing."""
    if summary is None:
        return "pending"
    parts = [summary.title_zh, summary.abstract_zh]
    if summary.reason:
        parts.append(summary.summary_zh)
    if all(parts):
        return "chinese"
    return "partly" if any(parts) or summary.summary_zh else "english"


def _report(edition: Edition, papers: list[tuple[Paper, KeptSummary | None]]) -> EditionReport:
    counts = Counter(outcome(row.summary if row else None) for _, row in papers)
    kept = [(paper, row) for paper, row in papers if row is not None]
    marked = [(paper, row) for paper, row in kept if row.violations]
    marked.sort(key=lambda pair: not any(v.severity == "hard" for v in pair[1].violations))
    written = [row.summary.summary_zh for _, row in kept if row.summary.summary_zh]
    warned = [(paper, row) for paper, row in kept if row.warnings]
    return EditionReport(
        edition=edition,
        outcomes={name: counts[name] for name in OUTCOMES},
        reasons=tuple(_reasons(kept).most_common()),
        usage=sum((row.usage for _, row in kept), Usage()),
        summaries=len(written),
        openings=template_share(written),
        tallies=tally(violation for _, row in kept for violation in row.violations),
        warned=tuple(_findings(paper, row) for paper, row in warned[:MAX_PAPERS]),
        papers=tuple(_findings(paper, row) for paper, row in marked[:MAX_PAPERS]),
        found=len(marked),
    )


def _reasons(kept: list[tuple[Paper, KeptSummary]]) -> Counter[str]:
    missing = (row.summary for _, row in kept if outcome(row.summary) != "chinese")
    return Counter(summary.reason for summary in missing)


def _findings(paper: Paper, row: KeptSummary) -> PaperFindings:
    summary = row.summary
    draft = Draft(
        title_zh=summary.title_zh or row.rejected.get("title_zh", ""),
        summary_zh=summary.summary_zh or row.rejected.get("summary_zh", ""),
        abstract_zh=summary.abstract_zh or row.rejected.get("abstract_zh", ""),
    )
    return findings(
        paper.title,
        paper.abstract,
        draft,
        row.violations,
        label=paper.id.label or str(paper.id),
        abs_url=paper.id.abs_url,
        outcome=outcome(summary),
        reason=summary.reason,
        rejected=frozenset(name for name in row.rejected if not getattr(summary, name, "")),
    )
