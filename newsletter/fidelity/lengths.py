"""Is the Chinese as long as its English asks for."""

from collections.abc import Iterator

from newsletter.fidelity.findings import Violation, hard, soft
from newsletter.fidelity.passages import Passage
from newsletter.fidelity.sentences import chinese_sentences

LENGTH_BOUNDS = (0.2, 0.7)
"""Characters of Chinese a character of English, formulas left out: outside is truncated or
padded. The 67 pairs of the sample issue lie between 0.24 and 0.37."""
LENGTH_USUAL = (0.23, 0.5)
LONG_ENOUGH = 200
"""Characters of English from which the ratio means something."""
SUMMARY_MOST = 150
"""Characters of a summary as it is shown; more no longer fits a card."""
SUMMARY_SENTENCES = 3
TITLE_FREE = 24
"""Characters that a title may always have: a name alone may need an explanation."""


def check_length(passage: Passage) -> Iterator[Violation]:
    """Yield an abstract too short or too long for its English, and a title longer than its own.

    A formula counts nothing on either side.
    """
    english, chinese = passage.english, passage.chinese
    if passage.field == "title_zh" and len(chinese) > max(len(english), TITLE_FREE):
        message = f"{len(chinese)} characters for {len(english)} of English; write the title alone"
        yield hard("length", passage.field, chinese, message)
    if passage.field != "abstract_zh" or len(english) < LONG_ENOUGH:
        return
    ratio = len(chinese) / len(english)
    message = f"{len(chinese)} characters for {len(english)} of English: is it complete?"
    if not LENGTH_BOUNDS[0] <= ratio <= LENGTH_BOUNDS[1]:
        yield hard("length", passage.field, chinese, message)
    elif not LENGTH_USUAL[0] <= ratio <= LENGTH_USUAL[1]:
        yield soft("length", passage.field, chinese, message)


def check_summary_length(field: str, shown: str) -> Iterator[Violation]:
    """Yield a summary of more than 150 characters (hard) or three sentences (soft).

    `shown` is the text as the reader sees it, formulas included.
    """
    if len(shown) > SUMMARY_MOST:
        message = f"{len(shown)} characters; the summary has {SUMMARY_MOST} at most"
        yield hard("length", field, shown, message)
    elif (count := len(chinese_sentences(shown))) > SUMMARY_SENTENCES:
        message = f"{count} sentences; the summary has one to {SUMMARY_SENTENCES}"
        yield soft("length", field, shown, message)
