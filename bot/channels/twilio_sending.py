"""Sending through Twilio's Messages API, and asking what it has. Each answer says for certain: taken, not taken, or nobody knows.

Twilio has no idempotency key for messages: after an answer that was lost, only its own list tells whether the message is under way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from bot.errors import BotFault

_STEP_SECONDS = 10.0
_CLOCKS_APART = timedelta(minutes=2)
_PAGE = 100
_MOST_PAGES = 10
_TAKEN = (200, 201, 202)
_SLOW_DOWN = 429
_SERVER = 500
_GONE = 404
_UNAUTHORISED = (401, 403)
_STATES = {"delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed", "canceled": "failed"}


def state_of(status: str) -> str:
    """Twilio's word for how far a message came, as a state of the outbox."""
    return _STATES.get(status, "sent")


@dataclass(frozen=True, slots=True)
class Text:
    """What is sent: free words, a file, or a Content template with its variables as JSON."""

    ours: str
    theirs: str
    body: str = ""
    content_sid: str = ""
    content_variables: str = ""
    status_callback: str = ""
    media_url: str = ""

    def fields(self) -> dict[str, str]:
        """The form."""
        form = {"From": f"whatsapp:{self.ours}", "To": f"whatsapp:{self.theirs}"}
        if self.content_sid:
            form |= {"ContentSid": self.content_sid, "ContentVariables": self.content_variables or "{}"}
        more = {"Body": self.body, "StatusCallback": self.status_callback, "MediaUrl": self.media_url}
        return form | {name: value for name, value in more.items() if value}


@dataclass(frozen=True, slots=True)
class Taken:
    """A message Twilio has."""

    sid: str
    status: str
    body: str
    error: str
    created_at: datetime | None
    has_file: bool = False


class NotTaken(BotFault):
    """Twilio surely does not have the message. `code` is its error's number or a word of ours; `retry` after how long trying again may help."""

    def __init__(self, sentence: str, code: str, retry: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.retry = retry


class Undecided(BotFault):
    """Twilio may have the message or not: the answer was lost, or was none."""


class TwilioSending:
    """One account's way out. Blocks: call it from a thread."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str) -> None:
        """`api_url` is Twilio's or a double's."""
        self._credentials = (account_sid, auth_token)
        self._url = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Messages.json"

    def send(self, text: Text) -> Taken:
        """Hand a message over, once: nothing is repeated here. Raises NotTaken, Undecided."""
        try:
            with self._client() as client:
                answer = client.post(self._url, data=text.fields())
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotTaken("Twilio could not be reached: it is tried again.", type(error).__name__, timedelta(seconds=10)) from error
        except (httpx2.HTTPError, OSError) as error:
            raise Undecided(f"Twilio's answer was lost ({type(error).__name__}).") from error
        if answer.status_code in _TAKEN:
            return _taken(_json(answer))
        raise _refusal(answer)

    def fetch(self, sid: str) -> Taken | None:
        """How far a message came; None when Twilio does not have it any more. Raises Undecided when it cannot say."""
        try:
            with self._client() as client:
                answer = client.get(f"{self._url.removesuffix('.json')}/{sid}.json")
        except (httpx2.HTTPError, OSError) as error:
            raise Undecided(f"Twilio's answer was lost ({type(error).__name__}).") from error
        if answer.status_code == _GONE:
            return None
        if answer.status_code not in _TAKEN:
            raise Undecided(f"Twilio answered {answer.status_code}.")
        return _taken(_json(answer))

    def sent_since(self, ours: str, theirs: str, moment: datetime) -> list[Taken]:
        """What Twilio has from us to this customer since about then, newest first. Raises Undecided when it cannot say."""
        query = {"From": f"whatsapp:{ours}", "To": f"whatsapp:{theirs}", "PageSize": str(_PAGE)}
        try:
            with self._client() as client:
                return [one for one in self._listed(client, query, moment - _CLOCKS_APART) if one.sid]
        except (httpx2.HTTPError, OSError, ValueError) as error:
            raise Undecided(f"Twilio's list of messages could not be read ({type(error).__name__}).") from error

    def _listed(self, client: httpx2.Client, query: Mapping[str, str], since: datetime) -> Iterator[Taken]:
        answer = client.get(self._url, params=dict(query))
        for _ in range(_MOST_PAGES):
            if answer.status_code not in _TAKEN:
                raise Undecided(f"Twilio's list of messages could not be read ({answer.status_code}).")
            page = _json(answer)
            for entry in page.get("messages", ()):
                # By creation and not by sending: what still waits in Twilio's queue has no time of sending.
                one = _taken(entry)
                if one.created_at is not None and one.created_at < since:
                    return
                yield one
            following = page.get("next_page_uri")
            if not following:
                return
            answer = client.get(str(httpx2.URL(self._url).join(following)))
        raise Undecided("Twilio's list of messages to this customer is too long to be read.")

    def _client(self) -> httpx2.Client:
        return httpx2.Client(timeout=_STEP_SECONDS, auth=self._credentials, trust_env=False, follow_redirects=False)


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError as error:
        raise Undecided("Twilio's answer could not be read.") from error
    if not isinstance(value, dict):
        raise Undecided("Twilio's answer could not be read.")
    return value


def _taken(entry: Mapping[str, Any]) -> Taken:
    made = entry.get("date_created")
    return Taken(
        sid=str(entry.get("sid") or ""),
        status=str(entry.get("status") or ""),
        body=str(entry.get("body") or ""),
        error=str(entry.get("error_code") or ""),
        created_at=parsedate_to_datetime(made) if made else None,
        has_file=str(entry.get("num_media") or "0") != "0",
    )


def _refusal(answer: httpx2.Response) -> BotFault:
    status = answer.status_code
    if status >= _SERVER:
        return Undecided(f"Twilio answered {status}: whether it took the message is not known.")
    if status == _SLOW_DOWN:
        told = answer.headers.get("retry-after", "")
        wait = int(told) if told.isascii() and told.isdigit() else 2
        return NotTaken("Twilio asks to slow down: it is tried again.", "429", timedelta(seconds=min(max(wait, 1), 3600)))
    if status in _UNAUTHORISED:
        return NotTaken("Twilio refuses the account SID and token: compare both with its console.", str(status), timedelta(minutes=1))
    try:
        code = str(answer.json().get("code") or status)
    except (ValueError, AttributeError):
        code = str(status)
    return NotTaken(f"Twilio refuses the message (error {code}).", code)
