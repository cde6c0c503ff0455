"""The whole evidence engine against known truth.

`python -m benchmarks.world --seed S [--marketers 200 --days 120]`. The large market goes through the ledger, the publication and the ranking; a small one goes
in as messages and through everything (`small`).
"""

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
from sqlalchemy import delete, insert
from sqlmodel import select

from benchmarks.small_world import small_world
from benchmarks.synthetic import Case, Market, row
from bot.bootstrap import House, initialise
from bot.settings import Settings
from intelligence.aggregation import Counted, bounded
from intelligence.objection_patterns import CATEGORY
from intelligence.recommendation import rank
from memory.contributions import CountedLine, counted_lines
from memory.tables import Contribution, PatternSupport, SalesPattern, Staff

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
_SITUATIONS = 4_000
_FORGOTTEN = 3
_CLEAR = 0.10
"""A true difference from the base rate that should be found."""
Pair = tuple[str, str]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, required=True)
    arguments.add_argument("--marketers", type=int, default=200)
    arguments.add_argument("--days", type=int, default=120)
    arguments.add_argument("--epsilon", type=float, help="count outcomes by randomised response with this budget a case: what does it cost?")
    arguments.add_argument("--without-small", action="store_true", help="leave out the part that goes in as text")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "large", outcome_epsilon=given.epsilon)
        initialise(settings)
        house = House.opened(settings)
        result = _large(house, given.seed, given.marketers, given.days)
        house.close()
        if not given.without_small:
            result["small"] = small_world(Path(folder) / "small", given.seed)
    print(json.dumps(result))


def _large(house: House, seed: int, marketers: int, days: int) -> dict[str, object]:
    chance = Random(seed)
    market = Market(house.vocabulary, chance, BEGAN, days)
    cases = list(market.cases(marketers))
    _say(f"{len(cases)} exchanges of {marketers} marketers")
    _store(house, cases, marketers, chance)
    drift_days = _drift_days(house, market, cases)
    now = market.ends
    house.learning.publish(now)
    patterns = _patterns(house)
    _say(f"{len(patterns)} patterns published")
    truth = _Truth(market, house, now)
    checked = [(pattern, truth.rate(pattern), truth.base(pattern)) for pattern in patterns if pattern.category == CATEGORY]
    validated = [rate <= base for pattern, rate, base in checked if pattern.standing == "validated"]
    found = [(pattern.standing == "validated") == (rate > base) for pattern, rate, base in checked if pattern.standing in {"validated", "anti-pattern"}]
    clear = [pattern.standing in {"validated", "anti-pattern"} for pattern, rate, base in checked if abs(rate - base) >= _CLEAR]
    return {
        "coverage": _mean(pattern.low <= rate <= pattern.high for pattern, rate, _ in checked),
        "false_validated": _mean(validated),
        "effect_precision": _mean(found),
        "effect_recall": _mean(clear),
        "regret": _regret(house, market, cases),
        "k_violations": _k_violations(house, patterns),
        "residue": _residue(house, now, chance, marketers),
        "drift_days": drift_days,
        "patterns": len(patterns),
        "validated": len(validated),
        "categories": dict(Counter(pattern.category for pattern in patterns)),
    }


class _Truth:
    """True rates of what a pattern counts: over the cases it really counts, whose industries are known here."""

    def __init__(self, market: Market, house: House, now: datetime) -> None:
        self._market, self._now = market, now
        self._mix: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
        self._used: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
        for case in counted_lines(house.database):
            self._mix[case.objection, case.response][case.industry] += 1
            self._used[case.objection, case.industry][case.response] += 1

    def rate(self, pattern: SalesPattern) -> float:
        industries = Counter([pattern.industry]) if pattern.industry else self._mix[pattern.objection, pattern.response]
        return _weighted(industries, lambda one: self._market.rate(one, pattern.objection, pattern.response, self._now))

    def base(self, pattern: SalesPattern) -> float:
        """Of the objection over the responses in use."""
        industries = [pattern.industry] if pattern.industry else self._market.industries
        uses = Counter({(one, response): n for one in industries for response, n in self._used[pattern.objection, one].items()})
        return _weighted(uses, lambda one: self._market.rate(one[0], pattern.objection, one[1], self._now))


def _regret(house: House, market: Market, cases: Sequence[Case]) -> dict[str, float]:
    """Mean of best true rate minus true rate of the choice, for each way of choosing; every way sees the same ledger."""
    raw: defaultdict[Pair, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for case in cases:
        for place in ((case.industry, case.objection), ("", case.objection)):
            counts = raw[place][case.response]
            counts[0] += case.success
            counts[1] += 1
    known = {(pattern.industry, pattern.objection): None for pattern in _patterns(house)}
    shown: dict[Pair, list[SalesPattern]] = {place: house.shared.situation(place[1], place[0]) for place in known if place[1]}

    def most_frequent(industry: str, objection: str) -> str:
        counts = raw[industry, objection] or raw["", objection]
        return max(counts, key=lambda one: counts[one][1])

    def highest_raw(industry: str, objection: str) -> str:
        counts = raw[industry, objection] or raw["", objection]
        return max(counts, key=lambda one: (counts[one][0] / counts[one][1], counts[one][1]))

    def ours(industry: str, objection: str) -> str:
        ranked = rank(shown.get((industry, objection), []), shown.get(("", objection), []))
        return ranked[0].pattern.response if ranked else most_frequent(industry, objection)

    ways: Mapping[str, Callable[[str, str], str]] = {"ours": ours, "most_frequent": most_frequent, "highest_raw": highest_raw}
    lost: defaultdict[str, list[float]] = defaultdict(list)
    for industry, objection in market.situations(_SITUATIONS):
        rates = {response: market.rate(industry, objection, response, market.ends) for response in market.responses}
        for name, way in ways.items():
            lost[name].append(max(rates.values()) - rates[way(industry, objection)])
    return {"oracle": 0.0, **{name: round(float(np.mean(values)), 4) for name, values in lost.items()}}


def _k_violations(house: House, patterns: Iterable[SalesPattern]) -> int:
    """Recounted from the ledger, apart from the engine's own counts: too few people, one person's share, too many of one week, or a remainder of too few."""
    by_pair: defaultdict[Pair, list[CountedLine]] = defaultdict(list)
    for line in counted_lines(house.database):
        by_pair[line.objection, line.response].append(line)
    violations = 0
    shown = [pattern for pattern in patterns if pattern.category == CATEGORY]
    own = defaultdict(int)
    for pattern in shown:
        lines = [line for line in by_pair[pattern.objection, pattern.response] if not pattern.industry or line.industry == pattern.industry]
        kept = bounded(Counted(line.contributor_token, line.customer_token, line.epoch, line.exchange_key, success=False) for line in lines)
        people = Counter(one.contributor for one in kept)
        violations += len(people) < house.gate.contributors_needed or len({one.customer for one in kept}) < house.gate.customers_needed
        violations += max(people.values()) > house.gate.largest_share * len(kept) or pattern.n > len(kept)
        if pattern.industry:
            own[pattern.objection, pattern.response] += pattern.n
    for pattern in shown:
        if not pattern.industry and own[pattern.objection, pattern.response]:
            left = pattern.n - own[pattern.objection, pattern.response]
            violations += left < 0 or 0 < left < house.gate.customers_needed
    return violations


def _residue(house: House, now: datetime, chance: Random, marketers: int) -> int:
    """After forgetting somebody: released rows that differ from those of a ledger in which they never were, and support that still names them."""
    before = _kept(house)
    differing = 0
    for marketer in chance.sample(range(marketers), min(_FORGOTTEN, marketers)):
        token = f"marketer-{marketer}"
        with house.database.transaction() as session:
            lines = [line.model_dump() for line in session.exec(select(Contribution).where(Contribution.contributor_token == token))]
            session.execute(delete(Contribution).where(Contribution.contributor_token == token))  # type: ignore[arg-type]
        house.learning.publish(now)
        after = _kept(house)
        with house.database.transaction() as session:
            differing += len(session.exec(select(PatternSupport).where(PatternSupport.contributor_token == token)).all())
            session.execute(delete(PatternSupport))
        house.learning.publish(now)  # with nothing released before, as if the person had never been there
        never = _kept(house)
        differing += len(after.items() ^ never.items())
        differing += after == before
        with house.database.transaction() as session:
            session.execute(insert(Contribution), lines)
    house.learning.publish(now)
    return differing + len(_kept(house).items() ^ before.items())


def _drift_days(house: House, market: Market, cases: Sequence[Case]) -> float:
    """Median days from a change of at least 15 points until the pooled pattern is nearer to the new truth than to the old one, published weekly."""
    mix: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
    for case in cases:
        mix[case.objection, case.response][case.industry] += 1
    early, late = market.began, market.ends
    truths = {
        pair: tuple(_weighted(mix[pair], lambda one, pair=pair, at=at: market.rate(one, *pair, at)) for at in (early, late))
        for pair, drift in market.drifts.items()
        if drift and mix[pair]
    }
    waiting = {pair: rates for pair, rates in truths.items() if abs(rates[0] - rates[1]) >= 0.15}
    with house.database.reading() as session:
        later = [(line.id, line.created_at) for line in session.exec(select(Contribution))]
    reacted: list[float] = []
    at, watched = market.drifts_at, len(waiting)
    while waiting and at < market.ends:
        at += timedelta(days=7)
        with house.database.transaction() as session:
            session.connection().exec_driver_sql("UPDATE contribution SET state = CASE WHEN created_at <= ? THEN 'offered' ELSE 'waiting' END", (str(at)[:19],))
        house.learning.publish(at)
        for pattern in _patterns(house):
            pair = pattern.objection, pattern.response
            if pattern.category == CATEGORY and not pattern.industry and pair in waiting:
                old, new = waiting[pair]
                if abs(pattern.mean - new) < abs(pattern.mean - old):
                    reacted.append((at - market.drifts_at).days)
                    del waiting[pair]
        _say(f"day {(at - market.began).days}: {len(reacted)} of {watched} changes noticed")
    with house.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE contribution SET state = 'offered'")
    assert len(later) == len(cases)
    never = [(market.ends - market.drifts_at).days + 7.0] * len(waiting)
    return float(np.median(reacted + never)) if watched else 0.0


def _store(house: House, cases: Sequence[Case], marketers: int, chance: Random) -> None:
    members = [house.staff.add(f"Marketer {number}", now=BEGAN) for number in range(marketers)]
    outcomes: dict[str, str] = {}
    for case in cases:
        outcomes.setdefault(case.customer, chance.choice(("won", "lost", "open", "stalled")))
    rows = [row(case, at, members[case.marketer].id, outcomes[case.customer], house.vocabulary.version) for at, case in enumerate(cases)]
    with house.database.transaction() as session:
        session.execute(insert(Contribution), rows)
    assert len(_all_staff(house)) == marketers


def _all_staff(house: House) -> Sequence[Staff]:
    return house.staff.all()


def _patterns(house: House) -> list[SalesPattern]:
    return [pattern for pattern in house.shared.released()[0].values() if house.gate.visible(pattern)]


def _kept(house: House) -> dict[str, tuple[object, ...]]:
    return {one.id: (one.n, one.successes, one.contributors, one.customers, one.mean, one.low, one.high, one.standing) for one in _patterns(house)}


def _weighted(counts: Counter, value: Callable) -> float:  # type: ignore[type-arg]
    return sum(n * value(one) for one, n in counts.items()) / sum(counts.values())


def _mean(values: Iterable[bool]) -> float:
    known = list(values)
    return round(float(np.mean(known)), 4) if known else 0.0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
