from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from intelligence.aggregation import CellKey, Counted, bounded, counted, split
from intelligence.changes import change, drift
from intelligence.disclosure import Gate
from intelligence.objection_patterns import OWN, POOLED, ObjectionCase, objection_patterns

KEY = CellKey("objection-patterns", POOLED, "budget", "roi-proof")
GATE = Gate()


def _cases(number: int, *, people: int = 8, industry: str = "retail", worked: int = 0, epoch: str = "2026-W07", first: int = 0) -> list[Counted]:
    """`number` cases (no multiple of 17) of distinct customers, three a person and week; `worked` of them succeeded, spread evenly."""
    return [
        Counted(
            f"m{at % people}",
            f"c{first + at}",
            f"{epoch[:6]}{int(epoch[6:]) + at // (3 * people):02d}",
            f"{first + at:05d}",
            17 * at % number < worked,
            1.0,
            industry,
        )
        for at in range(number)
    ]


def test_nobody_adds_more_than_three_cases_to_a_pattern_in_a_week() -> None:
    cases = [Counted("m1", f"c{at}", "2026-W07", str(at), success=True) for at in range(9)]
    assert len(bounded(cases)) == 3
    assert len(bounded([*cases, Counted("m1", "c", "2026-W08", "x", success=True)])) == 4


def test_the_bound_keeps_the_same_cases_whatever_order_they_came_in() -> None:
    cases = [Counted("m1", f"c{at}", "2026-W07", str(at), success=bool(at % 2)) for at in range(5)]
    kept = {tuple(one.order for one in bounded(order)) for order in permutations(cases)}
    assert kept == {("0", "1", "2")}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.booleans()), max_size=40), st.integers(0, 5))
def test_leaving_out_a_person_is_exact(rows: list[tuple[int, int, bool]], leaver: int) -> None:
    cases = [Counted(f"m{who}", f"c{who}-{customer}", "2026-W07", str(at), success) for at, (who, customer, success) in enumerate(rows)]
    with_all, without = counted(KEY, cases), counted(KEY, [one for one in cases if one.contributor != f"m{leaver}"])
    n, successes = with_all.shares.get(f"m{leaver}", (0, 0))
    assert (without.n, without.successes) == (with_all.n - n, with_all.successes - successes)
    assert without.contributors == with_all.contributors - (n > 0)


def test_a_parent_never_tells_a_hidden_remainder_by_subtraction() -> None:
    retail, few = _cases(24, worked=12), _cases(4, people=2, industry="food", first=100)
    keys = {one: CellKey("objection-patterns", OWN, "budget", "roi-proof", one) for one in ("retail", "food")}
    parent, shown = split(KEY, {keys["retail"]: retail, keys["food"]: few}, [], GATE.visible)
    assert [cell.key.industry for cell in shown] == ["retail"]
    assert parent.n == 24  # not 28: four cases of two people would be the difference


def test_a_remainder_with_enough_people_counts_in_the_parent() -> None:
    retail, many = _cases(24, worked=12), _cases(12, people=6, industry="unknown", first=100)
    parent, shown = split(KEY, {CellKey("objection-patterns", OWN, "budget", "roi-proof", "retail"): retail}, many, GATE.visible)
    assert (parent.n, len(shown)) == (36, 1)


def test_without_shown_children_the_parent_counts_everything() -> None:
    children = {CellKey("objection-patterns", OWN, "budget", "roi-proof", str(at)): _cases(6, first=100 * at) for at in range(3)}
    parent, shown = split(KEY, children, [], GATE.visible)
    assert (parent.n, shown) == (18, [])


def test_patterns_carry_what_stands_behind_them_and_claim_only_what_is_sure() -> None:
    cases = [ObjectionCase("budget", "roi-proof", one) for one in _cases(60, worked=54)]
    cases += [ObjectionCase("budget", "discount", one) for one in _cases(60, worked=6, first=200)]
    cases += [ObjectionCase("budget", "urgency", one) for one in _cases(60, worked=30, first=400)]
    found = {(one.key.response, one.key.industry): one for one in objection_patterns(cases, GATE.visible).claims}
    assert found["roi-proof", ""].standing == "validated"
    assert found["discount", ""].standing == "anti-pattern"
    assert found["urgency", ""].standing == "observed"
    best = found["roi-proof", ""]
    assert (best.n, best.successes, best.contributors, best.customers) == (60, 54, 8, 60)
    assert best.low < best.mean < best.high < 1
    assert abs(best.base_rate - 0.5) < 0.02


def test_nine_cases_are_never_called_validated() -> None:
    gate = Gate(contributors_needed=3, customers_needed=5)
    cases = [ObjectionCase("budget", "roi-proof", one) for one in _cases(9, worked=9)] + [
        ObjectionCase("budget", "urgency", one) for one in _cases(200, worked=2, first=100)
    ]
    found = {one.key.response: one.standing for one in objection_patterns(cases, gate.visible).claims if not one.key.industry}
    assert found["roi-proof"] != "validated"


def test_no_cases_no_patterns() -> None:
    assert objection_patterns([], GATE.visible).claims == ()


def _weekly(rates: list[float], each: int = 12) -> list[Counted]:
    return [
        Counted(f"m{at % 6}", f"c{week}-{at}", f"2026-W{week + 1:02d}", f"{week:02d}{at:03d}", at < round(rate * each))
        for week, rate in enumerate(rates)
        for at in range(each)
    ]


def test_a_change_is_dated_and_noise_is_not_one() -> None:
    changed = change(_weekly([0.75] * 8 + [0.25] * 4))
    assert changed is not None
    assert changed.epoch == "2026-W09"
    assert (changed.before, changed.after) == (0.75, 0.25)
    assert change(_weekly([0.5, 0.58, 0.42, 0.5] * 3)) is None
    assert change([]) is None


def test_old_cases_stop_counting_after_a_change() -> None:
    cases = [ObjectionCase("budget", "roi-proof", one) for one in _weekly([0.9] * 8 + [0.2] * 4)]
    cases += [ObjectionCase("budget", "urgency", one) for one in _weekly([0.5] * 12)]
    (found,) = [one for one in objection_patterns(cases, GATE.visible).claims if one.key.response == "roi-proof" and not one.key.industry]
    assert found.n == 144
    assert found.effective_n == 48
    assert found.mean < 0.35


def test_drift_is_measured_only_where_halves_differ() -> None:
    assert drift([_weekly([0.5] * 12)]) < 0.005
    assert drift([_weekly([0.6] * 6 + [0.4] * 6)]) > 0.01
    assert drift([]) == 0.0
