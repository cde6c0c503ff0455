"""Files that came with messages, fetched from Twilio and from nowhere else: addresses are checked at every step, sizes while reading."""

import time
from urllib.parse import SplitResult, urlsplit

import httpx2

from bot.channels.twilio_account import TwilioUnreachable
from bot.errors import BotFault

MOST_BYTES = 16 * 1024 * 1024
MOST_IMAGE_BYTES = 5 * 1024 * 1024
"""WhatsApp's own limits: more is no message's file."""
_MOST_REDIRECTS = 3
_STEP_SECONDS = 15.0
_WHOLE_SECONDS = 60.0
_GONE = {400, 404, 410}


class MediaRefused(BotFault):
    """The file is not fetched: not at Twilio, too large, or gone. Trying again would not help."""


class TwilioMedia:
    """Fetches files of one account. Blocks: call it from a thread."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str) -> None:
        """`api_url` is Twilio's or a double's: its files are fetched with credentials too."""
        self._credentials = (account_sid, auth_token)
        self._api = _origin(urlsplit(api_url))

    def fetch(self, url: str, content_type: str) -> bytes:
        """The file, up to 16 MB, an image up to 5 MB; nothing touches the disk. Raises MediaRefused, TwilioUnreachable."""
        most = MOST_IMAGE_BYTES if content_type.lower().startswith("image/") else MOST_BYTES
        deadline = time.monotonic() + _WHOLE_SECONDS
        try:
            # No compressed answers: their size says nothing. No proxy or .netrc of the environment.
            with httpx2.Client(timeout=_STEP_SECONDS, follow_redirects=False, trust_env=False, headers={"Accept-Encoding": "identity"}) as client:
                for _ in range(_MOST_REDIRECTS + 1):
                    auth = httpx2.BasicAuth(*self._credentials) if self._checked(url) else None
                    with client.stream("GET", url, auth=auth) as answer:
                        if not answer.is_redirect:
                            return _content(answer, most, deadline)
                        url = str(answer.url.join(answer.headers.get("location", "")))
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise MediaRefused("The file has no address that can be read.") from error
        except (httpx2.HTTPError, OSError) as error:
            raise TwilioUnreachable(f"A file could not be fetched from Twilio ({type(error).__name__}): the next round tries again.") from error
        raise MediaRefused("The file's address leads from one to another without end.")

    def _checked(self, url: str) -> bool:
        """Whether credentials go there; only Twilio's own hosts and the configured one get them. Raises MediaRefused for any other place."""
        try:
            parts = urlsplit(url)
            origin = _origin(parts)
        except ValueError as error:
            raise MediaRefused("The file has no address that can be read.") from error
        if parts.username is None and parts.password is None:
            if origin == self._api:
                return True
            scheme, host, port = origin
            if (scheme, port) == ("https", 443):
                if host == "twilio.com" or host.endswith(".twilio.com"):
                    return True
                if host.endswith(".twiliocdn.com"):
                    return False
        raise MediaRefused("The file is not at Twilio: it is not fetched.")


def _content(answer: httpx2.Response, most: int, deadline: float) -> bytes:
    if answer.status_code in _GONE:
        raise MediaRefused("Twilio no longer has the file.")
    if answer.status_code != httpx2.codes.OK:
        raise TwilioUnreachable(f"A file could not be fetched from Twilio ({answer.status_code}): the next round tries again.")
    if answer.headers.get("content-encoding", "identity") != "identity" or _told_size(answer) > most:
        raise MediaRefused("The file is larger than WhatsApp's files are.")
    content = bytearray()
    for chunk in answer.iter_raw():
        content += chunk
        if len(content) > most:
            raise MediaRefused("The file is larger than WhatsApp's files are.")
        if time.monotonic() > deadline:
            raise TwilioUnreachable("A file came too slowly from Twilio: the next round tries again.")
    return bytes(content)


def _told_size(answer: httpx2.Response) -> int:
    told = answer.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else 0


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
