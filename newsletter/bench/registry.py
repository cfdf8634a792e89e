"""Every gate by its name."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from newsletter.bench import parsing
from newsletter.bench.gate import Row

GATES: Mapping[str, Callable[[int], Iterator[Row]]] = MappingProxyType({"parse": parsing.measure})
"""Name → what measures it; called with the number of runs."""
