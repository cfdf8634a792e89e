"""One plain sentence of how a keyword was understood.

keyword ─► parse ─► phrases of one place together ─► sentence, and what Chinese words mean
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from newsletter.keywords.lexer import Why
from newsletter.keywords.parser import parse
from newsletter.keywords.query import known_category
from newsletter.keywords.tree import And, Field, Near, Node, Not, Or, Term, any_of, terms_of
from newsletter.keywords.vocabulary import Vocabulary
from newsletter.keywords.words import read_word
from newsletter.services.rewriting import foreign_signs
from newsletter.taxonomy import categories_of
from newsletter.web.texts import Texts

_PLACES = {
    Field.ANYWHERE: ("understood.anywhere", "understood.not_anywhere"),
    Field.TITLE: ("understood.title", "understood.not_title"),
    Field.ABSTRACT: ("understood.abstract", "understood.not_abstract"),
    Field.AUTHOR: ("understood.author", "understood.not_author"),
    Field.CATEGORY: ("understood.cat", "understood.not_cat"),
    Field.COMMENT: ("understood.comment", "understood.not_comment"),
}
"""Where a phrase stands, and where it does not."""
_WHYS = {
    Why.QUOTE: "understood.why_quote",
    Why.PARENTHESIS: "understood.why_parenthesis",
    Why.EMPTY: "understood.why_empty",
    Why.OPERATOR: "understood.why_operator",
    Why.FIELD: "understood.why_field",
    Why.NEAR: "understood.why_near",
    Why.GLUED: "understood.why_glued",
    Why.DEEP: "understood.why_deep",
}
_STARRED = re.compile(r"[^\W\d_]{2}\*")
"""Elsewhere any ending; "A*" and "D*" are names."""
_DISTANCES = {0: "understood.adjacent", 1: "understood.near_one"}


def understood(keyword: str, texts: Texts, vocabulary: Vocabulary) -> str:
    """Return the sentence in the language of `texts`, without a full stop, not escaped.

    Empty for an English phrase without operators, of which nothing needs to be said. It says
    what a query asks for, why what could not be read is taken as a phrase, which signs are no
    operators, and how Chinese phrases are put in English; what `vocabulary` does not know is left
    out.
    """
    query = parse(keyword)
    said = []
    if query.why:
        said.append(texts("understood.literal", why=texts(_WHYS[query.why])))
    elif not _is_plain(query.tree):
        exact = sum(term.is_exact for term in terms_of(query.tree))
        said.append(_Sentence(texts, is_brief=exact > 1).whole(query.tree))
    signs = foreign_signs(keyword).items()
    said.extend(texts("understood.sign", sign=sign, operator=meant) for sign, meant in signs)
    if any(_STARRED.search(term.text) for term in terms_of(query.tree)):
        said.append(texts("understood.star"))
    said.extend(_translations(query.tree, texts, vocabulary))
    return texts("understood.next").join(said)


def _is_plain(tree: Node) -> bool:
    return isinstance(tree, Term) and not tree.field and not tree.is_exact


def _translations(tree: Node, texts: Texts, vocabulary: Vocabulary) -> Iterator[str]:
    kept = {Field.AUTHOR, Field.CATEGORY}
    for text in dict.fromkeys(term.text for term in terms_of(tree) if term.field not in kept):
        if english := vocabulary.translation(text):
            yield texts("understood.translated", chinese=text, english=english)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of a tree; with `is_brief` the note on exact phrases is a short one."""

    texts: Texts
    is_brief: bool

    def whole(self, node: Node) -> str:
        match node:
            case And():
                return self._all(node.parts)
            case Or():
                return self._any(node.parts)
            case Not():
                return self._excluded(node.part)
            case _:
                return self._placed([node], "understood.and_phrase")

    def _all(self, parts: tuple[Node, ...]) -> str:
        """Say what is wanted first, then what is not: `NOT a NOT b` is `NOT (a OR b)`."""
        wanted = [part for part in parts if not isinstance(part, Not)]
        said = self.texts("understood.and").join(self._side_by_side(wanted, "and"))
        unwanted = [part.part for part in parts if isinstance(part, Not)]
        if not unwanted:
            return said
        if not wanted:
            return self._excluded(any_of(unwanted))
        if {_place(part) for part in (wanted[-1], *unwanted)} == {Field.ANYWHERE}:
            phrases = self.texts("understood.or_phrase").join(map(self._phrase, unwanted))
            return said + self.texts("understood.but_not") + phrases
        return said + self.texts("understood.but") + self._excluded(any_of(unwanted))

    def _any(self, parts: tuple[Node, ...]) -> str:
        return self.texts("understood.or").join(self._side_by_side(parts, "or"))

    def _side_by_side(self, parts: Iterable[Node], joint: str) -> Iterator[str]:
        """Yield the parts, neighbours of one place together, what joins others in parentheses."""
        phrases = {"and": "understood.and_phrase", "or": "understood.or_phrase"}[joint]
        for place, found in groupby(parts, _place):
            if place is not None:
                yield self._placed(list(found), phrases)
                continue
            for part in found:
                inner = self.whole(part)
                yield self.texts("understood.group", inner=inner) if _is_mixed(part) else inner

    def _excluded(self, part: Node) -> str:
        """Say what is excluded, with the place in front if all of it has one place."""
        parts = part.parts if isinstance(part, Or) else (part,)
        places = {_place(inner) for inner in parts}
        if places <= set(_PLACES) and len(places) == 1:
            return self._placed(parts, "understood.or_phrase", is_excluded=True)
        return self.texts("understood.not_group", inner=self.whole(part))

    def _placed(self, parts: Iterable[Node], joint: str, *, is_excluded: bool = False) -> str:
        parts = list(parts)
        place = _PLACES[_place(parts[0]) or Field.ANYWHERE][is_excluded]
        return self.texts(place) + self.texts(joint).join(map(self._phrase, parts))

    def _phrase(self, part: Node) -> str:
        """Say a phrase, or two and their distance."""
        said = self.texts("understood.with").join(map(self._term, terms_of(part)))
        if not isinstance(part, Near):
            return said
        key = _DISTANCES.get(part.distance, "understood.near")
        return said + self.texts(key, distance=part.distance)

    def _term(self, term: Term) -> str:
        if term.field is Field.CATEGORY:
            return self._category(term.text)
        if not term.is_exact:
            return self.texts("understood.phrase", text=term.text)
        if self.is_brief:
            return self.texts("understood.exact_again", text=term.text)
        has_capitals = any(read_word(word).is_capital for word in term.text.split())
        key = "understood.exact_capital" if has_capitals else "understood.exact"
        return self.texts(key, text=term.text)

    def _category(self, text: str) -> str:
        known = known_category(text)
        is_archive = known is not None and bool(categories_of(known))
        key = "understood.archive" if is_archive else "understood.category"
        return self.texts(key, text=known or text)


def _is_mixed(node: Node) -> bool:
    """Say whether it takes more than one clause, so that parentheses tell what belongs together."""
    return isinstance(node, And | Or) and (
        len({_place(part) for part in node.parts}) > 1 or _place(node.parts[0]) is None
    )


def _place(node: Node) -> Field | None:
    """Return where a phrase, or two near each other, are looked for; None for what joins."""
    match node:
        case Term():
            return node.field
        case Near():
            return node.left.field
        case _:
            return None
