"""What Twilio tells, from whichever source, to the one door in: messages of both sides, and how far ours came. Blocks: call it from a thread."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.channels import twilio_conversations, twilio_events
from bot.channels.twilio_account import TwilioAccount
from bot.channels.twilio_conversations import Added, IsOurs
from bot.channels.twilio_events import Event
from bot.channels.whatsapp import SOURCE, NotAMessage, Status
from bot.inbox import Accepted
from bot.messages import InboundMessage, Kind
from memory.message_statuses import MessageStatuses

_log = structlog.get_logger()

Accept = Callable[[InboundMessage, datetime], Accepted | None]


class TwilioDoor:
    """Returns when everything is committed; raises when something could not be stored, so that Twilio keeps it and tells it again."""

    def __init__(  # noqa: PLR0913 - what a door is given
        self,
        accept: Accept,
        statuses: MessageStatuses,
        is_ours: IsOurs,
        clock: Callable[[], datetime],
        *,
        account: TwilioAccount | None,
        outgoing: Callable[[Status], object] = lambda _told: None,
    ) -> None:
        """Without `account` nothing can be asked of Twilio: what a source leaves out stays unknown. `outgoing` hears of every status."""
        self._accept = accept
        self._statuses = statuses
        self._is_ours = is_ours
        self._clock = clock
        self._account = account
        self._outgoing = outgoing

    @property
    def asks(self) -> bool:
        """Whether Twilio can be asked: who takes part in a conversation is never told unasked."""
        return self._account is not None

    def message(self, message: InboundMessage) -> None:
        """A message of either side."""
        self._accept(message, self._clock())

    def status(self, told: Status) -> None:
        """What became of a message of ours. One that left us and is not known yet is fetched: it is the marketer's side."""
        self._outgoing(told)
        if self._statuses.advance(SOURCE, told.message_sid, told.status) or not told.left:
            return
        message = self._account.message(told.message_sid) if self._account else None
        if message is not None:
            self.message(message)
            self._statuses.advance(SOURCE, told.message_sid, told.status)

    def added(self, said: Added) -> None:
        """A message in a conversation. Raises NotAMessage, TwilioUnreachable."""
        if self._account is None:
            raise NotAMessage("Conversations need TRADECRAFT_TWILIO_ACCOUNT_SID: who takes part in one is asked of Twilio.")
        participants = self._account.participants(said.service, said.conversation)
        self.message(twilio_conversations.inbound(said, participants, self._is_ours))

    def events(self, events: Sequence[Event], account_sid: str = "") -> None:
        """A batch. One that means nothing here is passed over; one that cannot be stored fails the batch, whose repetition is harmless."""
        for event in events:
            if account_sid and event.account != account_sid:
                _log.warning("event.of_another_account", type=event.type[:80])
                continue
            try:
                self._event(event)
            except NotAMessage as error:
                _log.info("event.skipped", type=event.type[:80], reason=str(error))

    def _event(self, event: Event) -> None:
        said = twilio_events.conversation(event, self._clock())
        if said is not None:
            self.added(said)
        message = twilio_events.message(event, self._clock())
        if message is not None:
            # An event counts files and does not say of what kind: Twilio's own list does.
            whole = self._account.message(message.external_id) if self._account and message.kind is Kind.MEDIA else None
            self.message(whole or message)
        told = twilio_events.status(event)
        if told is not None:
            self.status(told)
