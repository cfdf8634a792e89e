"""Faults of form: what escapes, mark-up, addresses, scripts and lengths come to."""

import re
from random import Random

from newsletter.bench.spots import Change, Text, cut, sentences, shuffled
from newsletter.bench.traditional import converted, to_traditional
from newsletter.fidelity.alignment import align

_COMMAND = re.compile(r"\\[A-Za-z]+|\\%")
_DECODED = {"t": "\t", "f": "\f", "b": "\b", "n": "\n", "r": "\r"}
_HALVES = ("{v1", "v2}", "{v 3}", "{v}", "{{v1}}", "｛v1｝")
_LEAST_CONVERTED = 3
_SHORTEST_FOREIGN = 30
"""Characters of an English sentence that stands for one not translated."""


def damage_escapes(text: Text, random: Random) -> Change | None:
    r"""Decode `\t`, `\f`, `\b`, `\n` or `\r` as JSON does, double or drop a backslash.

    Or leave half a placeholder behind, or one of another form than ours.
    """
    commands = [found.span() for found in _COMMAND.finditer(text.chinese)]
    if commands and random.random() < 0.7:  # noqa: PLR2004 # most damage is to commands
        start, stop = random.choice(commands)
        command = text.chinese[start:stop]
        decoded = _DECODED.get(command[1], "") + command[2:] if command[1] in _DECODED else ""
        new = random.choice([one for one in (decoded, "\\" + command, command[1:]) if one])
        if command == r"\%" and new == "%":
            new = r"\\%"
        return cut(text.chinese, start, stop, new), f"{command} → {new!r}"
    half = random.choice(_HALVES)
    place = _gap(text.chinese, random)
    return cut(text.chinese, place, place, half), f"{half} added"


_TAGS = (
    "<b>{}</b>",
    "<p>{}</p>",
    "{}<br>",
    "{}<br/>",
    "<script>alert(1)</script>{}",
    '<img src=x onerror="alert(1)">{}',
    "{}&nbsp;",
    "&lt;i&gt;{}&lt;/i&gt;",
    "**{}**",
    "<span style='color:red'>{}</span>",
    "<!-- {} -->",
    "```\n{}\n```",
    "## {}",
    "</div>{}",
)
_ADDRESSES = (
    "https://evil.example/{}",
    "http://{}.example.net",
    "www.{}.example.com/x",
    "github.com/{}/code",
    "https://xn--{}.example/a?b=c",
    "[链接](https://example.net/{})",
    "<https://example.net/{}>",
    "HTTPS://EXAMPLE.NET/{}",
)
_INVISIBLE = (
    "\u202e\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u200c\u200d\u2060\ufeff\u00ad"
    "\U000e0041\U000e007f\u180e\u2028\x00\x1b\x7f"
)


def add_markup(text: Text, random: Random) -> Change | None:
    """Put a clause into HTML or Markdown, or add some."""
    start = _gap(text.chinese, random)
    stop = min(len(text.chinese), start + random.randint(2, 8))
    marked = random.choice(_TAGS).format(text.chinese[start:stop])
    return cut(text.chinese, start, stop, marked), f"{marked!r}"


def add_address(text: Text, random: Random) -> Change | None:
    """Add a web address that the paper has not."""
    name = "".join(random.choices("abcdefghkmnpqrstuvwxyz", k=6))
    address = random.choice(_ADDRESSES).format(name)
    end = len(text.chinese.rstrip("。"))
    return cut(text.chinese, end, end, f" {address}"), f"{address} added"


def add_invisible(text: Text, random: Random) -> Change | None:
    """Add one bidirectional, zero-width, tag or control character."""
    char = random.choice(_INVISIBLE)
    place = random.randrange(1, len(text.chinese))
    return cut(text.chinese, place, place, char), f"U+{ord(char):04X} added at {place}"


def truncate(text: Text, random: Random) -> Change | None:
    """Cut the text off: in mid-sentence, or at a sentence's end with a fifth lost at least.

    Not of a title; of a summary, which may be short, in mid-sentence only.
    """
    if text.field == "title_zh":
        return None
    whole = text.chinese
    ends = [stop for _, stop in sentences(whole) if 0.2 <= stop / len(whole) <= 0.8]  # noqa: PLR2004 - a fifth
    if text.is_complete and ends and random.random() < 0.5:  # noqa: PLR2004 # one half each
        place = random.choice(ends)
    else:
        last = 0.8 if text.is_complete else 0.95
        place = random.randint(len(whole) // 5, int(len(whole) * last))
        if whole[place - 1] in "。！？":
            place -= 2
    return whole[:place], f"cut off after {whole[max(0, place - 10) : place]!r}"


def drop_sentence(text: Text, random: Random) -> Change | None:
    """Leave a sentence out of an abstract."""
    if text.field != "abstract_zh":
        return None
    start, stop = random.choice(sentences(text.chinese))
    return cut(text.chinese, start, stop), f"left out: {text.chinese[start:stop]}"


def loop(text: Text, random: Random) -> Change | None:
    """Repeat a sentence three to six times more, or a clause four to twenty times."""
    start, stop = random.choice(sentences(text.chinese))
    times = random.randint(3, 6)
    if text.field == "title_zh" or random.random() < 0.5:  # noqa: PLR2004 # one half each
        start = random.randrange(start, max(start + 1, stop - 8))
        stop = min(len(text.chinese), start + random.randint(4, 8))
        times = random.randint(4, 20)
    again = text.chinese[start:stop] * times
    return cut(text.chinese, stop, stop, again), f"{text.chinese[start:stop]!r} × {times}"


def make_traditional(text: Text, random: Random) -> Change | None:
    """Write a sentence in Traditional characters, where three of the table's stand in it."""
    for start, stop in shuffled(sentences(text.chinese), random):
        sentence = text.chinese[start:stop]
        if converted(sentence) >= _LEAST_CONVERTED:
            new = to_traditional(sentence)
            return cut(text.chinese, start, stop, new), new
    return None


def leave_untranslated(text: Text, random: Random) -> Change | None:
    """Put an English sentence where its Chinese, or a Chinese one, stood; or the English title."""
    if text.field == "title_zh":
        plain = [word for word in text.english.split() if word.islower() or word.istitle()]
        return (text.english, text.english) if len(plain) > 3 else None  # noqa: PLR2004 - not all names
    said = text.english if text.is_complete else text.paper
    pairs = [
        (bead.chinese, bead.english)
        for bead in align(said, text.chinese)
        if bead.chinese and len(bead.english) >= _SHORTEST_FOREIGN and bead.chinese in text.chinese
    ]
    if not pairs:
        return None
    chinese, english = random.choice(pairs)
    return text.chinese.replace(chinese, english, 1), english


def _gap(chinese: str, random: Random) -> int:
    """Return a place between two Han characters, or the beginning."""
    places = [
        place for place in range(1, len(chinese)) if min(chinese[place - 1 : place + 1]) > "㐀"
    ]
    return random.choice([place for place in places if chinese[place] < "＀"] or [0])
