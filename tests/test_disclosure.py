from dataclasses import dataclass

import pytest

from intelligence.disclosure import Gate
from intelligence.errors import VocabularyInvalid


@dataclass(frozen=True)
class _Support:
    contributors: int = 5
    customers: int = 10
    largest_share: float = 0.5


@pytest.mark.parametrize(
    ("support", "visible"),
    [
        (_Support(), True),
        (_Support(contributors=4), False),
        (_Support(customers=9), False),
        (_Support(largest_share=0.51), False),
    ],
)
def test_the_gate_needs_people_customers_and_no_majority_of_one(support: _Support, visible: bool) -> None:  # noqa: FBT001 - a table
    assert Gate().visible(support) is visible


def test_a_gate_below_three_people_is_refused() -> None:
    with pytest.raises(VocabularyInvalid, match="At least 3"):
        Gate(contributors_needed=2)


def test_one_newcomer_alone_does_not_move_a_released_pattern() -> None:
    gate = Gate(changes_needed=3)
    before = {"a": (3, 1), "b": (2, 2)}
    assert not gate.releasable(before, {**before, "c": (1, 1)})
    assert gate.releasable(before, {"a": (4, 2), "b": (3, 2), "c": (1, 1)})
    assert gate.releasable(before, before)


def test_what_is_taken_back_goes_at_once() -> None:
    gate = Gate(changes_needed=3)
    assert gate.releasable({"a": (3, 1), "b": (2, 2)}, {"a": (3, 1)})
    assert gate.releasable({"a": (3, 1), "b": (2, 2)}, {"a": (2, 1), "b": (2, 2)})
