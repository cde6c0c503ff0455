"""Were the suggestions and predictions any good: off-policy values with intervals, calibration, lift against situations without suggestions. Pure."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, rankdata

from intelligence.scoring import Floats, Interval

_MOST_WEIGHT = 50.0
"""Of one case in an off-policy value: a response that was hardly ever tried must not decide alone. Clipping makes the value cautious, not wrong-sided."""
_SIDES = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion that was shown first, and what came of it."""

    situation: str
    response: str
    propensity: float
    worked: bool


def ips(shown: Sequence[Shown], policy: Callable[[str], str]) -> Interval | None:
    """What the success rate would have been had `policy` chosen each response: self-normalised inverse propensity weights; None when nothing matched.

    Source: Swaminathan and Joachims, "The Self-Normalized Estimator for Counterfactual Learning", NIPS 2015.
    """
    weight, worked = _weights(shown, policy)
    if not weight.sum():
        return None
    value = float(weight @ worked / weight.sum())
    error = float(np.sqrt(np.sum((weight * (worked - value)) ** 2)) / weight.sum())
    return _around(value, error)


def doubly_robust(shown: Sequence[Shown], policy: Callable[[str], str], believed: Callable[[str, str], float]) -> Interval | None:
    """The same from `believed(situation, response)`, corrected where the policy agrees with what was shown: right when either part is right.

    Source: Dudik, Langford and Li, "Doubly Robust Policy Evaluation and Learning", ICML 2011.
    """
    if not shown:
        return None
    weight, worked = _weights(shown, policy)
    chosen = np.array([believed(one.situation, policy(one.situation)) for one in shown])
    given = np.array([believed(one.situation, one.response) for one in shown])
    each = chosen + weight * (worked - given)
    return _around(float(each.mean()), float(each.std(ddof=1) / math.sqrt(len(each))) if len(each) > 1 else 0.5)


def held_out(situation: str, share: float) -> bool:
    """Whether this situation gets no suggestion, so that there is something to compare with; the same answer for the same situation, whoever asks."""
    return int.from_bytes(hashlib.blake2b(situation.encode(), digest_size=8).digest()) / 2**64 < share


def lift(worked_with: int, n_with: int, worked_without: int, n_without: int) -> Interval | None:
    """Success rate with suggestions minus without: negative when they harm; None when one side has no case. Newcombe's interval from Wilson's."""
    if not n_with or not n_without:
        return None
    (p, low_p, high_p), (q, low_q, high_q) = _wilson(worked_with, n_with), _wilson(worked_without, n_without)
    apart = p - q
    return Interval(apart, apart - math.hypot(p - low_p, high_q - q), apart + math.hypot(high_p - p, q - low_q))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good probabilities are; lower Brier and log loss are better, `base_brier` is that of always saying the base rate."""

    n: int
    brier: float
    base_brier: float
    log_loss: float
    auc: float
    """0.5 when one class is missing."""
    table: tuple[tuple[float, float, int], ...]
    """Of each tenth that has cases: mean probability, observed rate, cases."""


def calibration(probabilities: ArrayLike, happened: ArrayLike) -> Calibration:
    """Compare probabilities with what happened, arrays of one length."""
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    inside = np.clip(p, 1e-6, 1 - 1e-6)
    tenths = np.minimum((p * 10).astype(np.int64), 9)
    table = tuple((float(p[tenths == at].mean()), float(y[tenths == at].mean()), int((tenths == at).sum())) for at in range(10) if (tenths == at).any())
    return Calibration(
        n=len(p),
        brier=float(((p - y) ** 2).mean()),
        base_brier=float(((y.mean() - y) ** 2).mean()),
        log_loss=float(-(y * np.log(inside) + (1 - y) * np.log(1 - inside)).mean()),
        auc=_auc(p, y),
        table=table,
    )


def _auc(p: Floats, y: Floats) -> float:
    positives, negatives = float(y.sum()), float(len(y) - y.sum())
    if not positives or not negatives:
        return 0.5
    return float((rankdata(p)[y == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _weights(shown: Sequence[Shown], policy: Callable[[str], str]) -> tuple[Floats, Floats]:
    weight = np.array([min(1 / one.propensity, _MOST_WEIGHT) if policy(one.situation) == one.response else 0.0 for one in shown])
    return weight, np.array([float(one.worked) for one in shown])


def _around(value: float, error: float) -> Interval:
    return Interval(value, max(0.0, value - _SIDES * error), min(1.0, value + _SIDES * error))


def _wilson(successes: int, n: int) -> tuple[float, float, float]:
    p, z = successes / n, _SIDES
    centre, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return p, centre - half, centre + half
