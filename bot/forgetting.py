"""Forgetting a customer, a member of staff or what is old: erased everywhere it can be, looked for in every byte, and receipted."""

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from bot.errors import InputRefused
from memory.conversations import Conversations
from memory.customers import Customers
from memory.deals import Deals
from memory.errors import DirectoryLocked, UnknownStaff, ZoneClosed
from memory.forgetting import Subject, completed, erase, message_ids, pending_remotely
from memory.notes import Notes
from memory.receipts import issued
from memory.register import FILE, Register, Registered
from memory.storage import Storage
from memory.tables import Forgetting, new_id
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.database import Shredded
    from memory.storage import Search
    from memory.traces import Traces


_TELLING = 12
"""Shorter messages ("ok, thanks") are written by everybody: finding one would prove nothing."""
_LEAST_DAYS = 30
_WAIT_SECONDS = 600
RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done. `receipt` is the signed receipt, `path` where it lies; `scan` is what was found afterwards."""

    receipt: dict[str, Any]
    path: Path
    erased: dict[str, int]
    scan: "Search"

    def as_json(self) -> dict[str, Any]:
        """The shape of `privacy forget --json`."""
        return {"receipt": str(self.path), "erased": self.erased, "scan": self.scan.as_json()}

    def sentence(self) -> str:
        """For people."""
        rows = sum(self.erased.values())
        looked = f"{self.scan.traces} texts, names and numbers were looked for in {self.scan.sentence()}"
        found = "none was found" if not self.scan.hits else f"{len(self.scan.hits)} were found, in {', '.join(sorted(set(self.scan.hits)))}"
        remote = self.receipt["outside"]["twilio"]
        waiting = f"\n{remote} messages also lie at Twilio and are queued for deletion there." if remote else ""
        server = self.receipt["outside"].get("database_server", "")
        return f"Forgotten: {rows} records erased. {looked}: {found}.{waiting}{server and chr(10) + server}\nReceipt: {self.path}"


class Erasure:
    """The use case. What is registered is erased, whatever dies in between: opening the house ends what was begun."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._directory = house.settings.data_dir
        self.register = Register(self._directory / FILE)

    def customer(self, staff_id: str, name: str) -> Forgotten:
        """Everything about one customer of one zone. Raises UnknownCustomer, DirectoryLocked; then nothing was changed."""
        return self.customer_of(staff_id, Customers(self._house.database, self._house.zones.open(staff_id)).named(name).id)

    def customer_of(self, staff_id: str, customer_id: str, actor: str = "") -> Forgotten:
        """The same by id; another zone's is refused. `actor` goes into the audit log: whoever runs this process when empty."""
        known = Customers(self._house.database, self._house.zones.open(staff_id)).get(customer_id)
        return self._begun(Registered(new_id(), "customer", staff_id, known.id, None, self._house.clock()), actor)

    def staff(self, staff_id: str) -> Forgotten:
        """A member of staff with the whole zone. Raises UnknownStaff, DirectoryLocked; then nothing was changed."""
        self._house.staff.get(staff_id)
        return self._begun(Registered(new_id(), "staff", staff_id, "", None, self._house.clock()))

    def older_than(self, days: int, staff_id: str = "") -> Forgotten:
        """Messages and notes older than so many days, of one zone or of all. Raises InputRefused below 30 days."""
        if days < _LEAST_DAYS:
            raise InputRefused(f"{days} days are too few: keep at least {_LEAST_DAYS}, or forget a customer instead.")
        now = self._house.clock()
        return self._begun(Registered(new_id(), "age", staff_id, "", now - timedelta(days=days), now))

    def reapply(self) -> int:
        """Apply every registered forgetting this database does not know as complete; how many. Called before anything is served."""
        if not self._waiting():
            return 0
        with self._alone():
            waiting = self._waiting()
            for one in waiting:
                self._release_indexes(one)
                self._applied(one, again=True)
        return len(waiting)

    def erase_remotely(self) -> tuple[int, int]:
        """Delete at Twilio what is due: (deleted now, still waiting). What fails is tried again later, for as long as it takes."""
        from bot.channels.twilio_account import TwilioAccount
        from bot.errors import BotFault
        from bot.retries import retry_after

        chosen, now, done = self._house.settings, self._house.clock(), 0
        pending = pending_remotely(self._house.database)
        due = [row for row in pending if row.due_at <= now]
        if not due or not chosen.twilio_account_sid or chosen.twilio_auth_token is None:
            return 0, len(pending)
        account = TwilioAccount(chosen.twilio_account_sid, chosen.twilio_auth_token.get_secret_value(), chosen.twilio_api_url)
        for row in due:
            row.attempts += 1
            try:
                row.state = "done" if account.delete(row.external_id) else "pending"
                row.failure, row.due_at = "", now if row.state == "done" else now + timedelta(minutes=5)
            except BotFault as error:
                row.failure = type(error).__name__
                row.due_at = now + (retry_after(error, row.attempts, random.Random()) or timedelta(days=1))
            with self._house.database.transaction() as session:
                session.merge(row)
            done += row.state == "done"
        self._house.audit.record("remote.erased", actor="system", subject="twilio", now=now, detail=f"{done} of {len(due)}")
        return done, len(pending) - done

    def _begun(self, one: Registered, actor: str = "") -> Forgotten:
        with self._alone():
            self._release_indexes(one)  # may refuse, so it comes first
            self.register.append(one)
            return self._applied(one, again=False, actor=actor or _operator())

    def _applied(self, one: Registered, *, again: bool, actor: str = "system") -> Forgotten:
        house, now = self._house, self._house.clock()
        subject = Subject.of(one, house.counting_token)
        zones = list(self._zones(one))
        traces = self._traces(subject, zones)
        with house.database.transaction() as session:
            session.merge(Forgetting(id=one.id, kind=one.kind, state="started", started_at=now))
            erased = erase(session, subject, one.id, now)
        remote = erased.pop("remote")
        erased["vector_directory"] = self._indexes_erased(one, zones)
        if again or erased["contribution"]:
            house.learning.publish(now)  # counts every pattern anew from what is left
        erased["copies"] = self._copies_removed()
        shredded = house.database.shred()
        scan = Storage(house.database).searched(traces, self._directory, [house.settings.master_key])
        receipt = self._receipt(one, erased, scan, {"twilio": remote, **self._left_elsewhere(shredded, scan)}, traces.short)
        path = self._kept(receipt)
        with house.database.transaction() as session:
            session.merge(Forgetting(id=one.id, kind=one.kind, state="complete", started_at=now, completed_at=house.clock()))
        house.audit.record(f"forgotten.{one.kind}", actor=actor, subject=one.customer_id or one.staff_id, now=now, detail=one.id)
        return Forgotten(receipt, path, erased, scan)

    def _waiting(self) -> list[Registered]:
        registered = self.register.all()
        if not registered:
            return []
        complete = completed(self._house.database)
        return [one for one in registered if one.id not in complete]

    def _zones(self, one: Registered) -> Iterator[Zone]:
        """The open zones it concerns; a zone whose key is gone already has nothing left to look for."""
        owners = [one.staff_id] if one.staff_id else self._house.zones.owners()
        for owner in owners:
            try:
                yield self._house.zones.open(owner)
            except (UnknownStaff, ZoneClosed):
                continue

    def _release_indexes(self, one: Registered) -> None:
        for zone in self._zones(one):
            self._house.memories.of(zone.staff_id).erase_index()

    def _indexes_erased(self, one: Registered, zones: list[Zone]) -> int:
        for zone in zones:
            if one.kind == "staff":
                self._house.memories.drop(zone.staff_id)
                self._house.zones.drop(zone.staff_id)
                shutil.rmtree(zone.directory, ignore_errors=True)
                for beside in (".lock", ".open"):
                    zone.directory.with_suffix(beside).unlink(missing_ok=True)
            else:
                self._house.memories.of(zone.staff_id).reindex()
        return len(zones)

    def _traces(self, subject: Subject, zones: list[Zone]) -> "Traces":
        from memory.traces import Traces

        return Traces(text for zone in zones for text in self._texts(subject, zone))

    def _texts(self, subject: Subject, zone: Zone) -> Iterator[str]:
        """What could be read about the subject until now."""
        database = self._house.database
        chosen = [] if subject.kind == "age" else Customers(database, zone).all([subject.customer_id] if subject.kind == "customer" else None)
        for customer in chosen:
            yield from (customer.name, customer.company, *customer.addresses, *(one.lstrip("+") for one in customer.addresses))
            yield from (deal.name for deal in Deals(database, zone).all(customer.id))
        if subject.kind == "staff":
            member = self._house.staff.get(zone.staff_id)
            yield from (member.name, member.slack_user_id or "", *(one.address for one in self._house.staff.addresses(member.id)))
        written = [message.text for message in Conversations(database, zone).read(message_ids(database, subject, zone.staff_id))]
        notes = [note for note in Notes(database, zone).all(subject.customer_id) if subject.before is None or note.created_at < subject.before]
        yield from (text for text in (*written, *(note.text for note in notes)) if len(text) >= _TELLING)

    def _copies_removed(self) -> int:
        """Copies that upgrades left beside the database hold what was just erased."""
        path = self._house.database.path
        copies = list(path.parent.glob(f"{path.stem}.before-*.db")) if path else []
        for copy in copies:
            copy.unlink()
        return len(copies)

    def _receipt(self, one: Registered, erased: dict[str, int], scan: "Search", outside: dict[str, Any], short: int) -> dict[str, Any]:
        facts = one.as_json()
        return issued(
            {
                "id": one.id,
                "kind": one.kind,
                "staff_id": one.staff_id,
                "customer_id": one.customer_id,
                "before": facts["before"],
                "requested_at": facts["at"],
                "completed_at": self._house.clock().isoformat(),
                "erased": erased,
                "scan": {**scan.as_json(), "too_short_to_tell": short},
                "outside": outside,
            },
            self._house.master_key.signer,
        )

    def _left_elsewhere(self, shredded: "Shredded", scan: "Search") -> dict[str, str]:
        """What lies where we cannot reach it, said as it is."""
        said = {
            "slack": "Cards sent by direct message stay in Slack until its own retention removes them.",
            "backups": "Backups made before hold the sealed rows; restoring one applies this forgetting again before anything is served.",
        }
        if self._house.settings.chroma_url:
            said["chroma"] = (
                "The Chroma server no longer answers with the vectors; rotated by the zone's secret, they stay in its files until it writes over them."
            )
        if self._house.database.is_sqlite:
            return said
        busy = f"{shredded.kept} could not be: run VACUUM FULL as their owner when nobody works on them. " if shredded.kept else ""
        read = "and it was looked through too" if scan.server_files else "and it cannot be read from here, nor can the server's other files"
        log = f"It holds {scan.log_hits} of what was looked for." if scan.log_hits else ""
        return {
            **said,
            "database_server": f"{shredded.tables} tables were written anew without the deleted rows. {busy}The database server's log of changes keeps them, "
            f"customers' as ciphertext, until the server writes over it, {read}. {log}".strip(),
        }

    def _kept(self, receipt: dict[str, Any]) -> Path:
        path = self._directory / RECEIPTS / f"{receipt['id']}.json"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(receipt, file, indent=1)
        fresh.replace(path)
        return path

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One forgetting at a time; whoever opens the house meanwhile waits for its end."""
        lock = FileLock(self._directory / "forgetting.lock")
        try:
            lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout as error:
            raise DirectoryLocked("Another process is forgetting something in this data directory: wait for it to end.") from error
        try:
            yield
        finally:
            lock.release()


def _operator() -> str:
    return f"os:{os.getuid()}" if hasattr(os, "getuid") else "os"
