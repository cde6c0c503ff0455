"""Addresses under which Twilio fetches a file that is being sent. Whoever lacks the signature, comes late, or asks for another file, finds nothing there.

Twilio takes a file by its address only and brings no credentials: so the address itself is the secret. It is signed with a key of this installation, lives for
minutes, and leads somewhere only while its message is on the way.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from memory import outgoing_files
from memory.letters import LetterFile
from memory.outbox import Outbox
from memory.outgoing_files import OutgoingFiles

if TYPE_CHECKING:
    from bot.bootstrap import House

PATH = "/webhooks/twilio/files"
_LIFE = timedelta(minutes=15)
"""Twilio fetches within seconds; when its queue is long, within minutes."""
_VENDOR = "https://api.twilio.com"
_LOCAL = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it is handed to Twilio."""

    file: LetterFile
    content: bytes = field(repr=False)


class FileLinks:
    """The files of this installation that are on their way. Blocks: call it from a thread."""

    def __init__(self, house: "House") -> None:
        self._house = house

    @property
    def reachable(self) -> bool:
        """Whether Twilio can come here at all: it refuses addresses of this machine."""
        chosen = self._house.settings
        return (urlsplit(chosen.public_url).hostname or "") not in _LOCAL or chosen.twilio_api_url.rstrip("/") != _VENDOR

    def url(self, letter_id: str) -> str:
        """The address of a message's file, from now on for a quarter of an hour."""
        expires = str(int((self._house.clock() + _LIFE).timestamp()))
        return f"{self._house.settings.public_url.rstrip('/')}{PATH}/{letter_id}/{expires}/{self._mark(letter_id, expires)}"

    def fetched(self, letter_id: str, expires: str, mark: str) -> Fetched | None:
        """The file behind an address; None for every address that is not of a file now on its way."""
        if not hmac.compare_digest(self._mark(letter_id, expires).encode(), mark.encode()):
            return None
        if int(expires) < self._house.clock().timestamp():
            return None
        owner = outgoing_files.owner_on_its_way(self._house.database, letter_id)
        if owner is None:
            return None
        zone = self._house.zones.open(owner)
        file, content = Outbox(self._house.database, zone).get(letter_id).file, OutgoingFiles(self._house.database, zone).content(letter_id)
        if file is None or content is None or hashlib.sha256(content).hexdigest() != file.digest:
            return None
        return Fetched(file, content)

    def drop_spent(self) -> int:
        """Erase the bytes nobody will come for any more; how many files."""
        return outgoing_files.drop_spent(self._house.database, self._house.clock() - _LIFE)

    def _mark(self, letter_id: str, expires: str) -> str:
        key = self._house.master_key.derive("outgoing-files")
        return hmac.new(key, f"{letter_id}\0{expires}".encode(), hashlib.sha256).hexdigest()
