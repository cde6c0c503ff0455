"""Files that come with messages. Unless somebody wants them (media are kept, voice notes are transcribed) they are placeholders and never fetched."""

from datetime import datetime
from typing import Protocol

import structlog

from bot.channels.twilio_media import MediaRefused, TwilioMedia
from bot.errors import BotFault
from bot.messages import InboundMessage
from memory.database import Database
from memory.inbox_entries import Transaction
from memory.message_media import AwaitedFile, MediaOfZone, awaited
from memory.zones import Zone, Zones

_log = structlog.get_logger()

_VOICE = "audio/"


class Transcriber(Protocol):
    """Turns a voice note into words. None ships: whoever adds one decides where the voice goes."""

    def transcribe(self, content: bytes, content_type: str) -> str:
        """The words; empty when there are none. May block; whatever it raises, the note stays a placeholder."""
        ...


class Attachments:
    """Notes what is wanted with the message, in its transaction, and fetches it afterwards; in memory only, sealed where it is kept."""

    def __init__(self, database: Database, zones: Zones, media: TwilioMedia | None, *, keep: bool = False, transcriber: Transcriber | None = None) -> None:
        """Without `media` (no credentials) nothing is wanted."""
        self._database = database
        self._zones = zones
        self._media = media
        self._keep = keep
        self._transcriber = transcriber

    def note(self, session: Transaction, zone: Zone, message_id: str, message: InboundMessage, now: datetime) -> None:
        """Called for a new message, in its transaction."""
        files = [(one.content_type, one.url) for one in message.media if one.url and self._wanted(one.content_type)]
        if files:
            MediaOfZone(self._database, zone).expect(session, message_id, files, now)

    def take(self, staff_id: str, message_id: str) -> bool:
        """Fetch what a message waits for; whether its words changed. A file that cannot be had never keeps the message from being remembered."""
        if self._media is None:
            return False
        files, spoken = MediaOfZone(self._database, self._zones.open(staff_id)), False
        for file in files.waiting(message_id):
            try:
                content = self._media.fetch(file.url, file.content_type)
            except MediaRefused as error:
                _log.warning("media.refused", message=message_id, reason=str(error))
                files.finish(file.id, "refused")
            except BotFault as error:
                _log.warning("media.waiting", message=message_id, error=type(error).__name__)
            else:
                words = self._words(file, content)
                files.finish(file.id, "done", content if self._keep else None, words)
                spoken = spoken or bool(words)
        return spoken

    def take_waiting(self) -> list[tuple[str, str]]:
        """Another round for whatever could not be had; (staff id, message id) of those whose words changed."""
        return [one for one in awaited(self._database) if self.take(*one)] if self._media is not None else []

    def _wanted(self, content_type: str) -> bool:
        return self._media is not None and (self._keep or (self._transcriber is not None and content_type.lower().startswith(_VOICE)))

    def _words(self, file: AwaitedFile, content: bytes) -> str:
        if self._transcriber is None or not file.content_type.lower().startswith(_VOICE):
            return ""
        try:
            return self._transcriber.transcribe(content, file.content_type).strip()
        except Exception as error:  # noqa: BLE001 - somebody else's code: the note stays a placeholder
            _log.error("media.not_transcribed", message=file.message_id, error=type(error).__name__)
            return ""
