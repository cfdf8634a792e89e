"""The gates: their structure and a tiny run, never a time."""

import sys
from pathlib import Path

import pytest
from command import Command

from newsletter.bench import naive_listing, peak
from newsletter.bench.gate import RUNS, Demand, row
from newsletter.bench.pages import sample_page
from newsletter.bench.parsing import ENTRIES, measure
from newsletter.bench.peak import own_peak, peak_of_parsing
from newsletter.bench.registry import GATES
from newsletter.bench.timing import medians
from newsletter.papers import AnnouncementState
from newsletter.sources.detect import parse_document
from newsletter.sources.listing_source import PAGE_SIZE

COLUMNS = {"gate", "value", "demand", "met", "runs", "machine"}


class Ticks:
    """A clock that stands still until a side moves it."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def takes(self, *seconds: float) -> "Side":
        """Return a side whose calls take `seconds`, one after the other."""
        return Side(self, list(seconds))


class Side:
    """What is timed; it counts its calls."""

    def __init__(self, ticks: Ticks, seconds: list[float]) -> None:
        """Move `ticks` by one of `seconds` a call."""
        self.ticks, self.seconds, self.calls = ticks, seconds, 0

    def __call__(self) -> None:
        """Take some time."""
        self.ticks.now += self.seconds[self.calls]
        self.calls += 1


def test_the_median_of_each_side_counts_and_the_first_round_does_not() -> None:
    """One slow run in five, and the warming up, change nothing."""
    ticks = Ticks()
    slow, fast = ticks.takes(99, 3, 3, 50, 3, 3), ticks.takes(99, 1, 2, 3, 2, 40)

    assert (3.0, 2.0) == medians((slow, fast), 5, ticks)
    assert (6, 6) == (slow.calls, fast.calls)


@pytest.mark.parametrize(
    ("demand", "value", "met"),
    [
        (Demand(2, "s"), 1.99, True),
        (Demand(2, "s"), 2.0, False),
        (Demand(100, "%", at_least=True), 100.0, True),
        (Demand(100, "%", at_least=True), 99.9999, False),
    ],
)
def test_a_figure_meets_its_demand_or_not(demand: Demand, value: float, met: bool) -> None:
    """Below means below, and at least means at least; rounding for print changes nothing."""
    assert met is row("gate", value, 5, demand).met


def test_a_row_says_what_is_demanded_and_where_it_was_measured() -> None:
    """The unit stands in the demand; figures without a demand are neither met nor missed."""
    shown = row("gate", 1.23456, 5, Demand(2, "s"))

    assert ("gate", 1.235, "< 2 s", 5) == (shown.gate, shown.value, shown.demand, shown.runs)
    assert "cores" in shown.machine
    assert "Python" in shown.machine
    assert (None, None) == (row("gate", 1, 5).demand, row("gate", 1, 5).met)
    assert "≥ 100 %" == str(Demand(100, "%", at_least=True))


def test_the_gate_is_of_the_size_that_is_promised() -> None:
    """A page of arXiv's largest window, and the median of at least five runs."""
    assert PAGE_SIZE == ENTRIES
    assert RUNS >= 5


def test_the_page_is_whole_and_labelled_as_samples() -> None:
    """The parser finds nothing wrong with it; ids are such as arXiv never issues."""
    read = parse_document(sample_page(40), "page")

    assert (AnnouncementState.FRESH, ()) == (read.state, read.problems)
    assert 40 == len({entry.paper.id for entry in read.entries})
    assert all(entry.paper.title.startswith("Sample ") for entry in read.entries)
    assert all(entry.paper.id.value.startswith("2600.") for entry in read.entries)


def test_a_tiny_run_gives_every_row() -> None:
    """Both sides read the same, which is what makes their times comparable."""
    rows = {one.gate: one for one in measure(runs=1, entries=30)}

    assert [
        "parse.same",
        "parse.seconds",
        "parse.baseline_seconds",
        "parse.ratio",
        "parse.megabytes",
    ] == list(rows)
    assert (100.0, True) == (rows["parse.same"].value, rows["parse.same"].met)
    assert ["< 2 s", "< 200 MB"] == [
        rows[name].demand for name in ("parse.seconds", "parse.megabytes")
    ]
    assert rows["parse.ratio"].demand is None


def test_an_entry_that_is_read_otherwise_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate fails where the two sides disagree."""
    monkeypatch.setitem(naive_listing._TYPES, "New", naive_listing._TYPES["Cross"])

    first = next(measure(runs=1, entries=30))

    assert first.met is False
    assert first.value < 100


def test_the_memory_is_that_of_a_fresh_process() -> None:
    """What this process holds does not count: a child's peak is far below a parent's ballast."""
    ballast = bytearray(b"x" * 300_000_000)

    alone = peak_of_parsing(sample_page(10))

    assert 10_000_000 < alone < len(ballast)


def test_a_system_without_status_is_asked_another_way(tmp_path: Path) -> None:
    """Where there is no high-water mark, getrusage(2) says it."""
    (tmp_path / "status").write_text("VmPeak:\t 12 kB\nVmHWM:\t 34 kB\n", encoding="ascii")
    (tmp_path / "other").write_text("Name:\tpython\n", encoding="ascii")

    assert 34 * 1024 == own_peak(tmp_path / "status")
    assert own_peak(tmp_path / "nowhere") > 1_000_000
    assert own_peak(tmp_path / "other") > 1_000_000


def test_getrusage_counts_in_the_systems_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kilobytes everywhere but on macOS."""
    here = peak._from_rusage()
    monkeypatch.setattr(sys, "platform", "darwin")

    assert peak._from_rusage() * 500 < here


def test_the_command_prints_a_table_or_json_lines(newsletter: Command) -> None:
    """The lines for machines hold what the table holds, and the machine."""
    table = newsletter("bench", "parse", "--runs", "1")
    lines = newsletter("bench", "parse", "--runs", "1", "--json")

    assert "parse.seconds" in table.out
    assert "cores" in table.out
    assert [COLUMNS] * 5 == [set(line) for line in lines.rows]
    assert [table.status, lines.status] == [
        int("NO" in table.out),
        int(any(line["met"] is False for line in lines.rows)),
    ]


def test_a_missed_gate_is_exit_status_1(
    newsletter: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a script can go by it."""
    monkeypatch.setattr(
        "newsletter.cli.benchmarks.GATES",
        {"slow": lambda runs: iter([row("slow", 3, runs, Demand(2, "s"))])},
    )
    outcome = newsletter("bench", "slow")

    assert 1 == outcome.status
    assert "NO" in outcome.out


def test_an_unknown_gate_is_wrong_use(newsletter: Command) -> None:
    """The names are told."""
    outcome = newsletter("bench", "nothing")

    assert 2 == outcome.status
    assert all(name in outcome.err for name in GATES)
