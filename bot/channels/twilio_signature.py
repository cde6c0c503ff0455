"""Did this request come from Twilio? Everything that is not a clear yes is SignatureRefused.

Twilio signs the public URL and every received parameter. The URL is the one in our settings: Host and X-Forwarded-* are whatever a caller likes to send.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from bot.errors import SettingsInvalid, SignatureRefused

MOST_BYTES = 64 * 1024
"""Of a body. A message is at most 4,096 characters, 12 bytes each when every one is an emoji; more would only cost time before it is refused."""
MOST_EVENT_BYTES = 4 * 1024 * 1024
"""Of a body with a batch of events; it is hashed before it is known whose it is."""
_MOST_FIELDS = 1_000
_ALGORITHMS = {HMAC_SHA1, HMAC_SHA256}
_FORM = "application/x-www-form-urlencoded"
_JSON = {"application/json", "application/cloudevents+json", "application/cloudevents-batch+json"}


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signature is about: our own path, and the rest as received. `query` is without the question mark."""

    path: str
    query: str
    content_type: str
    body: bytes
    signature: str | None
    """Header X-Twilio-Signature."""
    signature_settings: str | None = None
    """Header X-Twilio-Webhooks-Signature-Settings: names the algorithm; absent means SHA-1."""


class _Fields(dict[str, list[str]]):
    """Every value of every field, in the shape the validator asks for."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


class TwilioSignature:
    """Checks requests against the tokens that are live: two, while one replaces the other."""

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        """With no tokens everything is refused. Raises SettingsInvalid for a URL nothing can be signed for."""
        try:
            parts = urlsplit(public_url)
            usable = bool(parts.hostname) and parts.port != 0 and not parts.query and not parts.fragment
        except ValueError:
            usable = False
        if not usable:
            msg = "TRADECRAFT_PUBLIC_URL is not an address Twilio can call: write it as https://host or https://host:port, as it stands in Twilio's console."
            raise SettingsInvalid(msg)
        self._public_url = public_url.rstrip("/")
        self._validators = [RequestValidator(token) for token in tokens if token]

    def form(self, request: SignedRequest) -> dict[str, str]:
        """The verified fields. One that came with several values is left out: the signature does not say which is meant. Raises SignatureRefused."""
        if _media_type(request) != _FORM:
            raise SignatureRefused("The request is no form: Twilio's message webhooks are.")
        with _refusing():
            # Not Starlette's own parser: it knows no limit for this kind of form and replaces bytes that are no text.
            pairs = parse_qsl(_body(request), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
            fields = _Fields()
            for name, value in pairs:
                fields.setdefault(name, []).append(value)
            self._verify(request, fields)
            return {name: values[0] for name, values in fields.items() if len(set(values)) == 1}

    def text(self, request: SignedRequest) -> str:
        """The verified raw JSON. Without bodySHA256 in the URL nothing ties the body to the signature. Raises SignatureRefused."""
        if _media_type(request) not in _JSON:
            raise SignatureRefused("The request is no JSON: Twilio's event webhooks are.")
        with _refusing():
            hashes = parse_qs(request.query, keep_blank_values=True, errors="strict").get("bodySHA256", [])
            if len(hashes) != 1 or not hashes[0]:
                raise SignatureRefused("The request's body is not covered by its signature (bodySHA256 is missing).")
            body = _body(request, MOST_EVENT_BYTES)
            self._verify(request, body)
            return body

    def _verify(self, request: SignedRequest, signed: _Fields | str) -> None:
        if not request.signature:
            raise SignatureRefused("The request is not signed.")
        url = f"{self._public_url}{request.path}" + (f"?{request.query}" if request.query else "")
        algorithm = get_signature_algorithm(request.signature_settings).upper()
        genuine = algorithm in _ALGORITHMS and any(one.validate(url, signed, request.signature, algorithm) for one in self._validators)
        if not genuine:
            raise SignatureRefused("The request was not signed by Twilio for this address: compare TRADECRAFT_PUBLIC_URL and the auth token with its console.")


@contextmanager
def _refusing() -> Iterator[None]:
    """Reading and checking raise in many ways on input nobody expected (text that is none, a hash missing): whatever it is, it is no yes."""
    try:
        yield
    except SignatureRefused:
        raise
    except Exception as error:
        raise SignatureRefused("The request cannot be read or its signature cannot be checked.") from error


def _body(request: SignedRequest, most: int = MOST_BYTES) -> str:
    if len(request.body) > most:
        raise SignatureRefused("The request is larger than any message.")
    return request.body.decode()


def _media_type(request: SignedRequest) -> str:
    return request.content_type.partition(";")[0].strip().lower()
