"""Genuine Twilio requests and ways to falsify them: used by the suite with hundreds and by the benchmark with thousands of examples."""

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from bot.channels.twilio_signature import SignedRequest, TwilioSignature
from bot.doubles.twilio import sign, sign_json
from bot.errors import SignatureRefused

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLIC = "https://sales.example.com"
TOKENS = ("12345", "second-live-token")
PATH = "/webhooks/twilio/whatsapp"
_FORM = "application/x-www-form-urlencoded"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Genuine:
    """A request as Twilio sends it, with the pairs its signature is about."""

    request: SignedRequest
    pairs: tuple[tuple[str, str], ...]


def genuine(chance: random.Random, *, json: bool = False) -> Genuine:
    """A random one: repeated keys, empty values, any alphabet; SHA-1 or SHA-256; either token."""
    algorithm = chance.choice(("HMAC_SHA1", "HMAC_SHA256"))
    token = chance.choice(TOKENS)
    settings = f"key=webhooks_sharedkey_1,algorithm={algorithm}" if algorithm == "HMAC_SHA256" else None
    if json:
        body = urlencode(_pairs(chance)).encode()
        url, signature = sign_json(token, PUBLIC + PATH, body, algorithm)
        return Genuine(SignedRequest(PATH, url.partition("?")[2], "application/json", body, signature, settings), ())
    pairs = _pairs(chance)
    request = SignedRequest(PATH, "", _FORM, urlencode(pairs).encode(), sign(token, PUBLIC + PATH, pairs, algorithm), settings)
    return Genuine(request, tuple(pairs))


def falsified(original: Genuine, chance: random.Random) -> SignedRequest:
    """The request with one thing changed."""
    return chance.choice(_WAYS)(original, chance)


def says_the_same(original: Genuine, changed: SignedRequest) -> bool:
    """Whether the change leaves what is signed as it was: order, repetition and other spellings of the same fields."""
    before = original.request
    if (changed.path, changed.query) != (before.path, before.query) or changed.signature != before.signature:
        return False
    if changed.content_type.partition(";")[0].strip().lower() != before.content_type:
        return False
    if _algorithm(changed) != _algorithm(before):
        return False
    if before.content_type == "application/json":
        return changed.body == before.body
    try:
        pairs = parse_qsl(changed.body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        return False
    return _signed(pairs) == _signed(original.pairs)


def accepted(door: TwilioSignature, request: SignedRequest) -> bool:
    """What the door says; whatever else it raises is a failure of the test."""
    try:
        door.text(request) if request.content_type == "application/json" else door.form(request)
    except SignatureRefused:
        return False
    return True


def _pairs(chance: random.Random) -> Pairs:
    names = chance.sample(["Body", "From", "To", "MessageSid", "AccountSid", "ProfileName", "NumMedia", "WaId", "ünï", "a", "ab"], chance.randint(1, 8))
    words = ["", "hello", "whatsapp:+4915150000007", " trailing ", "日本語 🙂", "a+b&c=d%", "SM" + "0" * 32, "x" * 500]
    return [(name, chance.choice(words)) for name in names for _ in range(chance.choice((1, 1, 1, 2)))]


def _signed(pairs: Pairs | tuple[tuple[str, str], ...]) -> str:
    """What the scheme signs of a form; it knows no boundary between a name and its value."""
    return "".join(name + value for name, value in sorted(set(pairs)))


def _algorithm(request: SignedRequest) -> str:
    named = (part.partition("=")[2] for part in (request.signature_settings or "").split(",") if part.startswith("algorithm="))
    return next((name for name in named if name), "HMAC_SHA1")


def _flipped(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return b"x"
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def _text_flipped(text: str, chance: random.Random) -> str:
    return _flipped(text.encode("latin-1", "replace"), chance).decode("latin-1")


def _body(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(original.request, body=_flipped(original.request.body, chance))


def _signature(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(original.request, signature=_text_flipped(original.request.signature or "", chance))


def _no_signature(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(original.request, signature=chance.choice((None, "", "=", "A" * 28, "ä", (original.request.signature or "")[:-1])))


def _path(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(original.request, path=_text_flipped(original.request.path, chance))


def _query(original: Genuine, chance: random.Random) -> SignedRequest:
    query = original.request.query
    return replace(original.request, query=_text_flipped(query, chance) if query else chance.choice(("x=1", "bodySHA256=", "bodySHA256=" + "0" * 64)))


def _kind(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(
        original.request, content_type=chance.choice(("application/json", _FORM, "multipart/form-data", "", "text/plain", _FORM + "; charset=utf-8"))
    )


def _settings(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(
        original.request, signature_settings=chance.choice((None, "algorithm=HMAC_SHA1", "algorithm=HMAC_SHA256", "algorithm=NONE", "=,=,", "algorithm="))
    )


def _fields(original: Genuine, chance: random.Random) -> SignedRequest:
    """A field dropped, added, repeated, renamed, moved or given another value."""
    pairs = list(original.pairs) or [("a", "b")]
    place = chance.randrange(len(pairs))
    name, value = pairs[place]
    changes: list[Callable[[], Pairs]] = [
        lambda: pairs[:place] + pairs[place + 1 :],
        lambda: [*pairs, (chance.choice(("Body", "New", "a")), chance.choice(("", "x")))],
        lambda: [*pairs, (name, value)],
        lambda: [*pairs, (name, value + "x")],
        lambda: chance.sample(pairs, len(pairs)),
        lambda: [*pairs[:place], (name, value + " "), *pairs[place + 1 :]],
        lambda: [*pairs[:place], (name + value[:1], value[1:]), *pairs[place + 1 :]],
        lambda: [*pairs[:place], (name.swapcase(), value), *pairs[place + 1 :]],
    ]
    return replace(original.request, body=urlencode(chance.choice(changes)()).encode())


def _other_token(original: Genuine, chance: random.Random) -> SignedRequest:
    return replace(original.request, signature=sign(chance.choice(("", "1234", "12346")), PUBLIC + PATH, list(original.pairs)))


_WAYS = (_body, _body, _signature, _no_signature, _path, _query, _kind, _settings, _fields, _fields, _fields, _other_token)
