"""The composition root: the only place that constructs the parts of the house. Each part is built when it is first asked for."""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import NotInitialised
from bot.settings import Settings
from bot.thinking import Thinking
from memory.database import Database
from memory.encryption import KeyWrapper, MasterKeyFile
from memory.errors import KeyWrong
from memory.key_check import confirm
from memory.register import FILE as FORGETTINGS
from memory.staff import StaffDirectory
from memory.zones import Zone, Zones

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.customer_desk import CustomerDesk
    from bot.follow_ups import FollowUpDesk
    from bot.forgetting import Erasure
    from bot.importing import Importing
    from bot.inbox import Enqueue, Inbox, NoteMedia
    from bot.playbooks import Playbooks
    from bot.privacy import Privacy
    from bot.records import Records
    from bot.sending import Sending
    from intelligence.deny_list import DenyList
    from intelligence.labelling import Labels
    from intelligence.learning import Learning
    from intelligence.llm import LanguageModel
    from memory.audit import AuditLog
    from memory.indexes import Indexes
    from memory.private import PrivateMemories
    from memory.shared import SharedMemory

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def initialise(settings: Settings, keys: KeyWrapper | None = None) -> bool:
    """Create the data directory, its key and the schema, for nobody else to read; False when everything was there. Nothing existing is overwritten.

    No file is made where `keys`, such as those of a key management service, take its place.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _closed_to_others(settings.data_dir, 0o700)  # it may have been there, open to everybody
    fresh = keys is None and not settings.master_key.exists()
    path = Database(settings.database).path
    if fresh:
        if path is not None and path.exists():
            MasterKeyFile.load(settings.master_key)  # says that the key of an existing database is missing
        MasterKeyFile.create(settings.master_key)
    if path is not None:
        path.touch(mode=0o600)
        _closed_to_others(path, 0o600)
    house = House(settings, keys=keys)
    try:
        house.database.migrate()
        confirm(house.database, house.master_key)
    except KeyWrong:
        if fresh:
            settings.master_key.unlink()  # made a moment ago, for a database on a server that has another
        raise
    finally:
        house.close()
    return fresh


def _closed_to_others(path: Path, mode: int) -> None:
    with suppress(PermissionError):  # somebody else's, such as a mounted volume: `doctor` tells of it
        path.chmod(mode)


_WARM = (
    *("embedder", "classifier", "memories", "shared", "templates", "starter_playbook", "industries"),
    *("assistant", "playbooks", "records", "privacy", "learning"),
)


class House(Thinking):
    """Everything one process works with. Close it when done."""

    def __init__(self, settings: Settings, clock: Clock = utc_now, keys: KeyWrapper | None = None) -> None:
        """`keys`: what takes the place of the master key's file."""
        self.settings = settings
        self._keys = keys
        self.clock = clock
        self.vitals: dict[str, Callable[[], str]] = {}
        """What the parts of the process that serves this house say of themselves, by name; each raises when something is wrong."""

    @classmethod
    def opened(cls, settings: Settings, clock: Clock = utc_now, keys: KeyWrapper | None = None) -> "House":
        """The house on an initialised data directory, migrated. Raises NotInitialised, KeyMissing, KeyWrong; then nothing was written under a wrong key."""
        if not settings.master_key.exists() and not settings.data_dir.exists():
            msg = f"There is no data directory at {settings.data_dir} yet: run `tradecraft init`, or point TRADECRAFT_DATA_DIR at yours."
            raise NotInitialised(msg)
        house = cls(settings, clock, keys)
        master = house.master_key  # before a database is made
        try:
            house.database.migrate()
            confirm(house.database, master)
            if (settings.data_dir / FORGETTINGS).exists():
                house.erasure.reapply()  # a backup put back, or a forgetting cut off: ended before anything is served
        except BaseException:
            house.close()
            raise
        return house

    @cached_property
    def database(self) -> Database:
        """SQL."""
        return Database(self.settings.database)

    @cached_property
    def master_key(self) -> KeyWrapper:
        """What wraps the zones' keys."""
        return self._keys or MasterKeyFile.load(self.settings.master_key)

    @cached_property
    def zones(self) -> Zones:
        """Private zones."""
        return Zones(self.database, self.master_key, self.settings.data_dir / "zones")

    @cached_property
    def staff(self) -> StaffDirectory:
        """Our users."""
        return StaffDirectory(self.database, self.zones)

    @cached_property
    def indexes(self) -> "Indexes":
        """Where vector collections lie."""
        from memory.collection_server import chosen

        return chosen(self.settings.chroma_url, self.master_key.derive("chroma").hex()[:12])

    @cached_property
    def memories(self) -> "PrivateMemories":
        """The open zones' memories."""
        from memory.private import SCANNED, PrivateMemories

        # Whoever runs a server wants it used.
        scanned = 0 if self.settings.chroma_url else SCANNED
        return PrivateMemories(self.database, self.zones, self.embedder, indexes=self.indexes, scanned=scanned)

    @cached_property
    def shared(self) -> "SharedMemory":
        """The shared side."""
        from memory.shared import SharedMemory

        return SharedMemory(self.database, self.embedder, self.settings.data_dir / "shared", self.gate.visible, self.indexes)

    @cached_property
    def learning(self) -> "Learning":
        """The only writer of the shared side."""
        from intelligence.learning import Learning
        from intelligence.randomized_response import RandomizedResponse

        return Learning(
            database=self.database,
            zones=self.zones,
            staff=self.staff,
            shared=self.shared,
            classifier=self.classifier,
            anonymizer=self.anonymizer,
            vocabulary=self.vocabulary,
            gate=self.gate,
            token=self.counting_token,
            embedder=self.embedder,
            templates=self.templates,
            industries=self.industries,
            labels_of=self.labels_of if self.settings.learn_with_model else None,
            known_of=self.deny_list,
            half_life_days=self.settings.half_life_days,
            randomized=RandomizedResponse(epsilon, self.counting_token) if (epsilon := self.settings.outcome_epsilon) else None,
        )

    @cached_property
    def importing(self) -> "Importing":
        """WhatsApp exports."""
        from bot.importing import Importing

        return Importing(self.database, self.zones, self.staff, self.memories, self.vocabulary)

    @cached_property
    def assistant(self) -> "Assistant":
        """The use cases."""
        from bot.assistant import Assistant

        return Assistant(self)

    @cached_property
    def playbooks(self) -> "Playbooks":
        """The playbook."""
        from bot.playbooks import Playbooks

        return Playbooks(self)

    @cached_property
    def records(self) -> "Records":
        """What people write down themselves."""
        from bot.records import Records

        return Records(self)

    @cached_property
    def sending(self) -> "Sending | None":
        """Writing to customers what a marketer approved; None without a Twilio account."""
        from bot.sending import configured

        return configured(self)

    @cached_property
    def customers(self) -> "CustomerDesk":
        """One's own customers."""
        from bot.customer_desk import CustomerDesk

        return CustomerDesk(self)

    @cached_property
    def follow_ups(self) -> "FollowUpDesk":
        """Whom to write to again, and when."""
        from bot.follow_ups import FollowUpDesk

        return FollowUpDesk(self)

    @cached_property
    def privacy(self) -> "Privacy":
        """One's own privacy."""
        from bot.privacy import Privacy

        return Privacy(self)

    @cached_property
    def audit(self) -> "AuditLog":
        """Who did what to whose data."""
        from memory.audit import AuditLog

        return AuditLog(self.database, self.master_key.derive("audit"), self.settings.data_dir / "audit.head")

    @cached_property
    def erasure(self) -> "Erasure":
        """Forgetting."""
        from bot.forgetting import Erasure

        return Erasure(self)

    def inbox(self, enqueue: "Enqueue", note_media: "NoteMedia | None" = None) -> "Inbox":
        """The door in, with the queue it hands work to, and what wants to know of files."""
        from bot.inbox import Inbox

        return Inbox(self.database, self.staff, self.zones, enqueue, note_media)

    def counting_token(self, identifier: str) -> str:
        """A keyed hash of a staff or customer id that only counts distinct people."""
        return hmac.new(self.master_key.derive("contributors"), identifier.encode(), hashlib.sha256).hexdigest()[:24]

    def deny_list(self, zone: Zone) -> "DenyList":
        """Everybody and everything a zone knows by name or number: what the anonymiser must find whatever it looks like."""
        from bot.zone_deny_list import zone_deny_list

        return zone_deny_list(self, zone)

    def labels_of(self, zone: Zone) -> "Labels":
        """What labels the turns of a zone that are learnt from."""
        from bot.zone_model import zone_labels

        return zone_labels(self, zone)

    def language_model(self, zone: Zone) -> "LanguageModel | None":
        """What may speak about this zone; None without a key."""
        from bot.zone_model import zone_model

        return zone_model(self, zone)

    def warm(self) -> None:
        """Load what answering needs, so that the first asker does not wait and threads find everything built."""
        for part in _WARM:
            getattr(self, part)

    def close(self) -> None:
        """Give back everything that was opened."""
        built = self.__dict__
        for part in ("memories", "shared", "indexes", "database"):
            if part in built:
                built[part].close()
