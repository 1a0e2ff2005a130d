"""What must hold, and what we aim at (docs/performance.md says why these figures), and the tables that are printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.processes import Cost

Round = Mapping[str, Cost]
"""What each program cost in one round, by its name."""


@dataclass(frozen=True)
class Bar:
    """A figure of each round; the median over the rounds is what counts."""

    what: str
    needs: tuple[str, ...]
    """The programs that it is made of."""
    figure: Callable[[Round], float]
    must: float
    goal: float
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    bar: Bar
    measured: float | None
    """None where a program could not be had."""

    @property
    def words(self) -> str:
        if self.measured is None:
            return "NOT MEASURED"
        if self.measured > self.bar.must:
            return "MISSED"
        return "goal" if self.measured <= self.bar.goal else "met"


def judge(bars: Sequence[Bar], rounds: Sequence[Round]) -> list[Verdict]:
    return [Verdict(bar, _median(bar, rounds)) for bar in bars]


def _median(bar: Bar, rounds: Sequence[Round]) -> float | None:
    whole = [each for each in rounds if all(name in each for name in bar.needs)]
    return median(bar.figure(each) for each in whole) if whole else None


def bars_table(verdicts: Sequence[Verdict]) -> str:
    rows = [
        (
            verdict.bar.what,
            "-" if verdict.measured is None else f"{verdict.measured:.2f}{verdict.bar.unit}",
            f"{verdict.bar.must:g}{verdict.bar.unit}",
            f"{verdict.bar.goal:g}{verdict.bar.unit}",
            verdict.words,
        )
        for verdict in verdicts
    ]
    return _table(("bar", "measured", "at most", "goal", ""), rows)


def costs_table(rounds: Sequence[Round], per: str) -> str:
    """Medians of each program; `per` is the name of what it did, by which its cost is divided."""
    names = list(dict.fromkeys(name for each in rounds for name in each))
    rows = [_costs_row(name, [each[name] for each in rounds if name in each], per) for name in names]
    head = (
        "program",
        "wall s",
        "CPU s",
        "+ PostgreSQL s",
        "peak MiB",
        f"CPU us / {per.rstrip('s')}",
        "+ PostgreSQL us",
    )
    return _table(head, rows)


def _costs_row(name: str, costs: Sequence[Cost], per: str) -> tuple[str, ...]:
    done = costs[0].said[per]
    wall, cpu, postgres, peak = (
        median(figures)
        for figures in (
            [cost.wall_s for cost in costs],
            [cost.cpu_s for cost in costs],
            [cost.postgres_s for cost in costs],
            [cost.said["peak_mib"] for cost in costs],
        )
    )
    return (
        f"{name} ({done:,} {per})",
        f"{wall:.2f}",
        f"{cpu:.2f}",
        f"{postgres:.2f}",
        f"{peak:.0f}",
        f"{cpu / done * 1e6:,.0f}",
        f"{postgres / done * 1e6:,.0f}",
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
