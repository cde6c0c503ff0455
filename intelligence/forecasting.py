"""How likely is a deal to be won, from its own facts: shrunken effects of each fact, the base rate beside it, and an abstention that says why. Pure.

Every fact's words have effects on the log odds that are drawn towards nothing as far as the past lets them (effects.py). Whether the facts tell anything at
all is asked of cases the model did not see: where they do not, the base rate is the answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from intelligence.effects import Fit, Labels, fit, numbered
from intelligence.evidence import WIDEST
from intelligence.scoring import Floats, Interval, jeffreys

FEWEST = 10
"""Ended deals below which nothing is said."""
_FOLDS = 5
_BANDS = 8
"""Of a fact that is a number: as many bands of about as many cases."""
_MANY = 12
"""Different numbers from which a fact is one, and not a few words that look like numbers."""
_SURE = 1.64
"""Standard errors by which facts must beat the base rate on unseen cases: one-sided 95 %."""
_SIDES = 1.96

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A probability with its 95 % interval; None when nothing should be said."""

    probability: float | None
    low: float
    high: float
    base_rate: float | None
    n: int
    """Ended deals it rests on."""
    informed: bool
    """Whether the deal's facts moved it: otherwise it is the base rate."""
    why: str
    """Why there is no probability, or why it is only the base rate; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Fitted to deals that ended."""

    n: int
    base: Interval
    informed: bool
    names: tuple[str, ...] = ()
    cuts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    words: tuple[Mapping[str, int], ...] = ()
    fitted: Fit | None = None

    @classmethod
    def of(cls, facts: Sequence[Facts], won: Sequence[bool], *, groups: Sequence[str] = ()) -> "Forecaster":
        """Fit. `groups` keeps rows of one deal together when the model is tried on unseen ones."""
        y = np.array(won, dtype=np.float64)
        deals = len(set(groups)) if groups else len(y)
        base = jeffreys(float(y.sum()) * deals / max(len(y), 1), deals)
        if deals < FEWEST or not 0 < y.mean() < 1:
            return cls(deals, base, informed=False)
        fold = numbered(list(groups) if groups else list(range(len(y)))) % _FOLDS
        seen = np.empty(len(y))
        for at in range(_FOLDS):
            kept, left = fold != at, fold == at
            if left.any() and kept.any():
                model = cls._fitted([one for one, yes in zip(facts, kept, strict=True) if yes], y[kept], deals, base)
                plain = float(np.clip(y[kept].mean(), 0.001, 0.999))
                said = np.array([model.rate(one)[0] for one, yes in zip(facts, left, strict=True) if yes])
                seen[left] = (plain - y[left]) ** 2 - (said - y[left]) ** 2
        gain = np.array([seen[[i for i, f in enumerate(groups) if f == one]].mean() for one in set(groups)]) if groups else seen
        better = float(gain.mean()) > _SURE * float(gain.std(ddof=1)) / math.sqrt(len(gain))
        return cls._fitted(facts, y, deals, base) if better else cls(deals, base, informed=False)

    def forecast(self, facts: Facts) -> Forecast:
        """Of one deal."""
        if self.n < FEWEST:
            why = f"only {self.n} deals have ended; {FEWEST} are needed"
            return Forecast(None, self.base.low, self.base.high, None, self.n, informed=False, why=why)
        if not self.informed or self.fitted is None:
            why = "on past deals their facts told no more than how many were won"
            return Forecast(self.base.mean, self.base.low, self.base.high, self.base.mean, self.n, informed=False, why=why)
        mean, low, high = self.rate(facts)
        if high - low > WIDEST:
            return Forecast(None, low, high, self.base.mean, self.n, informed=False, why="too few past deals were like this one")
        return Forecast(mean, low, high, self.base.mean, self.n, informed=True, why="")

    def rate(self, facts: Facts) -> tuple[float, float, float]:
        """The rate these facts let expect and its interval; words that were never seen count as nothing known."""
        assert self.fitted is not None  # noqa: S101 - asked of fitted ones only
        odds, variance = self.fitted.overall, 1 / max(float(self.fitted.information.sum()), 1e-9)
        for name, words, effect, curvature in zip(self.names, self.words, self.fitted.effects, self.fitted.curvatures, strict=True):
            at = words.get(_word(facts.get(name, ""), self.cuts.get(name)))
            if at is not None:
                odds += float(effect[at])
                variance += 1 / float(curvature[at])
        half = _SIDES * math.sqrt(variance)
        return float(expit(odds)), float(expit(odds - half)), float(expit(odds + half))

    @classmethod
    def _fitted(cls, facts: Sequence[Facts], y: Floats, deals: int, base: Interval) -> "Forecaster":
        names = tuple(sorted({name for one in facts for name in one}))
        cuts = {name: found for name in names if (found := _cuts([one.get(name, "") for one in facts]))}
        said = [[_word(one.get(name, ""), cuts.get(name)) for one in facts] for name in names]
        labels: list[Labels] = [numbered(column) for column in said]
        words = tuple(dict(zip(column, at.tolist(), strict=True)) for column, at in zip(said, labels, strict=True))
        weight = np.full(len(y), deals / len(y))  # several rows of one deal are one deal
        return cls(deals, base, True, names, cuts, words, fit(y * weight, weight, labels))


def expected_calibration_error(said: Floats, happened: Floats, bins: int = 10) -> float:
    """The mean distance between what was said and what happened over bins of as many cases each."""
    order = np.argsort(said, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    return float(sum(part.size * abs(said[part].mean() - happened[part].mean()) for part in parts) / len(said))


def _cuts(column: Sequence[str]) -> tuple[float, ...]:
    """Where the bands of a number end; empty for words."""
    numbers = [value for one in column if (value := _number(one)) is not None]
    if len(set(numbers)) < _MANY or len(numbers) < len([one for one in column if one]):
        return ()
    return tuple(sorted({float(cut) for cut in np.quantile(numbers, np.linspace(0, 1, _BANDS + 1)[1:-1])}))


def _word(value: str, cuts: tuple[float, ...] | None) -> str:
    number = _number(value) if cuts else None
    return value if not cuts or number is None else f"band {int(np.searchsorted(cuts, number, side='right'))}"


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
