"""Every gate by its name."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from newsletter.bench import checking, fan_out, fanning, matching, parsing, planted, previewing
from newsletter.bench.gate import Row

GATES: Mapping[str, Callable[[int], Iterator[Row]]] = MappingProxyType(
    {
        "parse": parsing.measure,
        "planted": planted.measure,
        "check": checking.measure,
        "llm": fan_out.measure,
        "preview": previewing.measure,
        "match": matching.measure,
        "fanout": fanning.measure,
    }
)
"""Name → what measures it; called with the number of runs."""
