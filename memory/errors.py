"""What can go wrong in memory, named by consequence.

The text of every error is one sentence for a person: what happened and what to do. It holds ids, paths and names of settings, never the content of a zone.
"""


class MemoryFault(Exception):
    """Base of every error raised by this package."""


class Retryable(MemoryFault):
    """The same call may succeed later without anybody changing anything."""


class Permanent(MemoryFault):
    """The same call fails again until somebody changes something."""


class UnknownStaff(Permanent):
    """Nobody of that name, id or address is known: no zone is opened."""


class AmbiguousStaff(Permanent):
    """The name or address is already taken by somebody else."""


class UnknownCustomer(Permanent):
    """The zone has no such customer."""


class UnknownDeal(Permanent):
    """The zone has no such deal."""


class UnknownToken(Permanent):
    """No API token has this id."""


class KeyMissing(Permanent):
    """The master key file is not where the settings say."""


class KeyWrong(Permanent):
    """Ciphertext does not open with this key: wrong key, or the row was moved or changed."""


class ZoneClosed(Permanent):
    """The zone was forgotten: its key is gone and its content cannot come back."""


class DirectoryLocked(Retryable):
    """Another process works on this data directory."""


class DatabaseBusy(Retryable):
    """Another process is writing to the database."""


class DatabaseDamaged(Permanent):
    """The database file is no database any more, or a part of it was overwritten."""


class DatabaseNewer(Permanent):
    """The database was written by a newer version of the program."""


class IndexDamaged(Retryable):
    """A vector collection cannot be read; it is rebuilt from SQL while an exact scan answers."""


class ServerUnsafe(Permanent):
    """A vector server that others reach, or of a kind that must not be used."""


class EmbedderChanged(Permanent):
    """Vectors of another embedding model are stored; they must be rebuilt before use."""


class ModelFileWrong(Permanent):
    """A bundled model file is missing or is not the one this version was built with."""


class ReceiptInvalid(Permanent):
    """The file is no receipt, or was changed after it was signed."""


class BackupUnusable(Permanent):
    """The backup is damaged, of another installation, or cannot go where it was to go."""


class AuditBroken(Permanent):
    """The audit log was changed behind our back."""
