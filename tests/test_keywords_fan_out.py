"""Fan-out: the papers of each reader, by bits, are those of set unions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.keywords.fan_out import Bitsets, papers_of

_PAPERS = 70
_BITS = st.lists(st.integers(0, (1 << _PAPERS) - 1), min_size=1, max_size=8)


def _indexes(bits: int) -> set[int]:
    return {paper for paper in range(_PAPERS) if bits >> paper & 1}


@given(_BITS, st.data())
def test_a_reader_gets_the_union_of_what_the_keywords_match(
    bits: list[int], data: st.DataObject
) -> None:
    """Whatever the keywords, and in whatever batches the readers come."""
    one = st.lists(st.integers(0, len(bits)), min_size=3, max_size=3)
    readers = data.draw(st.lists(one, min_size=1, max_size=9))
    batch = np.array(readers, dtype=np.uint32)

    rows = [row for part in Bitsets(bits, _PAPERS).fan_out([batch[:4], batch[4:]]) for row in part]

    sets = [*map(_indexes, bits), set()]
    expected = [set().union(*[sets[keyword] for keyword in reader]) for reader in readers]
    assert expected == [_indexes(papers_of(row)) for row in rows]


def test_a_shorter_row_is_filled_with_the_keyword_that_nothing_has() -> None:
    """Its index follows the last keyword's; a day without papers matches nothing."""
    sets = Bitsets([0b10], 2)
    (rows,) = sets.fan_out([np.array([[0, sets.nothing], [sets.nothing] * 2], dtype=np.uint32)])

    assert [0b10, 0] == list(map(papers_of, rows))
    assert 0 == Bitsets([], 0).nothing


def test_an_unknown_keyword_is_an_error() -> None:
    """Its papers are nobody's guess."""
    with pytest.raises(IndexError):
        list(Bitsets([1], 1).fan_out([np.array([[9]], dtype=np.uint32)]))
