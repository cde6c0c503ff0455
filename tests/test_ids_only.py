import logging

import structlog
from sqlmodel import delete

from bot.bootstrap import House
from memory.tables import SeenKey, Staff
from tests.conftest import NOW
from tests.ids_only import Heard, found, overheard
from tests.test_forgetting import SECRETS, stocked


def test_what_a_zone_holds_is_found_in_a_log_and_in_rows_that_may_hold_ids_only(house: House, alice: Staff) -> None:
    stocked(house, alice)
    heard = Heard()
    assert found(house, heard) == []
    heard.lines = [f"inbox.accepted text={SECRETS[2]}"]
    assert found(house, heard) == ["log"]
    with house.database.transaction() as session:
        session.add(SeenKey(key=f"slack:{SECRETS[0]}", seen_at=NOW))
    assert found(house, heard) == ["log", "seen_key"]
    with house.database.transaction() as session:  # or this test would fail at its end, as it should
        session.exec(delete(SeenKey).where(SeenKey.key == f"slack:{SECRETS[0]}"))  # type: ignore[arg-type]


def test_our_events_and_those_of_libraries_are_heard() -> None:
    with overheard() as heard:
        structlog.get_logger().info("inbox.accepted", entry="e1")
        logging.getLogger("some.library").warning("odd")
    structlog.get_logger().info("inbox.accepted", entry="e2")
    assert len(heard.lines) == 2
    assert "e1" in heard.lines[0]
    assert heard.lines[1] == "odd"
