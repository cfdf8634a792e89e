"""What a digest says about itself: counts, date, what was cut; the same for HTML and text."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from newsletter.digests import Digest
from newsletter.papers import PaperId
from newsletter.rendering.tex import to_text
from newsletter.rendering.wording import clip, day_with_weekday, moment, one_line
from newsletter.subscribers import Density

MAX_NOTICES = 12
MAX_NOTICE = 300
"""Characters of one notice."""
PREHEADER = range(40, 111)
"""Characters of the preheader (shorter ones pull in the body)."""

_PREHEADER_TAIL = (
    "。按您的关键词分组，每篇附英文与中文标题、作者、学科，以及 arXiv 页面与 PDF 链接。"
)


@dataclass(frozen=True, slots=True)
class Masthead:
    """Who sends the newsletter; all from the operator's settings."""

    name: str
    operator: str
    contact: str
    """An address or a page at which the operator answers."""
    is_sample: bool
    """The papers are invented, and every mail says so."""

    @property
    def imprint(self) -> tuple[str, ...]:
        """Return who sends it and where they answer, in Chinese; what is not set is left out."""
        return _labelled(("运营者：", self.operator), ("联系方式：", self.contact))

    @property
    def imprint_in_both(self) -> tuple[str, ...]:
        """Return the same for mails in Chinese and English."""
        return _labelled(
            ("运营者 / Operator: ", self.operator), ("联系方式 / Contact: ", self.contact)
        )


@dataclass(frozen=True, slots=True)
class ReaderLinks:
    """One reader's addresses on the newsletter's site, and the zone (IANA) of times."""

    preferences: str = field(repr=False)
    unsubscribe: str = field(repr=False)
    view: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedDigest(Digest):
    """A digest cut to the byte budget, which still knows what it was cut from."""

    whole: Digest


def _labelled(*pairs: tuple[str, str]) -> tuple[str, ...]:
    return tuple(f"{label}{value}" for label, value in pairs if value)


def whole_of(digest: Digest) -> Digest:
    """Return the digest before it was fitted."""
    return digest.whole if isinstance(digest, FittedDigest) else digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The figures and sentences around the papers. Counts are of distinct papers."""

    date: str
    announced: str
    papers: int
    matched: int
    """Of them, those that a keyword matched."""
    close: int
    """The others: close to the reader's own library."""
    keywords: int
    missing: str
    """A clause about papers without Chinese, with its punctuation in front; may be empty."""
    chinese: int
    omitted: int
    cut: str
    """A sentence about what the HTML leaves out, empty if nothing."""
    notices: tuple[str, ...]
    late: str
    """A sentence about papers that come late, empty where none does."""
    provenance: str
    view: str

    @classmethod
    def of(cls, digest: Digest, links: ReaderLinks) -> Self:
        """Count; for a fitted digest the figures are those of the whole one."""
        whole = whole_of(digest)
        papers, close = whole.papers + whole.omitted, whole.close
        omitted = papers - digest.papers
        return cls(
            date=day_with_weekday(digest.listing_date),
            announced=moment(digest.announced_at, links.timezone),
            papers=papers,
            matched=papers - close,
            close=close,
            keywords=sum(not section.is_library for section in whole.sections),
            missing=_missing(whole),
            chinese=whole.papers - whole.english,
            omitted=omitted,
            cut=_cut(omitted, is_shortened=is_shortened(digest)),
            notices=tuple(one_line(text, MAX_NOTICE) for text in digest.notices[:MAX_NOTICES]),
            late=_late(whole.late),
            provenance=one_line(digest.provenance, MAX_NOTICE),
            view=links.view,
        )

    def as_if_shortened(self) -> Self:
        """Return the same with its longest note on what was cut: what a budget must hold."""
        return replace(self, cut=_cut(self.omitted, is_shortened=True))


def is_shortened(digest: Digest) -> bool:
    """Say whether a paper shows less than its reader asked for."""
    asked: Mapping[PaperId, Density] = {e.paper.id: e.density for e in whole_of(digest).entries}
    return any(entry.density is not asked[entry.paper.id] for entry in digest.entries)


def preheader(digest: Digest) -> str:
    """Return 40 to 110 characters for the inbox's second line: the first papers' titles."""
    first = [entry.summary.title_zh or entry.paper.title for entry in digest.entries][:4]
    titles = "；".join(to_text(one_line(title, PREHEADER.stop)) for title in first)
    lead = clip(titles or "今天没有命中关键词的论文", PREHEADER.stop - 1)
    return lead if len(lead) in PREHEADER else clip(lead + _PREHEADER_TAIL, PREHEADER.stop - 1)


def subject(masthead: Masthead, digest: Digest) -> str:
    """Return `晨刊 5 月 29 日：67 篇论文`; it holds nothing that a reader or author wrote."""
    whole = whole_of(digest)
    papers = whole.papers + whole.omitted
    when = day_of_month(digest.listing_date)
    count = f"{papers} 篇论文" if papers else "没有命中关键词的论文"
    return f"{one_line(masthead.name, 60)} {when}：{count}"


def _missing(whole: Digest) -> str:
    """Return how many papers have no Chinese, or that no model was there to write any."""
    if not whole.english:
        return ""
    if all(entry.summary.reason == "no_model" for entry in whole.entries):
        return "；本刊未配置语言模型，论文以英文原文呈现"
    papers = whole.papers + whole.omitted
    some = "" if papers == 1 else "均" if papers == whole.english else f"其中 {whole.english} 篇"
    return f"，{some}暂无中文摘要，附英文原文"


def day_of_month(day: dt.date) -> str:
    """Return `5 月 29 日`."""
    return f"{day.month} 月 {day.day} 日"


def _late(late: Mapping[dt.date, int]) -> str:
    """Return `其中 3 篇是补收的：arXiv 于 5 月 28 日、5 月 29 日公布，当时未能收全。`."""
    if not late:
        return ""
    days = "、".join(day_of_month(day) for day in late)
    return f"其中 {sum(late.values())} 篇是补收的：arXiv 于 {days}公布，当时未能收全。"


def _cut(omitted: int, *, is_shortened: bool) -> str:
    shortened = "为免邮件被邮箱截断，部分论文只列出主要内容" if is_shortened else ""
    left_out = f"另有 {omitted} 篇未列在信中" if omitted else ""
    sentence = "，".join(part for part in (shortened, left_out) if part)
    return f"{sentence}。" if sentence else ""
