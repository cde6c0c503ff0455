"""Durable work: what an accepted delivery still needs, done at least once each and exactly once in effect, whatever dies in between.

The inbox row is the truth; the engine (DBOS, in the same database) only runs things. Work is named entry id + attempt number, so offering it twice is one
run. Work never raises: it records the class of its error in the row and ends, because the engine would store the error's text. Rows of the engine hold ids,
attempt numbers and names of states, as JSON.
"""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Self

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, ScheduleInput

from bot import engine_reports
from bot.errors import BotFault
from bot.retries import MOST_ATTEMPTS, retry_after
from memory.database import Database
from memory.inbox_entries import Attempt, InboxEntries, Transaction

_log = structlog.get_logger()

_APPLICATION = "tradecraft"
_VERSION = "1"
"""Pinned: the engine's default is a hash of the code, and work enqueued by the version before a deploy would never be picked up."""
_WORK = "delivery"
_INBOX_QUEUE = "inbox"
_ROUNDS_QUEUE = "rounds"
_RECONCILE_EVERY = "*/15 * * * *"
_POLL_SECONDS = 0.1
_KEPT = timedelta(days=1)
"""Finished work is kept this long for whoever looks into an incident."""
_RETENTION_EVERY = timedelta(hours=1)
_RECOVERIES = 4
"""How often the engine itself restarts work that was cut off; afterwards the sweeper counts."""
_STEPS = {"accepted": (("remember", "remembered"), ("coach", "done")), "remembered": (("coach", "done"),)}
_QUEUED = ("ENQUEUED", "DELAYED")
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

Work = Callable[[str, str], None]
"""Takes (staff id, message id)."""


class JobsAlreadyRunning(BotFault):
    """The engine is one per process."""


class JobsNotRunning(BotFault):
    """Work can be offered only while the engine's tables are there."""


class Jobs:
    """Remembers and coaches every delivery; learns at night; offers again what was cut off."""

    _running: "Jobs | None" = None
    _guard = threading.Lock()

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        database: Database,
        remember: Work,
        coach: Work,
        learn: Callable[[], object],
        clock: Callable[[], datetime],
        *,
        chance: random.Random | None = None,
        executor: str = "tradecraft-0",
        lease: timedelta = timedelta(seconds=120),
        reconcile: Callable[[], object] | None = None,
        nightly: str = "0 3 * * *",
        sweep_every: float = 1.0,
        passing: Callable[[str], None] = lambda _point: None,
    ) -> None:
        """`executor` must be the same after a restart and different for each process that runs at the same time.

        `nightly` is a cron line in UTC; `reconcile` is called every quarter of an hour where there is one; `sweep_every` is in seconds. `passing` is told
        each named point of a delivery's way: tests kill the process there.
        """
        self._database = database
        self._entries = InboxEntries(database)
        self._works = {"remember": remember, "coach": coach}
        self._rounds: dict[str, tuple[str, Callable[[], object] | None]] = {"learn": (nightly, learn), "reconcile": (_RECONCILE_EVERY, reconcile)}
        self._clock = clock
        self._chance = chance or random.Random()
        self._executor = executor
        self._lease = lease
        self._sweep_every = sweep_every
        self._passing = passing
        self._client: DBOSClient | None = None
        self._stopping = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep_for_ever, name="inbox-sweeper", daemon=True)
        self._active = 0
        self._active_guard = threading.Lock()

    def start(self) -> Self:
        """Create or migrate the engine's tables, take up what was cut off, and begin. Raises JobsAlreadyRunning."""
        with Jobs._guard:
            if Jobs._running is not None:
                msg = "Jobs already run in this process: stop them before you start others."
                raise JobsAlreadyRunning(msg)
            Jobs._running = self
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise
        self._sweeper.start()
        return self

    def stop(self) -> None:
        """Finish what is running (up to ten seconds) and stop; what is left is taken up by the next start."""
        if Jobs._running is not self:
            return
        self._stopping.set()
        if self._sweeper.is_alive():
            self._sweeper.join(10)
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=10 if self._active else 0)
        if self._client is not None:
            self._client.destroy()
            self._client = None
        with Jobs._guard:
            Jobs._running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether deliveries are being worked on."""
        return self._client is not None and not self._stopping.is_set()

    def enqueue(self, session: Transaction, entry_id: str) -> None:
        """Offer a new delivery's work in the caller's transaction: both are there after its commit, or neither. Raises JobsNotRunning."""
        self._offer(session, entry_id, 0)

    def sweep(self) -> int:
        """Offer again every open delivery whose lease ran out and that nobody works on; how many. Called every second; safe to call at any time."""
        now = self._clock()
        overdue = self._entries.overdue(now)
        if not overdue:
            return 0
        held = self._held([_named(*attempt) for attempt in overdue], now - self._lease)
        waiting = [entry_id for entry_id, number in overdue if _named(entry_id, number) in held]
        if waiting:
            self._entries.extend(waiting, now + self._lease)
        lost = [attempt for attempt in overdue if _named(*attempt) not in held]
        again, given_up = self._entries.redrive(lost, now + self._lease, MOST_ATTEMPTS, self._offer)
        if again or given_up:
            _log.warning("inbox.redriven", again=again, given_up=given_up)
        return again

    def forget_finished(self) -> int:
        """Delete the engine's rows of work that ended before the time they are kept; how many."""
        before = (self._clock() - _KEPT).isoformat()
        deleted = 0
        while old := DBOS.list_workflows(status=_FINISHED, completed_before=before, limit=500, load_input=False, load_output=False):
            DBOS.delete_workflows([one.workflow_id for one in old])
            deleted += len(old)
        return deleted

    def _launch(self) -> None:
        url = self._database.url.render_as_string(hide_password=False)
        serializer = DBOSPortableJSONSerializer()
        engine_reports.adopt()
        DBOS(
            config=DBOSConfig(
                name=_APPLICATION,
                system_database_url=url,
                application_version=_VERSION,
                executor_id=self._executor,
                serializer=serializer,
                log_level="WARNING",
                enable_otlp=False,
                use_listen_notify=False,
                notification_listener_polling_interval_sec=_POLL_SECONDS,  # looks into an empty map; stopping waits for it
            ),
        )
        rounds = self._register()
        DBOS.launch()
        DBOS.register_queue(_INBOX_QUEUE, worker_concurrency=4, polling_interval_sec=_POLL_SECONDS)
        DBOS.register_queue(_ROUNDS_QUEUE, global_concurrency=1)
        DBOS.apply_schedules(rounds)
        for name in self._rounds.keys() - {one["schedule_name"] for one in rounds}:
            DBOS.delete_schedule(name)
        self._client = DBOSClient(system_database_url=url, serializer=serializer, application_name=_APPLICATION, lazy=True)

    def _register(self) -> list[ScheduleInput]:
        """Tell the engine our workflows; it wants plain functions. Gives the schedules of the regular rounds."""

        @DBOS.workflow(name=_WORK, max_recovery_attempts=_RECOVERIES)
        def delivery(entry_id: str, number: int) -> str:
            with self._counted():
                return self._delivery(entry_id, number)

        return [self._scheduled(name, cron, work) for name, (cron, work) in self._rounds.items() if work is not None]

    def _scheduled(self, name: str, cron: str, work: Callable[[], object]) -> ScheduleInput:
        @DBOS.workflow(name=name, max_recovery_attempts=_RECOVERIES)
        def go_round(_scheduled_at: datetime, _context: object) -> None:
            with self._counted():
                try:
                    work()
                except Exception as error:  # noqa: BLE001 - the engine would store its text; the next round tries again
                    _log.error("round.failed", round=name, exc_info=error)

        return {"schedule_name": name, "workflow_fn": go_round, "schedule": cron, "context": None, "queue_name": _ROUNDS_QUEUE}

    def _offer(self, session: Transaction, entry_id: str, number: int) -> None:
        if self._client is None:
            msg = "Jobs do not run: start them before messages are accepted."
            raise JobsNotRunning(msg)
        self._client.enqueue_in_transaction(
            session,
            {"workflow_name": _WORK, "queue_name": _INBOX_QUEUE, "workflow_id": _named(entry_id, number), "app_version": _VERSION},
            entry_id,
            number,
        )

    def _held(self, names: list[str], since: datetime) -> set[str]:
        """Which of these the engine still has in its queue, or started after `since`: a long queue is no reason to count attempts."""
        if self._client is None:
            return set()
        known = self._client.list_workflows(workflow_ids=names, load_input=False, load_output=False)
        return {one.workflow_id for one in known if one.status in _QUEUED or (one.status == "PENDING" and (one.dequeued_at or 0) / 1000 > since.timestamp())}

    def _delivery(self, entry_id: str, number: int) -> str:
        """The way of one delivery; the result is how it ended.

        The steps are kept in our row and not as steps of the engine: a later attempt, which is other work to the engine, goes on where the last one was,
        and a delivery costs two commits fewer.
        """
        try:
            attempt = self._entries.current(entry_id, number)
        except Exception as error:  # noqa: BLE001 - the engine would store its text; the sweeper offers it again
            _log.error("inbox.attempt_unreadable", entry=entry_id, exc_info=error)
            return type(error).__name__
        if attempt is None:
            return "superseded"
        self._passing("begun")
        for name, state in _STEPS[attempt.state]:
            ended = self._tried(attempt, name, state)
            if ended != state:
                return ended
        return "done"

    def _tried(self, attempt: Attempt, name: str, state: str) -> str:
        try:
            self._works[name](attempt.staff_id, attempt.message_id)
            self._passing(f"after-{name}")
            advanced = self._entries.advance(attempt, state, self._clock())
            self._passing(f"marked-{state}")
        except Exception as error:  # noqa: BLE001 - whatever it was, the row says so and the delivery is tried again
            return self._failed(attempt, name, error)
        return state if advanced else "superseded"

    def _failed(self, attempt: Attempt, name: str, error: Exception) -> str:
        failure = type(error).__name__
        tries = attempt.number + 1
        wait = retry_after(error, tries, self._chance)
        _log.error("inbox.step_failed", entry=attempt.entry_id, step=name, error=failure, tries=tries, dead=wait is None)
        try:
            self._entries.fail(attempt, failure, None if wait is None else self._clock() + wait)
        except Exception as unrecorded:  # noqa: BLE001 - the lease runs out and the sweeper offers it again
            _log.error("inbox.failure_unrecorded", entry=attempt.entry_id, exc_info=unrecorded)
        return failure

    def _sweep_for_ever(self) -> None:
        cleaned_at = self._clock() - _RETENTION_EVERY
        while not self._stopping.wait(self._sweep_every):
            try:
                self.sweep()
                if self._clock() - cleaned_at >= _RETENTION_EVERY:
                    cleaned_at = self._clock()
                    self.forget_finished()
            except Exception as error:  # noqa: BLE001 - a busy or absent database: the next round tries again
                _log.warning("inbox.sweep_failed", exc_info=error)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Stopping waits while something is counted."""
        with self._active_guard:
            self._active += 1
        try:
            yield
        finally:
            with self._active_guard:
                self._active -= 1


def _named(entry_id: str, number: int) -> str:
    """What the engine calls an attempt: offering the same one twice is one run."""
    return f"{entry_id}.{number}"
