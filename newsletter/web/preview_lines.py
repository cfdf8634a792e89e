"""A preview as the page shows it: one entry a line of the form.

keywords as typed ─► each line read ─► a mistake, or how it was understood ─┐
good lines ─► try_out on the last days ──────────────────────────────────────┴► PreviewView
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from newsletter.errors import InvalidForm, InvalidKeyword
from newsletter.keywords.fold import fold
from newsletter.keywords.parser import parse
from newsletter.keywords.query import MAX_KEYWORDS, affordable, parse_keyword, parse_keywords
from newsletter.keywords.tree import Field, terms_of
from newsletter.keywords.vocabulary import Vocabulary
from newsletter.services.forms import read_preferences
from newsletter.services.recent import Recent
from newsletter.services.rewriting import named_terms
from newsletter.services.tryout import Day, Trial, Tried, Verdict, try_out
from newsletter.subscribers import Preferences
from newsletter.web.offers import Offer, apply_offers
from newsletter.web.texts import Language, Texts
from newsletter.web.understood import understood

HEIGHT: Final = 30
"""Units of the highest bar of a keyword."""
MOST_OFFERS: Final = 3
"""Other names offered for one line."""
_MONTHS: Final = re.findall(r"\w+", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")


@dataclass(frozen=True, slots=True)
class LineView:
    """One line: what is wrong with it, or what it would have brought."""

    text: str
    mistake: str = ""
    understood: str = ""
    """How it was read, where that is not plain to see."""
    tried: Tried | None = None
    warning: str = ""
    offers: tuple[Offer, ...] = ()
    """Other names of what stands in it."""
    advice: tuple[tuple[Offer, int], ...] = ()
    """Other ways to write it, and how many papers each brings."""

    @property
    def is_doubtful(self) -> bool:
        """Say whether the warning is one to act on."""
        return bool(self.tried and self.tried.verdict in {Verdict.BROAD, Verdict.NOTHING})

    def height(self, day: Day) -> int:
        """Return the height of a day's bar, 0 to `HEIGHT`; one paper is always seen."""
        most = self.tried.most if self.tried else 0
        return max(2, round(HEIGHT * day.found / most)) if day.found else 0


@dataclass(frozen=True, slots=True)
class PreviewView:
    """All lines, and what is to be said of them together."""

    keywords: str
    """What the text field holds once the ticks are done."""
    lines: tuple[LineView, ...]
    summary: str
    mistake: str = ""
    """What is wrong with the lines taken together."""
    is_ready: bool = True
    """The keywords were tried; else it is worth asking again in two seconds."""
    language: Language = Language.CHINESE

    def date(self, day: Day) -> str:
        """Return the date of an edition in the page's language."""
        return _date(day.listing_date, self.language)


def preview(
    form: Mapping[str, str], recent: Recent, texts: Texts, *, is_busy: bool = False
) -> PreviewView:
    """Return the preview of a form as typed, ticks done; nothing is kept.

    Nothing is tried while `is_busy`, and of lines that are too much together only the first.
    """
    keywords = apply_offers(form).get("keywords", "")
    folded = (" ".join(line.split()) for line in keywords.splitlines())
    typed = list(dict.fromkeys(filter(None, folded)))
    read = [_read(line, recent, texts) for line in typed[:MAX_KEYWORDS]]
    good = tuple(line.text for line in read if not line.mistake)
    together = _together(typed, good, recent, texts)
    if is_busy or not recent.is_ready:
        wait = texts("preview.busy" if is_busy else "preview.preparing")
        return PreviewView(keywords, tuple(read), wait, together, is_ready=False)
    reader = _choice(form, affordable(good))
    trial = try_out(recent, reader)
    by_keyword = {tried.keyword: tried for tried in trial.tried}
    lines = [
        _shown(one, by_keyword[one.text], recent, reader, texts) if one.text in by_keyword else one
        for one in read
    ]
    summary = _summary(trial, texts) if good or not typed else ""
    return PreviewView(keywords, tuple(lines), summary, together, language=texts.language)


def _read(line: str, recent: Recent, texts: Texts) -> LineView:
    try:
        parse_keyword(line, recent.vocabulary)
    except InvalidKeyword as error:
        return LineView(line, mistake=texts.error(error))
    return LineView(line, understood=understood(line, texts, recent.vocabulary))


def _together(typed: Sequence[str], good: Sequence[str], recent: Recent, texts: Texts) -> str:
    """Say what is wrong with lines of which each one is right, or are too many to look at."""
    if len(typed) > MAX_KEYWORDS:
        return texts("error.keywords_too_many", limit=MAX_KEYWORDS)
    try:
        parse_keywords(good or ("any",), recent.vocabulary)
    except InvalidKeyword as error:
        return texts.error(error)
    return ""


def _choice(form: Mapping[str, str], keywords: tuple[str, ...]) -> Preferences:
    """Return the categories of the form with `keywords`; other fields may still be wrong."""
    fields = {name: form[name] for name in ("categories", "cross_lists") if name in form}
    try:
        chosen = read_preferences({**fields, "keywords": "any"})
    except InvalidForm:
        chosen = Preferences()
    return replace(chosen, keywords=keywords)


def _shown(
    line: LineView,
    tried: Tried,
    recent: Recent,
    reader: Preferences,
    texts: Texts,
) -> LineView:
    """Return the line with what it brought; one that is too broad gets no other names besides."""
    offers = () if tried.verdict is Verdict.BROAD else tuple(_offers(line.text, recent))
    advice = [(Offer(line.text, "", one.query), one.found) for one in tried.suggestions]
    return replace(
        line,
        tried=tried,
        warning=_elsewhere(tried, reader, texts) or _warning(tried, texts),
        offers=offers[:MOST_OFFERS],
        advice=tuple(advice),
    )


def _elsewhere(tried: Tried, reader: Preferences, texts: Texts) -> str:
    """Say that only the choice of categories leaves nothing; empty where that is not so."""
    if not tried.elsewhere:
        return ""
    key = "preview.elsewhere" if reader.categories else "preview.elsewhere_crossed"
    return texts(key, count=tried.elsewhere)


def _warning(tried: Tried, texts: Texts) -> str:
    if tried.verdict is Verdict.NOTHING and not tried.suggestions and _is_author(tried.keyword):
        return texts("preview.nothing_author")
    bare = "" if tried.suggestions else "_bare"
    kept = "preview.nothing_kept" if tried.suggestions else "preview.nothing_kept_bare"
    match tried.verdict:
        case Verdict.BROAD:
            return texts(f"preview.broad{bare}", share=round(100 * tried.share))
        case Verdict.NOTHING:
            return texts(kept if tried.kept else f"preview.nothing{bare}", count=tried.kept)
        case Verdict.QUIET if tried.before is None:
            return texts("preview.quiet_unknown")
        case Verdict.QUIET:
            return texts("preview.quiet", count=tried.before)
        case _:
            return ""


def _is_author(keyword: str) -> bool:
    return all(term.field is Field.AUTHOR for term in terms_of(parse(keyword).tree))


def _offers(line: str, recent: Recent) -> Iterator[Offer]:
    """Yield other names of the line's phrases that it does not look for already."""
    tree = parse(line).tree
    looked_for = (*terms_of(tree), *terms_of(recent.vocabulary.resolve(tree)))
    named = {fold(term.text) for term in looked_for}
    for term in named_terms(tree):
        known = (*recent.vocabulary.alternatives(term.text), *recent.names.get(fold(term.text), ()))
        for name in known:
            offer = Offer(line, term.text, name)
            if fold(name) not in named and _fits(offer, recent.vocabulary):
                named.add(fold(name))
                yield offer


def _fits(offer: Offer, vocabulary: Vocabulary) -> bool:
    """Say whether the line with this name is still one that can be kept."""
    rewritten = offer.applied(offer.line)
    try:
        return rewritten != offer.line and bool(parse_keyword(rewritten, vocabulary))
    except InvalidKeyword:
        return False


def _summary(trial: Trial, texts: Texts) -> str:
    """Say how much all keywords bring together."""
    if not trial.tried:
        return texts("preview.nothing_typed")
    days = trial.tried[0].days
    if not days:
        return texts("preview.none_yet")
    return texts(
        "preview.all" if len(days) > 1 else "preview.all_one",
        editions=len(days),
        first=_date(days[0].listing_date, texts.language),
        last=_date(days[-1].listing_date, texts.language),
        papers=trial.papers,
        average=round(trial.papers / len(days)),
    )


def _date(day: date, language: Language) -> str:
    """Return `5-23`, in English `23 May`."""
    if language is Language.ENGLISH:
        return f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{day.month}-{day.day:02}"
