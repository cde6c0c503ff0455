import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, select

from bot.bootstrap import House
from bot.errors import DeliveryFailed
from bot.inbox import Inbox
from bot.jobs import Jobs, JobsAlreadyRunning, JobsNotRunning
from bot.messages import Address, InboundMessage, Role
from bot.retries import MOST_ATTEMPTS, retry_after
from memory.errors import DatabaseBusy, UnknownStaff, ZoneClosed
from memory.inbox_entries import dead, standing
from memory.tables import InboxEntry, Staff
from tests.whatsapp_stand import wait_for

SECRET = "Kestrel-Quartz-4711"


class Clock:
    """A time that tests move."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_by(self, time: timedelta) -> bool:
        self.ahead += time
        return True


class Work:
    """Steps that record their calls and fail as told."""

    def __init__(self) -> None:
        self.remembered: list[str] = []
        self.coached: list[str] = []
        self.failures: list[Exception] = []
        self.hold = threading.Event()
        self.hold.set()

    def remember(self, _staff_id: str, message_id: str) -> None:
        self.hold.wait(20)
        self.remembered.append(message_id)

    def coach(self, _staff_id: str, message_id: str) -> None:
        self.coached.append(message_id)
        if self.failures:
            raise self.failures.pop(0)


def message(number: int, text: str = "hello") -> InboundMessage:
    theirs = Address("whatsapp", f"+49151000000{number:02}")
    return InboundMessage("twilio", "AC1", f"SM{number}", Address("whatsapp", "+12025550101"), theirs, Role.CUSTOMER, text, datetime.now(UTC))


@contextmanager
def running(house: House, work: Work, clock: Clock, **options: object) -> Iterator[tuple[Jobs, Inbox]]:
    with Jobs(house.database, work.remember, work.coach, lambda: None, clock, sweep_every=0.1, **options) as jobs:  # type: ignore[arg-type]
        yield jobs, house.inbox(jobs.enqueue)


def states(house: House) -> dict[str, int]:
    return dict(standing(house.database))


def failures(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.exec(select(InboxEntry.failure)).all())


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.usefixtures("alice")
def test_each_delivery_is_remembered_then_coached_then_done(house: House, work: Work, clock: Clock) -> None:
    with running(house, work, clock) as (_, inbox):
        accepted = [inbox.accept(message(number), clock()) for number in range(12)]
        wait_for(lambda: states(house) == {"done": 12})
    assert sorted(work.remembered) == sorted(work.coached) == sorted(one.message_id for one in accepted if one)


@pytest.mark.usefixtures("alice")
def test_a_transaction_that_fails_leaves_neither_row_nor_work(house: House, work: Work, clock: Clock) -> None:
    with running(house, work, clock) as (jobs, _):

        def enqueue_and_fail(session: object, entry_id: str) -> None:
            jobs.enqueue(session, entry_id)  # type: ignore[arg-type]
            raise DatabaseBusy("the disk is full")

        with pytest.raises(DatabaseBusy):
            house.inbox(enqueue_and_fail).accept(message(1), clock())
        assert states(house) == {}
        assert engine_rows(house) == []


@pytest.mark.usefixtures("alice")
def test_a_failing_step_is_tried_again_later_and_the_step_before_it_is_not(house: House, work: Work, clock: Clock) -> None:
    work.failures = [DeliveryFailed("Slack is down"), DeliveryFailed("Slack is down")]
    with running(house, work, clock) as (_, inbox):
        inbox.accept(message(1), clock())
        wait_for(lambda: failures(house) == ["DeliveryFailed"])
        clock.ahead += timedelta(seconds=1)
        assert states(house) == {"remembered": 1}
        wait_for(lambda: clock.pass_by(timedelta(seconds=1)) and states(house) == {"done": 1})
    assert (len(work.remembered), len(work.coached), failures(house)) == (1, 3, [""])


@pytest.mark.usefixtures("alice")
def test_a_poisoned_delivery_dies_after_eight_tries_with_the_class_of_its_error_and_others_are_unaffected(house: House, work: Work, clock: Clock) -> None:
    work.failures = [ValueError(SECRET) for _ in range(MOST_ATTEMPTS)]
    with running(house, work, clock) as (_, inbox):
        accepted = inbox.accept(message(1), clock())
        wait_for(lambda: clock.pass_by(timedelta(minutes=5)) and states(house) == {"dead": 1}, 30)
        inbox.accept(message(2), clock())
        wait_for(lambda: states(house) == {"dead": 1, "done": 1})
    assert accepted is not None
    assert dead(house.database) == [(accepted.entry_id, "ValueError", MOST_ATTEMPTS)]
    assert len(work.coached) == MOST_ATTEMPTS + 1


@pytest.mark.usefixtures("alice")
def test_rows_of_the_engine_hold_ids_only_and_no_pickles(house: House, work: Work, clock: Clock) -> None:
    work.failures = [ValueError(SECRET)]
    with running(house, work, clock) as (_, inbox):
        inbox.accept(message(1, SECRET), clock())
        inbox.accept(message(2, SECRET), clock())
        wait_for(lambda: states(house) == {"done": 1, "remembered": 1})
        wait_for(lambda: all(row[1] == "SUCCESS" for row in engine_rows(house)))
        assert {row[2] for row in engine_rows(house)} <= {"portable_json"}
    assert SECRET not in everything_stored(house)
    for row in engine_rows(house, "workflow_input", "inputs"):
        assert set(row[0]) <= set('{}[]":,-namedArgspositionalArgs0123456789abcdef')


@pytest.mark.usefixtures("alice")
def test_what_was_cut_off_is_taken_up_by_the_next_start(house: House, work: Work, clock: Clock) -> None:
    with running(house, work, clock) as (jobs, inbox):
        jobs._stopping.set()
        inbox.accept(message(1), clock())
        # The queue thread is stopped before it looks again, most of the time; either way nothing may be lost.
    with running(house, work, clock):
        wait_for(lambda: states(house) == {"done": 1})
    assert len(work.coached) == 1


@pytest.mark.usefixtures("alice")
def test_a_delivery_whose_work_is_lost_is_found_by_the_sweeper(house: House, work: Work, clock: Clock) -> None:
    with running(house, work, clock) as (_, inbox):
        house.inbox(lambda _session, _entry: None).accept(message(1), clock())  # as if the engine's tables had been emptied
        assert states(house) == {"accepted": 1}
        clock.ahead += timedelta(seconds=61)
        wait_for(lambda: states(house) == {"done": 1})
        assert inbox.accept(message(1), clock()) is not None
    assert len(work.coached) == 1


@pytest.mark.usefixtures("alice")
def test_a_long_queue_or_slow_work_costs_no_attempts(house: House, work: Work, clock: Clock) -> None:
    work.hold.clear()
    with running(house, work, clock) as (jobs, inbox):
        for number in range(10):
            inbox.accept(message(number), clock())
        clock.ahead += timedelta(seconds=90)  # past the first lease: four run, six wait in the queue
        jobs.sweep()
        work.hold.set()
        wait_for(lambda: states(house) == {"done": 10})
        with house.database.reading() as session:
            assert set(session.exec(select(InboxEntry.attempts)).all()) == {0}
    assert len(work.coached) == 10


@pytest.mark.usefixtures("alice")
def test_an_attempt_that_was_overtaken_stops_and_leaves_the_row_alone(house: House, work: Work, clock: Clock) -> None:
    work.hold.clear()
    with running(house, work, clock, lease=timedelta(seconds=1)) as (jobs, inbox):
        inbox.accept(message(1), clock())
        wait_for(lambda: jobs._active == 1)
        clock.ahead += timedelta(minutes=10)  # the worker hangs longer than its lease
        wait_for(lambda: jobs._active == 2)
        work.hold.set()
        wait_for(lambda: states(house) == {"done": 1} and jobs._active == 0)
    assert len(work.coached) == 1


@pytest.mark.usefixtures("alice")
def test_finished_work_is_forgotten_by_the_engine_after_a_day(house: House, work: Work, clock: Clock) -> None:
    with running(house, work, clock) as (jobs, inbox):
        inbox.accept(message(1), clock())
        wait_for(lambda: states(house) == {"done": 1} and all(row[1] == "SUCCESS" for row in engine_rows(house)))
        assert jobs.forget_finished() == 0
        clock.ahead += timedelta(hours=25)
        wait_for(lambda: engine_rows(house) == [])
        assert states(house) == {"done": 1}


def test_the_night_and_the_rounds_come_on_their_schedule_and_survive_an_error(house: House, work: Work, clock: Clock) -> None:
    nights: list[int] = []

    def learn() -> None:
        nights.append(1)
        raise ValueError(SECRET)

    with Jobs(house.database, work.remember, work.coach, learn, clock, nightly="* * * * * *"):
        wait_for(lambda: len(nights) >= 2)
    assert SECRET not in everything_stored(house)


def test_there_is_one_engine_in_a_process_and_work_needs_it(house: House, work: Work, clock: Clock, alice: Staff) -> None:
    jobs = Jobs(house.database, work.remember, work.coach, lambda: None, clock)
    with pytest.raises(JobsNotRunning):
        house.inbox(jobs.enqueue).accept(message(1), clock())
    assert states(house) == {}
    with running(house, work, clock), pytest.raises(JobsAlreadyRunning):
        jobs.start()
    assert alice.id


@pytest.mark.parametrize(
    ("error", "tries", "shortest"),
    [
        (DatabaseBusy("x"), 1, 2),
        (DatabaseBusy("x"), 2, 8),
        (ValueError("x"), 3, 32),
        (ValueError("x"), 6, 2048),
        (ValueError("x"), 7, 3600),
        (ValueError("x"), 8, None),
        (ZoneClosed("x"), 1, None),
        (UnknownStaff("x"), 1, None),
    ],
)
def test_waiting_grows_and_ends(error: Exception, tries: int, shortest: float | None) -> None:
    for seed in range(20):
        wait = retry_after(error, tries, random.Random(seed))
        assert (wait is None) == (shortest is None)
        if wait is not None and shortest is not None:
            assert shortest <= wait.total_seconds() <= shortest * 1.2


_SILENT = """
import socket, sys, tempfile
from datetime import UTC, datetime
from bot.jobs import Jobs
from memory.database import Database
connect = socket.socket.connect
def spied(self, address):
    print("socket", address)
    return connect(self, address)
socket.socket.connect = spied
database = Database("sqlite:///" + sys.argv[1] + "/x.db")
database.migrate()
with Jobs(database, print, print, lambda: None, lambda: datetime.now(UTC)):
    pass
"""


def test_the_engine_opens_no_socket_and_prints_no_banner(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _SILENT, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")


def engine_rows(house: House, table: str = "workflow_status", columns: str = "workflow_uuid, status, serialization") -> list[tuple[str, ...]]:
    """(id, status, serialisation) of the engine's work on deliveries, or other columns of another of its tables."""
    schema = "" if house.database.is_sqlite else "dbos."
    where = " WHERE name = 'delivery'" if table == "workflow_status" else ""
    with house.database.engine.connect() as connection:
        if table == "workflow_status" and "workflow_status" not in inspect(connection).get_table_names(schema.rstrip(".") or None):
            return []
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM {schema}{table}{where}"))]  # noqa: S608 - our own words


def everything_stored(house: House) -> str:
    """All rows of all tables of the engine, as text; on SQLite all bytes of the file too."""
    schema = None if house.database.is_sqlite else "dbos"
    with house.database.engine.connect() as connection:
        tables = [one for one in inspect(connection).get_table_names(schema) if schema or one not in SQLModel.metadata.tables]
    rows = "".join(str(engine_rows(house, table, "*")) for table in tables if table != "workflow_status")
    return rows + str(engine_rows(house, columns="*")) + (house.database.path.read_bytes().decode("latin-1") if house.database.path else "")
