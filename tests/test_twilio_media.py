import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from bot.attachments import Attachments, Transcriber
from bot.bootstrap import House
from bot.channels.twilio_account import TwilioAccount, TwilioUnreachable
from bot.channels.twilio_media import MOST_BYTES, MOST_IMAGE_BYTES, MediaRefused, TwilioMedia
from bot.channels.whatsapp import inbound
from bot.doubles.server import LoopbackServer
from bot.doubles.twilio import Sent, TwilioDouble
from memory.conversations import Conversations
from memory.message_media import MediaOfZone, awaited
from memory.tables import Staff
from tests.conftest import NOW

OURS, THEIRS = "whatsapp:+12025550101", "whatsapp:+4915150000007"
VOICE = b"OggS the sound of Kestrel-Quartz-4711"


class Listener:
    """Writes down what it hears."""

    def __init__(self, words: str = "") -> None:
        self.words = words
        self.heard: list[tuple[bytes, str]] = []

    def transcribe(self, content: bytes, content_type: str) -> str:
        self.heard.append((content, content_type))
        if not self.words:
            raise RuntimeError("no microphone")
        return self.words


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


def media(twilio: TwilioDouble) -> TwilioMedia:
    return TwilioMedia(twilio.account_sid, twilio.auth_token, twilio.url)


def url_of(twilio: TwilioDouble, message: Sent) -> str:
    return twilio.fields(message)["MediaUrl0"]


class Desk:
    """A house whose inbox notes files."""

    def __init__(self, house: House, twilio: TwilioDouble, *, keep: bool = False, transcriber: Transcriber | None = None) -> None:
        self.house, self.twilio = house, twilio
        self.attachments = Attachments(house.database, house.zones, media(twilio), keep=keep, transcriber=transcriber)
        self.inbox = house.inbox(lambda _session, _entry: None, self.attachments.note)

    def receive(self, content_type: str, content: bytes, body: str = "") -> tuple[str, str]:
        message = self.twilio.add("inbound", THEIRS, OURS, body, media=[(content_type, content)], at=NOW)
        accepted = self.inbox.accept(inbound(self.twilio.fields(message), NOW), NOW)
        assert accepted is not None
        return accepted.staff_id, accepted.message_id

    def stored(self, staff_id: str, message_id: str) -> tuple[str, str]:
        (message,) = Conversations(self.house.database, self.house.zones.open(staff_id)).read([message_id])
        return message.kind, message.text

    def kept(self, staff_id: str, message_id: str) -> list[tuple[str, bytes]]:
        return MediaOfZone(self.house.database, self.house.zones.open(staff_id)).kept(message_id)


def test_unless_somebody_wants_them_files_are_placeholders_and_never_fetched(house: House, alice: Staff, twilio: TwilioDouble) -> None:
    desk = Desk(house, twilio)
    where = desk.receive("audio/ogg", VOICE)
    assert not desk.attachments.take(*where)
    assert (desk.stored(*where), desk.kept(*where), awaited(house.database), twilio.calls) == (("media", "<audio>"), [], [], [])


def test_kept_files_lie_sealed_and_nowhere_readable(house: House, alice: Staff, twilio: TwilioDouble) -> None:
    desk = Desk(house, twilio, keep=True)
    where = desk.receive("application/pdf", VOICE, body="our offer")
    desk.attachments.take(*where)
    desk.attachments.take(*where)
    assert (desk.stored(*where), desk.kept(*where)) == (("text", "our offer"), [("application/pdf", VOICE)])
    assert len(twilio.calls) == 1
    for file in house.settings.data_dir.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"Kestrel" not in content
            assert twilio.url.encode() not in content
    erased = house.erasure.customer(alice.id, "+4915150000007").erased
    assert (erased["message_media"], desk.kept(*where)) == (1, [])


def test_a_transcribers_words_become_the_words_of_a_voice_note_and_only_of_that(house: House, alice: Staff, twilio: TwilioDouble) -> None:
    listener = Listener("That is more than we wanted to spend.")
    desk = Desk(house, twilio, transcriber=listener)
    voice, picture = desk.receive("audio/ogg; codecs=opus", VOICE), desk.receive("image/png", b"x")
    captioned = desk.receive("audio/mpeg", VOICE, body="listen to this")
    assert [desk.attachments.take(*where) for where in (voice, picture, captioned)] == [True, False, True]
    assert [desk.stored(*where) for where in (voice, picture, captioned)] == [
        ("text", "That is more than we wanted to spend."),
        ("media", "<image>"),
        ("text", "listen to this"),
    ]
    assert listener.heard[0] == (VOICE, "audio/ogg; codecs=opus")
    assert desk.kept(*voice) == []


def test_a_transcriber_that_fails_costs_nothing_but_the_words(house: House, alice: Staff, twilio: TwilioDouble) -> None:
    desk = Desk(house, twilio, transcriber=Listener())
    where = desk.receive("audio/ogg", VOICE)
    assert not desk.attachments.take(*where)
    assert (desk.stored(*where), awaited(house.database)) == (("media", "<audio>"), [])


def test_what_could_not_be_had_is_had_in_a_later_round_and_what_is_gone_is_given_up(house: House, alice: Staff, twilio: TwilioDouble) -> None:
    desk = Desk(house, twilio, keep=True, transcriber=Listener("hello"))
    voice, gone = desk.receive("audio/ogg", VOICE), desk.receive("image/png", b"x")
    twilio.failures.extend([500, 401])
    assert not desk.attachments.take(*voice)
    assert not desk.attachments.take(*gone)
    assert len(awaited(house.database)) == 2
    for message in list(twilio.messages.values())[1:]:
        del twilio.messages[message.sid]
    assert desk.attachments.take_waiting() == [voice]
    assert (awaited(house.database), desk.stored(*voice), desk.kept(*gone)) == ([], ("text", "hello"), [])


def test_a_reconciled_voice_note_can_be_fetched_too(house: House, alice: Staff, twilio: TwilioDouble) -> None:
    sent = twilio.add("outbound-api", OURS, THEIRS, "", media=[("audio/ogg", VOICE)], at=NOW)
    message = TwilioAccount(twilio.account_sid, twilio.auth_token, twilio.url).message(sent.sid)
    assert message is not None
    assert media(twilio).fetch(message.media[0].url, "audio/ogg") == VOICE


@pytest.mark.parametrize(
    "url",
    [
        "https://twilio.com.evil.example/x",
        "https://eviltwilio.com/x",
        "https://evil.example/api.twilio.com",
        "http://api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://api.twilio.com@evil.example/x",
        "https://user:password@api.twilio.com/x",
        "http://127.0.0.1:9/x",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://api.twilio.com:notaport/x",
        "file:///etc/passwd",
        "//api.twilio.com/x",
        "",
    ],
)
def test_files_from_anywhere_else_are_refused_before_a_connection_is_made(url: str) -> None:
    with pytest.raises(MediaRefused):
        TwilioMedia("AC1", "token", "https://api.twilio.com").fetch(url, "image/png")


def test_a_redirect_out_of_twilio_is_not_followed_and_takes_no_credentials_along(twilio: TwilioDouble) -> None:
    web, elsewhere, asked = FastAPI(), FastAPI(), []

    @elsewhere.get("/stolen")
    async def stolen(request: Request) -> Response:
        asked.append(dict(request.headers))
        return Response(b"x")

    with LoopbackServer(elsewhere) as other:

        @web.get("/out")
        async def out() -> Response:
            return RedirectResponse(f"{other.url}/stolen")

        @web.get("/round")
        async def again() -> Response:
            return RedirectResponse("/round")

        @web.get("/in")
        async def inside(request: Request) -> Response:
            return RedirectResponse("there")

        @web.get("/there")
        async def there(request: Request) -> Response:
            return Response(request.headers["authorization"].encode())

        with LoopbackServer(web) as server:
            fetching = TwilioMedia("AC1", "token", server.url)
            for path in ("/out", "/round"):
                with pytest.raises(MediaRefused):
                    fetching.fetch(server.url + path, "image/png")
            assert fetching.fetch(server.url + "/in", "image/png").startswith(b"Basic ")
    assert asked == []


def test_sizes_are_capped_by_what_is_told_and_by_what_comes(twilio: TwilioDouble) -> None:
    picture = twilio.add("inbound", THEIRS, OURS, "", media=[("image/png", bytes(MOST_IMAGE_BYTES + 1))])
    with pytest.raises(MediaRefused, match="larger"):
        media(twilio).fetch(url_of(twilio, picture), "image/png")
    assert len(media(twilio).fetch(url_of(twilio, picture), "video/mp4")) == MOST_IMAGE_BYTES + 1
    web, sent = FastAPI(), []

    @web.get("/endless")
    async def endless() -> StreamingResponse:
        async def chunks() -> AsyncIterator[bytes]:
            while True:
                sent.append(1)
                await asyncio.sleep(0.001)
                yield bytes(256 * 1024)

        return StreamingResponse(chunks())

    @web.get("/packed")
    async def packed() -> Response:
        return Response(b"x", headers={"Content-Encoding": "gzip"})

    with LoopbackServer(web) as server:
        for path in ("/endless", "/packed"):
            with pytest.raises(MediaRefused, match="larger"):
                TwilioMedia("AC1", "token", server.url).fetch(server.url + path, "video/mp4")
    assert len(sent) < 3 * MOST_BYTES // (256 * 1024)


def test_an_outage_while_fetching_is_one_sentence(twilio: TwilioDouble) -> None:
    voice = twilio.add("inbound", THEIRS, OURS, "", media=[("audio/ogg", VOICE)])
    twilio.failures.append(503)
    with pytest.raises(TwilioUnreachable, match=r"\(503\): the next round tries again"):
        media(twilio).fetch(url_of(twilio, voice), "audio/ogg")
    with pytest.raises(TwilioUnreachable):
        TwilioMedia("AC1", "token", "http://127.0.0.1:9").fetch("http://127.0.0.1:9/x", "audio/ogg")
