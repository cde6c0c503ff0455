"""Does it help? Figures of the network's effect that could come out negative, over everybody who contributes, through the gate only. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from intelligence.aggregation import Cell, CellKey, Counted, counted
from intelligence.evaluation import Calibration, Shown, calibration, doubly_robust, ips, lift
from intelligence.scoring import Interval

Visible = Callable[[Cell], bool]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which a suggestion was due and of which the end is known."""

    contributor: str
    customer: str
    epoch: str
    order: str
    objection: str
    response: str
    propensity: float
    expected: float
    own_industry: bool
    held_out: bool
    asked: bool
    """Whether advice was asked for: such a moment is never held out, so it is no part of the comparison with those that are."""
    wording: str
    wording_propensity: float
    worked: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two groups of moments; `difference` is the first's success rate minus the second's, negative when the first did worse."""

    successes: int
    n: int
    other_successes: int
    other_n: int
    difference: Interval


@dataclass(frozen=True, slots=True)
class Value:
    """What the success rate would have been, had `choice` always come first where it was eligible: two estimators, each with its interval."""

    objection: str
    choice: str
    n: int
    weighted: Interval
    robust: Interval


@dataclass(frozen=True, slots=True)
class Impact:
    """None stands for what too few people or customers stand behind."""

    lift: Compared | None
    """Moments with a suggestion against those held out."""
    cross_industry: Compared | None
    """Evidence pooled across industries against the industry's own."""
    cross_industry_share: float | None
    responses: tuple[Value, ...]
    wordings: tuple[Value, ...]
    reliability: Calibration | None


@dataclass(frozen=True, slots=True)
class Worth:
    """All that is known of the effect of sharing. None stands for what too few people stand behind."""

    patterns: int
    validated: int
    anti_patterns: int
    patterns_gained: int | None
    """Against four weeks ago: negative when fewer are visible now."""
    first_useful_days: float | None
    """By when half of the contributors had a suggestion that was of use; None when fewer than half have, or too few contribute."""
    contributors: int | None
    figures: Impact

    def as_json(self) -> dict[str, Any]:
        """The shape of `impact --json`."""
        found = {key: value for key, value in asdict(self).items() if key != "figures"}
        return {**found, **asdict(self.figures)}


def impact(moments: Sequence[Moment], visible: Visible, means: Mapping[Pair, float]) -> Impact:
    """`means` goes from (objection, response) to the rate its pattern has: what the robust estimator believes before it is corrected."""
    shown = [one for one in moments if not one.held_out]
    held = [one for one in moments if one.held_out]
    coached = [one for one in shown if not one.asked]
    pooled, own = [one for one in shown if not one.own_industry], [one for one in shown if one.own_industry]
    seen = _passes(shown, visible)
    return Impact(
        lift=_compared(coached, held, visible),
        cross_industry=_compared(pooled, own, visible),
        cross_industry_share=len(pooled) / len(shown) if seen and _passes(pooled, visible) and (not own or _passes(own, visible)) else None,
        responses=tuple(_responses(shown, visible, means)),
        wordings=tuple(_wordings(shown, visible)),
        reliability=_reliability(shown, visible),
    )


def median_days(waits: Iterable[tuple[float, bool]]) -> float | None:
    """The time by which half have what they wait for, from (days, whether they got it): who still waits counts as waiting. None when fewer than half have.

    Source: Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", JASA 1958.
    """
    known = sorted(waits, key=lambda one: (one[0], not one[1]))
    waiting = 1.0
    for at, (days, got) in enumerate(known):
        if got:
            waiting *= 1 - 1 / (len(known) - at)
        if waiting <= 0.5 and got:  # noqa: PLR2004 - the median
            return days
    return None


def _compared(ones: Sequence[Moment], others: Sequence[Moment], visible: Visible) -> Compared | None:
    if not (_passes(ones, visible) and _passes(others, visible)):
        return None
    won, other_won = sum(one.worked for one in ones), sum(one.worked for one in others)
    difference = lift(won, len(ones), other_won, len(others))
    return None if difference is None else Compared(won, len(ones), other_won, len(others), difference)


def _responses(shown: Sequence[Moment], visible: Visible, means: Mapping[Pair, float]) -> Iterable[Value]:
    log = [Shown(one.objection, one.response, one.propensity, one.worked) for one in shown]
    return _values(shown, log, visible, lambda objection, response: means.get((objection, response), 0.5))


def _wordings(shown: Sequence[Moment], visible: Visible) -> Iterable[Value]:
    """A wording's situation is the pair it answers: only there another could have been chosen."""
    chosen = [one for one in shown if one.wording]
    log = [Shown(f"{one.objection}/{one.response}", one.wording, one.wording_propensity, one.worked) for one in chosen]
    rates = {situation: _mean(one.worked for one in log if one.situation == situation) for situation in {one.situation for one in log}}
    return _values(chosen, log, visible, lambda situation, _wording: rates[situation])


def _values(moments: Sequence[Moment], log: Sequence[Shown], visible: Visible, believed: Callable[[str, str], float]) -> Iterable[Value]:
    """Of each choice enough people stand behind; what lies around it is that of its own situation."""
    by_choice: defaultdict[Pair, list[Moment]] = defaultdict(list)
    by_situation: defaultdict[str, list[Shown]] = defaultdict(list)
    for moment, one in zip(moments, log, strict=True):
        by_choice[one.situation, one.response].append(moment)
        by_situation[one.situation].append(one)
    for (situation, choice), mine in sorted(by_choice.items()):
        if not _passes(mine, visible):
            continue

        def always(_situation: str, choice: str = choice) -> str:
            return choice

        weighted, robust = ips(by_situation[situation], always), doubly_robust(by_situation[situation], always, believed)
        if weighted is not None and robust is not None:
            yield Value(situation, choice, len(mine), weighted, robust)


def _reliability(shown: Sequence[Moment], visible: Visible) -> Calibration | None:
    """Only tenths that pass the gate are in the table, and the figures are over those."""
    by_tenth: defaultdict[int, list[Moment]] = defaultdict(list)
    for one in shown:
        by_tenth[min(int(one.expected * 10), 9)].append(one)
    kept = list(chain.from_iterable(ones for ones in by_tenth.values() if _passes(ones, visible)))
    return calibration([one.expected for one in kept], [one.worked for one in kept]) if kept else None


def _passes(moments: Sequence[Moment], visible: Visible) -> bool:
    cell = counted(CellKey("impact", ""), (Counted(one.contributor, one.customer, one.epoch, one.order, one.worked) for one in moments))
    return bool(moments) and visible(cell)


def _mean(values: Iterable[bool]) -> float:
    known = list(values)
    return sum(known) / len(known)
