"""The service is killed (SIGKILL) at every named point of a delivery's way; `python -m benchmarks.kill` does the same for longer."""

import pytest

from benchmarks.kill import Outcome, run
from benchmarks.kill_nursery import POINTS
from tests.postgres import Postgres


def harm(outcome: Outcome) -> dict[str, int]:
    return {name: getattr(outcome, name) for name in ("lost", "doubled", "unreadable", "undone")}


@pytest.mark.xdist_group("kills")
def test_nothing_acknowledged_is_lost_or_doubled_when_the_service_is_killed_at_every_point() -> None:
    outcome = run(26)
    assert harm(outcome) == {"lost": 0, "doubled": 0, "unreadable": 0, "undone": 0}
    assert outcome.kills == 26
    assert outcome.by_point.keys() == {*POINTS, "random"}
    assert outcome.acknowledged >= 26


@pytest.mark.xdist_group("kills")
def test_the_same_holds_on_postgres(postgres: Postgres) -> None:
    outcome = run(7, database_url=postgres.database(), recovered_every=3)
    assert harm(outcome) == {"lost": 0, "doubled": 0, "unreadable": 0, "undone": 0}
    assert outcome.acknowledged >= 7
