"""Other ways to write a keyword: narrower, looser, spelt as others spell it, with another name.

All pure; whether one of them helps is found out by trying it on papers (`services.tryout`).
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from newsletter.keywords.fold import fold
from newsletter.keywords.parser import parse
from newsletter.keywords.tree import And, Field, Node, Or, Term, terms_of

_NAMED: Final = frozenset({Field.ANYWHERE, Field.TITLE, Field.ABSTRACT, Field.COMMENT})
"""Fields of free text: names of authors and categories have no other names."""
_SPELT: Final = 3
"""Words of one keyword whose spelling is looked at."""
_EXTRA: Final = 2
"""Second words that are tried for a keyword that is too broad."""
_LATIN: Final = re.compile(r"[a-z]{4,24}")
"""Shorter words have too many others one letter away."""
_TITLE_WORD: Final = re.compile(r"(?<![a-z])[a-z]{5,24}(?![a-z])")
_STOP: Final = frozenset(
    re.findall(
        r"\w+",
        "about across after against among approach based being between beyond during efficient "
        "from improving into learning method methods model models more multi novel over system "
        "systems their these this through toward towards under using when where which while with "
        "without",
    )
)
"""Words that stand in titles of every kind and narrow nothing down."""


def in_title(tree: Node) -> str:
    """Return the query that looks in titles only, empty where that cannot be said of it."""
    if isinstance(tree, Term) and tree.field is Field.ANYWHERE:
        return str(Term(tree.text, Field.TITLE, tree.is_exact))
    return ""


def second_words(tree: Node, titles: Iterable[str]) -> tuple[str, ...]:
    """Return the commonest words of `titles` that `tree` does not have.

    Not those in more than half of the titles, which would leave as many.
    """
    own = {word for term in terms_of(tree) for word in fold(term.text).split()}
    counted: Counter[str] = Counter()
    titles = tuple(titles)
    for title in titles:
        counted.update(sorted(set(_TITLE_WORD.findall(title.casefold())) - _STOP))
    usual = (word for word, count in counted.most_common() if 2 * count <= len(titles))
    return tuple(islice((word for word in usual if fold(word).strip() not in own), _EXTRA))


def with_word(tree: Node, word: str) -> str:
    """Return the query that asks for `word` too."""
    return str(joined(And, (tree, Term(word))))


def looser(tree: Node, words: Mapping[str, int]) -> Iterator[Node]:
    """Yield queries that bring more, each unlike `tree`, the likeliest first.

    Better spelt, without quotes and in any field, word by word. `words` are usual ones, and how
    often they stand.
    """
    spelt = each_term(tree, lambda term: _spelt(term, words))
    loose = each_term(spelt, _anywhere)
    tried = dict.fromkeys((spelt, loose, each_term(loose, _word_by_word)))
    return (query for query in tried if query != tree)


def with_other_name(line: str, phrase: str, name: str) -> str:
    """Return the query `line` in which `phrase` may also be called `name`.

    The line as it is where the phrase does not stand in it, or the result would be read as
    something else.
    """

    def named(term: Term) -> Node:
        return Or((term, Term(name, term.field))) if term.text == phrase else term

    tree = each_term(parse(line).tree, named)
    return str(tree) if parse(str(tree)).tree == tree else line


def named_terms(tree: Node) -> Iterator[Term]:
    """Yield the phrases that another name can stand beside."""
    found: list[Term] = []

    def note(term: Term) -> Node:
        found.append(term)
        return term

    each_term(tree, note)
    return (term for term in found if term.field in _NAMED)


def each_term(tree: Node, change: Callable[[Term], Node]) -> Node:
    """Return the tree with its wanted phrases changed.

    What is excluded stays, and so do phrases near each other, which nothing else can stand for.
    """
    match tree:
        case Term():
            return change(tree)
        case And() | Or():
            kind = type(tree)
            return joined(kind, (each_term(part, change) for part in tree.parts))
        case _:
            return tree


def joined(kind: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """Join parts flat, each once."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    once = tuple(dict.fromkeys(flat))
    return kind(once) if len(once) > 1 else once[0]


def _anywhere(term: Term) -> Node:
    return Term(term.text) if term.field in _NAMED else term


def _word_by_word(term: Term) -> Node:
    words = term.text.split() if term.field is Field.ANYWHERE else []
    return joined(And, map(Term, words)) if words else term


def _spelt(term: Term, words: Mapping[str, int]) -> Node:
    """Return the phrase with words nobody uses replaced by the usual ones most like them."""
    if term.field not in _NAMED:
        return term
    spelt = term.text.split()
    unknown = [i for i, word in enumerate(spelt) if _is_unknown(word, words)][:_SPELT]
    for index in unknown:
        spelt[index] = _corrected(spelt[index], words)
    return Term(" ".join(spelt), term.field, term.is_exact)


def _is_unknown(word: str, words: Mapping[str, int]) -> bool:
    plain = word.casefold()
    return bool(_LATIN.fullmatch(plain)) and plain not in words


def _corrected(word: str, words: Mapping[str, int]) -> str:
    """Return the commonest usual word one slip away; the word where there is none, or its plural.

    A letter too many, missing or wrong, or two exchanged: four of five misspellings (Damerau,
    "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964).
    """
    near = _one_slip_from(word.casefold()) & words.keys()
    if fold(word) in map(fold, near):
        return word
    return max(sorted(near), key=words.__getitem__, default=word)


def _one_slip_from(word: str) -> set[str]:
    """Return what one slip makes of a word: 53 strings a letter and 25 more."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1::-1] + right[2:] for left, right in halves if len(right) > 1}
    ends = [(left, right[cut:]) for left, right in halves for cut in (0, 1) if len(right) >= cut]
    other = {left + letter + right for left, right in ends for letter in string.ascii_lowercase}
    return fewer | swapped | other
