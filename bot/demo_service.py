"""The real service with doubles of Slack and Twilio around it, and the hands of a customer and a marketer."""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, cast

from pydantic import SecretStr

from bot.app import Service
from bot.bootstrap import House
from bot.doubles.server import LoopbackServer
from bot.doubles.slack import SlackDouble
from bot.doubles.slack_workspace import Message
from bot.doubles.twilio import TwilioDouble
from bot.errors import DeliveryFailed
from bot.webhooks import MESSAGES_PATH
from memory.tables import Staff

_PATIENCE_SECONDS = 30.0


class DemoService:
    """A context manager: inside it the service runs over the house it is given."""

    def __init__(self, house: House) -> None:
        """The house's settings are replaced by ones that lead to the doubles."""
        self._house = house
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.slack = self._stack.enter_context(SlackDouble())
        self.twilio = self._stack.enter_context(TwilioDouble())
        self._house.settings = self._house.settings.model_copy(
            update={
                "slack_bot_token": SecretStr(self.slack.bot_token),
                "slack_signing_secret": SecretStr(self.slack.signing_secret),
                "slack_api_url": self.slack.api_url,
                "twilio_account_sid": self.twilio.account_sid,
                "twilio_auth_token": SecretStr(self.twilio.auth_token),
                "twilio_api_url": self.twilio.url,
            },
        )
        self._service = Service(self._house)
        self._server = self._stack.enter_context(LoopbackServer(self._service.web))
        self.twilio.post.reach[self._house.settings.public_url.rstrip("/")] = self._server.url
        self.slack.request_url = f"{self._server.url}/slack/events"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    @property
    def webhook(self) -> str:
        """Where Twilio delivers messages."""
        return f"{self._server.url}{MESSAGES_PATH}"

    def customer_writes(self, sender: str, recipient: str, name: str, text: str) -> None:
        """A customer's WhatsApp message, through Twilio's double: signed for the public URL, delivered to this machine."""
        message = self.twilio.add("inbound", f"whatsapp:{sender}", f"whatsapp:{recipient}", text)
        public = f"{self._house.settings.public_url.rstrip('/')}{MESSAGES_PATH}"
        answer = self.twilio.deliver(self.webhook, list(self.twilio.fields(message, name).items()), signed_url=public)
        answer.raise_for_status()

    def marketer_writes(self, sender: str, recipient: str, text: str) -> None:
        """A marketer's own WhatsApp message: no webhook tells of it, so the account is asked for what is new, as it is every quarter of an hour."""
        self.twilio.add("outbound-api", f"whatsapp:{sender}", f"whatsapp:{recipient}", text)
        self._service.reconcile()

    def card_for(self, member: Staff, after: int = 0) -> Message:
        """The next message that Slack's double shows this person by direct message, after so many. Raises DeliveryFailed when none comes."""
        user = member.slack_user_id or ""
        try:
            return cast("Message", self.slack.wait_for(lambda: self.slack.direct_messages(user)[after:], _PATIENCE_SECONDS)[0])
        except TimeoutError as error:
            msg = f"No card reached Slack's double within {_PATIENCE_SECONDS:.0f} s: run `tradecraft doctor`."
            raise DeliveryFailed(msg) from error

    def send(self, member: Staff, card: Message, words: str) -> tuple[str, str]:
        """Open the draft of a card, change its words, approve them, and wait until the customer read them: the draft, and what reached Twilio's double."""
        user = member.slack_user_id or ""
        self.slack.click(card, "sending.open", user=user)
        view = self._until(lambda: next((one for one in self.slack.workspace.views if one.get("callback_id") == "sending.approve"), None))
        draft = next(str(block["element"].get("initial_value", "")) for block in view["blocks"] if block.get("block_id") == "words")
        self.twilio.post.arrives = ("queued", "sent", "delivered", "read")
        self.slack.submit(view, user=user, values={"words": words})
        self._until(lambda: "Read (" in str(card.blocks))
        return draft, self.twilio.post.requests[-1]["Body"]

    def _until(self, found: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever `found` finds
        """Raises DeliveryFailed when it does not happen."""
        try:
            return self.slack.wait_for(found, _PATIENCE_SECONDS)
        except TimeoutError as error:
            msg = "The answer did not reach the customer: run `tradecraft doctor`."
            raise DeliveryFailed(msg) from error

    def click(self, member: Staff, message: Message, action: str) -> None:
        """Use a button of a card and wait until the card says so. Raises DeliveryFailed."""
        before = message.edited
        self.slack.click(message, action, user=member.slack_user_id or "")
        try:
            self.slack.wait_for(lambda: message.edited > before, _PATIENCE_SECONDS)
        except TimeoutError as error:
            msg = "The card did not change after the click: run `tradecraft doctor`."
            raise DeliveryFailed(msg) from error
