import os
import random
import time
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.twilio_signature import SignedRequest, TwilioSignature
from bot.doubles.twilio import sign, sign_json
from bot.errors import SettingsInvalid, SignatureRefused
from tests.mutated_requests import PATH, PUBLIC, TOKENS, accepted, falsified, genuine, says_the_same

FORM = "application/x-www-form-urlencoded"
DOOR = TwilioSignature(TOKENS, PUBLIC)
# The vectors of Twilio's own libraries: token 12345, https://mycompany.com/myapp.php?foo=1&bar=2.
OFFICIAL = TwilioSignature(["12345"], "https://mycompany.com")
OFFICIAL_FIELDS = b"CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309"
OFFICIAL_JSON = b'{"property": "value", "boolean": true}'
OFFICIAL_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


def official(body: bytes, signature: str, kind: str = FORM, query: str = "foo=1&bar=2") -> SignedRequest:
    return SignedRequest("/myapp.php", query, kind, body, signature)


def test_twilios_own_vectors_are_accepted() -> None:
    assert OFFICIAL.form(official(OFFICIAL_FIELDS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="))["From"] == "+14158675309"
    repeated = b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
    assert OFFICIAL.form(official(repeated, "IK+Dwps556ElfBT0I3Rgjkr1wJU=")) == {"Sid": "CA123", "SidAccount": "AC123"}
    hashed = official(OFFICIAL_JSON, "a9nBmqA0ju/hNViExpshrM61xv4=", "application/json", f"foo=1&bar=2&bodySHA256={OFFICIAL_HASH}")
    assert OFFICIAL.text(hashed) == OFFICIAL_JSON.decode()


def test_twilios_own_vectors_are_refused_when_anything_differs() -> None:
    good = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    for wrong in (
        official(OFFICIAL_FIELDS.replace(b"1234&", b"1235&"), good),
        official(OFFICIAL_FIELDS, good.lower()),
        official(OFFICIAL_FIELDS, good, query="bar=2&foo=1"),
        official(OFFICIAL_FIELDS, good, query=""),
    ):
        with pytest.raises(SignatureRefused):
            OFFICIAL.form(wrong)
    with pytest.raises(SignatureRefused):
        OFFICIAL.text(official(OFFICIAL_JSON + b" ", "a9nBmqA0ju/hNViExpshrM61xv4=", "application/json", f"foo=1&bar=2&bodySHA256={OFFICIAL_HASH}"))


def test_the_double_signs_as_twilio_does() -> None:
    pairs = [tuple(pair.replace("%2B", "+").split("=")) for pair in OFFICIAL_FIELDS.decode().split("&")]
    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", [(name, value) for name, value in pairs]) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


# TRADECRAFT_SIGNATURE_EXAMPLES=10000 is the long run.
@settings(max_examples=int(os.environ.get("TRADECRAFT_SIGNATURE_EXAMPLES", "300")), deadline=None)
@given(seed=st.integers(0, 2**63), json=st.booleans())
def test_a_falsified_request_is_refused_and_a_genuine_one_accepted(*, seed: int, json: bool) -> None:
    chance = random.Random(seed)
    original = genuine(chance, json=json)
    assert accepted(DOOR, original.request)
    changed = falsified(original, chance)
    assert accepted(DOOR, changed) == says_the_same(original, changed), changed


def test_json_without_its_hash_in_the_url_is_refused_although_the_url_is_signed() -> None:
    body = b'{"type":"message"}'
    url_only = sign(TOKENS[0], PUBLIC + PATH, [])
    with pytest.raises(SignatureRefused, match="bodySHA256"):
        DOOR.text(SignedRequest(PATH, "", "application/json", body, url_only))
    hashed, signature = sign_json(TOKENS[0], PUBLIC + PATH, body)
    query = hashed.partition("?")[2]
    assert DOOR.text(SignedRequest(PATH, query, "application/json", body, signature)) == body.decode()
    for tampered in (body + b" ", b"", b"\xff"):
        with pytest.raises(SignatureRefused):
            DOOR.text(SignedRequest(PATH, query, "application/json", tampered, signature))


def test_a_form_signature_does_not_open_the_json_door_nor_the_other_way_round() -> None:
    body = b"{}"
    hashed, signature = sign_json(TOKENS[0], PUBLIC + PATH, body)
    with pytest.raises(SignatureRefused):
        DOOR.form(SignedRequest(PATH, hashed.partition("?")[2], FORM, body, signature))
    with pytest.raises(SignatureRefused):
        DOOR.text(SignedRequest(PATH, "", "application/json", b"A=1", sign(TOKENS[0], PUBLIC + PATH, [("A", "1")])))


def test_every_token_that_is_live_opens_and_no_other() -> None:
    for token, opens in ((TOKENS[0], True), (TOKENS[1], True), ("retired", False), ("", False)):
        request = SignedRequest(PATH, "", FORM, b"A=1", sign(token, PUBLIC + PATH, [("A", "1")]))
        assert accepted(DOOR, request) is opens
    assert not accepted(TwilioSignature([], PUBLIC), SignedRequest(PATH, "", FORM, b"A=1", sign("", PUBLIC + PATH, [("A", "1")])))


@pytest.mark.parametrize("signed", ["https://sales.example.com", "https://sales.example.com:443"])
@pytest.mark.parametrize("configured", ["https://sales.example.com", "https://sales.example.com:443", "https://sales.example.com/"])
def test_the_default_port_may_be_written_or_not(configured: str, signed: str) -> None:
    door = TwilioSignature(["t"], configured)
    assert accepted(door, SignedRequest(PATH, "", FORM, b"A=", sign("t", signed + PATH, [("A", "")])))
    assert not accepted(door, SignedRequest(PATH, "", FORM, b"A=", sign("t", "https://sales.example.com:8443" + PATH, [("A", "")])))


@pytest.mark.parametrize("address", ["https://host:port", "https://host:99999999", "https://", "https://host/?x=1", "https://host/#rc=5"])
def test_an_address_nothing_can_be_signed_for_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(SettingsInvalid, match="TRADECRAFT_PUBLIC_URL"):
        TwilioSignature(["t"], address)


def test_the_longest_message_of_emoji_fits() -> None:
    pairs = [("Body", "🙂" * 4096), ("ProfileName", "🙂" * 256), ("ChannelMetadata", "x" * 2000)]
    request = SignedRequest(PATH, "", FORM, urlencode(pairs).encode(), sign(TOKENS[0], PUBLIC + PATH, pairs))
    assert DOOR.form(request)["Body"] == "🙂" * 4096


def test_refusing_the_worst_input_takes_less_than_fifty_milliseconds() -> None:
    worst = [
        SignedRequest(PATH, "", FORM, b"&" * 65_000, "A" * 28),
        SignedRequest(PATH, "", FORM, b"&".join(b"a%d=%%41" % n for n in range(1000)), "A" * 28),
        SignedRequest(PATH, "", FORM, b"a=" + b"%F0%9F%99%82" * 5_400, "A" * 10_000),
        SignedRequest(PATH, "bodySHA256=" + "0" * 60_000, "application/json", b"x" * 65_000, "A" * 28),
    ]
    for request in worst:
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            assert not accepted(DOOR, request)
            taken.append(time.perf_counter() - began)
        assert min(taken) < 0.05
