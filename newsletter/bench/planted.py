"""The gate `planted`: of faults planted in correct Chinese, the share that the checks find.

    pairs ─► plant ─► check_summary ─► found, if there is a hard violation that the untouched
                                       draft has not

`python -m newsletter.bench.planted --misses [KIND]…` lists what was not found, as JSON lines.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from newsletter.bench.gate import RUNS, Demand, Row, row
from newsletter.bench.pairs import Pair, load_pairs
from newsletter.bench.planting import GATED, OF_CONTENT, REPORTED, Mutant, plant
from newsletter.fidelity.checks import check_summary, hard_only
from newsletter.fidelity.findings import Draft, Violation

SEED: Final = 20260529
ROUNDS: Final = 3
_MOST = Demand(99, "%", at_least=True)
_ALL = Demand(100, "%", at_least=True)
_ENOUGH = Demand(1000, "mutants", at_least=True)
_FEW = Demand(1.0001, "% of the originals")
"""At most 1 %."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks made of a mutant: the hard violations that its original has not."""

    mutant: Mutant
    found: tuple[Violation, ...]

    @property
    def is_caught(self) -> bool:
        """Say whether the Chinese would be kept from the reader."""
        return bool(self.found)

    @property
    def is_placed(self) -> bool:
        """Say whether the field was named in which the fault is."""
        return any(violation.field == self.mutant.field for violation in self.found)


def measure(runs: int = RUNS) -> Iterator[Row]:
    """Yield the rows: recall of each kind in %, how many mutants, false alarms. One run decides."""
    del runs
    pairs = load_pairs()
    verdicts = list(judge(plant(pairs, SEED, ROUNDS)))
    by_kind: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_kind[verdict.mutant.kind].append(verdict)
    for kind in GATED:
        yield row(
            f"planted.{kind}", recall(by_kind[kind]), 1, _MOST if kind in OF_CONTENT else _ALL
        )
    for kind in REPORTED:
        yield row(f"planted.{kind}", recall(by_kind[kind]), 1)
    gated = [one for one in verdicts if one.mutant.kind in GATED]
    yield row("planted.in_field", _share(one.is_placed for one in gated), 1)
    yield row("planted.mutants", len(gated), 1, _ENOUGH)
    yield row("planted.originals", len(pairs), 1)
    yield row("planted.false_alarms", _share(bool(alarms(pair)) for pair in pairs), 1, _FEW)


def judge(mutants: Iterable[Mutant]) -> Iterator[Verdict]:
    """Yield what the checks say of each mutant beyond what they say of its original."""
    known: dict[str, Counter[Violation]] = {}
    for mutant in mutants:
        name = str(mutant.pair.paper.id)
        if name not in known:
            known[name] = Counter(alarms(mutant.pair))
        found = Counter(hard_violations(mutant.pair, mutant.draft)) - known[name]
        yield Verdict(mutant, tuple(found))


def alarms(pair: Pair) -> tuple[Violation, ...]:
    """Return the hard violations of an original: each one is a false alarm."""
    return hard_violations(pair, pair.draft)


def hard_violations(pair: Pair, draft: Draft) -> tuple[Violation, ...]:
    """Run the checks that stand between an answer and a reader."""
    return hard_only(check_summary(pair.paper, draft, keywords=pair.keywords))


def recall(verdicts: Iterable[Verdict]) -> float:
    """Return the share that was caught, in %; 0 of none, so that an empty kind meets no demand."""
    return _share(verdict.is_caught for verdict in verdicts)


def _share(flags: Iterable[bool]) -> float:
    given = list(flags)
    return 100 * sum(given) / len(given) if given else 0.0


def misses(kinds: Iterable[str] = ()) -> Iterator[dict[str, object]]:
    """Yield what was not caught, of all kinds by default; false alarms as kind `false_alarm`."""
    wanted = set(kinds) or {*GATED, *REPORTED, "false_alarm"}
    pairs = load_pairs()
    for pair in pairs if "false_alarm" in wanted else ():
        for alarm in alarms(pair):
            yield {
                "kind": "false_alarm",
                "id": str(pair.paper.id),
                "field": alarm.field,
                "change": f"{alarm.check}: {alarm.text!r}: {alarm.message}",
            }
    for verdict in judge(one for one in plant(pairs, SEED, ROUNDS) if one.kind in wanted):
        mutant = verdict.mutant
        if not verdict.is_caught:
            yield {
                "kind": mutant.kind,
                "id": str(mutant.pair.paper.id),
                "field": mutant.field,
                "change": mutant.change,
                "chinese": getattr(mutant.draft, mutant.field),
            }


def main(arguments: Iterable[str]) -> None:
    """Print a line a miss with `--misses [KIND]…`, else a line a row."""
    first, *kinds = [*arguments, ""]
    if first == "--misses":
        lines: Iterator[object] = misses(filter(None, kinds))
    else:
        lines = ([one.gate, one.value, one.demand, one.met] for one in measure())
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
