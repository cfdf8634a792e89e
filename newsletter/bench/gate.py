"""What a gate says: a figure, what is demanded of it, and on what machine."""

import os
import platform
from dataclasses import dataclass
from typing import Final

RUNS: Final = 5
"""Of each side; the median counts, because other programs run on the machine too."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A bound on a figure, in the figure's own unit."""

    bound: float
    unit: str
    at_least: bool = False
    """The figure must reach the bound; else it must stay below."""

    def holds(self, value: float) -> bool:
        """Say whether `value` meets the demand."""
        return value >= self.bound if self.at_least else value < self.bound

    def __str__(self) -> str:
        """Return the demand in words, such as `< 2 s`."""
        return f"{'≥' if self.at_least else '<'} {self.bound:g} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `newsletter bench`; a figure that nothing is demanded of has no `demand`."""

    gate: str
    value: float
    demand: str | None
    met: bool | None
    runs: int
    machine: str


def row(gate: str, value: float, runs: int, demand: Demand | None = None) -> Row:
    """Return a line about this machine; `value` is rounded to four significant digits."""
    rounded = float(f"{value:.4g}")
    if demand is None:
        return Row(gate, rounded, None, None, runs, machine())
    return Row(gate, rounded, str(demand), demand.holds(value), runs, machine())


def machine() -> str:
    """Return what a figure depends on: cores, processor, system and Python; no names of hosts."""
    cores = f"{os.cpu_count() or 1} cores"
    system = f"{platform.machine()} {platform.system()}"
    return f"{cores}, {system}, {platform.python_implementation()} {platform.python_version()}"
