"""Other ways to write a keyword: narrower, looser, spelt as others spell it, with another name.

All pure; whether one of them helps is found out by trying it on papers (`services.tryout`).
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from newsletter.keywords.fold import fold
from newsletter.keywords.parser import parse
from newsletter.keywords.query import known_category
from newsletter.keywords.tree import (
    And,
    Field,
    Node,
    Not,
    Or,
    Term,
    all_of,
    any_of,
    joined,
    terms_of,
    wants_nothing,
)

_NAMED: Final = frozenset({Field.ANYWHERE, Field.TITLE, Field.ABSTRACT, Field.COMMENT})
"""Fields of free text: names of authors and categories have no other names."""
_SPELT: Final = 3
"""Words of one keyword whose spelling is looked at."""
_EXTRA: Final = 2
"""Second words that are tried for a keyword that is too broad."""
_LATIN: Final = re.compile(r"[a-z]{4,24}")
"""Shorter words have too many others one letter away."""
_TITLE_WORD: Final = re.compile(r"(?<![a-z])[a-z]{4,24}(?![a-z])")
_STOP: Final = frozenset(
    re.findall(
        r"\w+",
        "about across after against also among been being between beyond both come comes does "
        "during each enough even from have here into just know like make more most much multi "
        "need only other over really same should some such than that their them then there "
        "these they this those through toward towards under upon using very want well were what "
        "when where which while will with within without your",
    )
)
"""Words of four letters and more that stand in every text; no suggestion adds them."""
_GENERAL: Final = frozenset(
    re.findall(
        r"\w+",
        "adaptive analysis approach approaches artificial aware based benchmark data dataset deep "
        "driven efficient evaluation framework frameworks generation guided improving intelligence "
        "language large learning machine method methods model modeling models network networks "
        "neural novel performance robust scale study survey system systems task tasks time "
        "training understanding",
    )
)
"""Words that half of a field's titles have; they are added where there is nothing else."""
_SMALL: Final = frozenset(
    re.findall(r"\w+", "a an and are as at by for from in is of on or the to via vs with")
)
"""Words that a query joined by AND does without."""
_SIGNS: Final = MappingProxyType({"&&": "AND", "|": "OR", "||": "OR"})
"""Operators of programming languages, which are none here → the word that is meant."""
_SAID: Final = MappingProxyType({**_SIGNS, "and": "AND", "&": "AND", "or": "OR", "not": "NOT"})
"""What a reader may have meant for an operator, a word by itself in lower case → that operator."""
_OPERATORS: Final = frozenset(_SAID.values())
_BANG: Final = re.compile(r"^!(?=\w)")
_PERSON: Final = re.compile(r"[^\W\d_][^\W\d_]*+(?:[.'’-][^\W\d_]*+)*+")
_PARTS_OF_A_NAME: Final = 4
_NO_NAMES: Final = _SMALL | {"not"}


def in_title(tree: Node) -> str:
    """Return the query that looks in titles only, empty where that cannot be said of it."""
    if isinstance(tree, Term) and tree.field is Field.ANYWHERE:
        return str(Term(tree.text, Field.TITLE, tree.is_exact))
    return ""


def second_words(tree: Node, titles: Iterable[str]) -> tuple[str, ...]:
    """Return the commonest words of `titles` that `tree` does not have.

    Not those in more than half of the titles, which would leave as many, and those that half of
    all papers have only where there are no others.
    """
    own = {word for term in terms_of(tree) for word in fold(term.text).split()}
    counted: Counter[str] = Counter()
    titles = tuple(titles)
    for title in titles:
        counted.update(sorted(set(_TITLE_WORD.findall(title.casefold())) - _STOP))
    usual = [word for word, count in counted.most_common() if 2 * count <= len(titles)]
    new = [word for word in usual if fold(word).strip() not in own]
    telling = [word for word in new if word not in _GENERAL]
    return tuple((telling or new)[:_EXTRA])


def with_word(line: str, word: str) -> str:
    """Return the line, as typed, with `word` asked for too; empty where that cannot be said."""
    tree = parse(line).tree
    query = f"({line}) AND {word}" if isinstance(tree, Or) else f"{line} AND {word}"
    return query if parse(query).tree == all_of((tree, Term(word))) else ""


def written(tree: Node, like: str) -> str:
    """Return a query as the reader would write it, with a minus for NOT unless `like` has NOT."""
    query = " ".join(_minuses(tree)) if isinstance(tree, And) and "NOT" not in like else ""
    return query if query and parse(query).tree == tree else str(tree)


def _minuses(tree: And) -> Iterator[str]:
    """Yield what is wanted, joined with AND, then what is not."""
    wanted = [part for part in tree.parts if not isinstance(part, Not)]
    if wanted:
        yield str(all_of(wanted)) if len(wanted) > 1 else _grouped(wanted[0])
    for part in tree.parts:
        if isinstance(part, Not):
            inner = str(part.part)
            is_one = isinstance(part.part, Term) and (part.part.is_exact or " " not in inner)
            yield f"-{inner}" if is_one else f"-({inner})"


def _grouped(part: Node) -> str:
    return f"({part})" if isinstance(part, Or) else str(part)


def foreign_signs(line: str) -> Mapping[str, str]:
    """Return what of the line is an operator elsewhere → what to write: `&&` → `AND`.

    None where something stands in quotes, which may be meant as it is.
    """
    if any(term.is_exact for term in terms_of(parse(line).tree)):
        return {}
    words = line.split()
    found = {word: _SIGNS[word] for word in words if word in _SIGNS}
    denied = {word: _BANG.sub("-", word) for word in words if _BANG.match(word)}
    return found | denied


def as_meant(line: str) -> Node | None:
    """Return what a line means whose operators are in lower case or another language's.

    `a and b`, `a, not b`, `a && !b`. None where it has none, has quotes, or means what it says.
    """
    before = parse(line).tree
    if any(term.is_exact for term in terms_of(before)):
        return None
    words = [_SAID.get(word, _BANG.sub("-", word)) for word in line.split()]
    if words == line.split():
        return None
    pairs = zip(words, (*words[1:], ""), strict=True)
    text = " ".join(word.rstrip(",，;；") if next_ in _OPERATORS else word for word, next_ in pairs)
    query = parse(text)
    is_good = not query.is_literal and not wants_nothing(query.tree) and query.tree != before
    return query.tree if is_good else None


def looser(line: str, words: Mapping[str, int]) -> Iterator[Node]:
    """Yield queries that bring more, each unlike what `line` says, the likeliest first.

    With the operators that were meant, as a category or an author, better spelt, without quotes
    and in any field, word by word. `words` are usual ones, and how often they stand.
    """
    tree = parse(line).tree
    meant = as_meant(line)
    tree = meant or tree
    if meant:
        yield meant
    named = _in_other_fields(tree)
    is_name = all(word[:1].isupper() for word in line.split())
    yield from chain(named, _freer(tree, words)) if is_name else chain(_freer(tree, words), named)


def _in_other_fields(tree: Node) -> tuple[Node, ...]:
    """Return a phrase as the category or the author that it may name."""
    if not isinstance(tree, Term) or tree.field or tree.is_exact:
        return ()
    if category := known_category(tree.text):
        return (Term(category, Field.CATEGORY),)
    parts = tree.text.split()
    is_person = all(_PERSON.fullmatch(part) and part not in _NO_NAMES for part in parts)
    if len(parts) > _PARTS_OF_A_NAME or not is_person:
        return ()
    return (replace(tree, field=Field.AUTHOR),)


def _freer(tree: Node, words: Mapping[str, int]) -> Iterator[Node]:
    spelt = each_term(tree, lambda term: _spelt(term, words))
    loose = each_term(spelt, _anywhere)
    tried = dict.fromkeys((spelt, loose, each_term(loose, _word_by_word)))
    return (query for query in tried if query != tree)


def with_other_name(line: str, phrase: str, name: str) -> str:
    """Return the query `line` in which `phrase` may also be called `name`, as its reader writes.

    The line as it is where the phrase does not stand in it, or the result would be read as
    something else.
    """

    def named(term: Term) -> Node:
        return any_of((term, Term(name, term.field))) if term.text == phrase else term

    before = parse(line).tree
    tree = each_term(before, named)
    query = written(tree, line)
    return query if tree != before and parse(query).tree == tree else line


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


def _anywhere(term: Term) -> Node:
    return Term(term.text) if term.field in _NAMED else term


def _word_by_word(term: Term) -> Node:
    words = term.text.split() if term.field is Field.ANYWHERE else []
    telling = [word for word in words if word.casefold() not in _SMALL and fold(word)]
    is_denied = "not" in map(str.casefold, words)
    return all_of(map(Term, telling)) if telling and not is_denied else term


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
