"""A file attached to an approved answer: from Slack's window to the customer, fetched from us over real HTTP while it is on its way, and gone afterwards."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func
from sqlmodel import select, update

from bot import letter_files, webhooks
from bot.bootstrap import House, utc_now
from bot.channels.whatsapp import Status
from bot.doubles.server import LoopbackServer
from bot.errors import InputRefused
from bot.letter_parts import attached
from bot.messages import DroppedFile
from bot.privacy_export import Exports
from memory.conversations import Conversations
from memory.forgetting import Subject, erase
from memory.letters import Letter, Written
from memory.tables import OutgoingFile, Staff
from tests.conftest import sqlite_only
from tests.sending_stand import ALICE, Desk, Killed, Running, desk, running
from tests.whatsapp_stand import OURS, THEIRS, wait_for

PDF = b"%PDF-1.7\n" + b"the offer for the pergola " * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def _kept(house: House) -> int:
    with house.database.reading() as session:
        return session.exec(select(func.count()).select_from(OutgoingFile)).one()


def _field(view: Any) -> Any:
    return next((block["element"] for block in view["blocks"] if block.get("block_id") == "file"), None)


def _again(live: Running, view: Any) -> Any:
    return next(one for one in live.slack.workspace.views if one["id"] == view["id"])


@sqlite_only
def test_a_file_follows_the_words_to_the_customer_and_is_erased_when_it_arrived(house: House, alice: Staff) -> None:
    with running(house) as live:
        live.customer_writes()
        card = live.card()
        view = live.window("sending.open", card)
        assert (_field(view)["type"], _field(view)["max_files"]) == ("file_input", 1)
        words = "Here is the offer, Maria."
        files = live.slack.files
        for name, content, more, sentence in (
            ("offer.pdf", b"MZ\x90\0", {}, "something else than its name says"),
            ("offer.exe", PDF, {}, "WhatsApp does not take this file"),
            ("offer.pdf", PDF, {"url_private_download": "https://files.slack.com.evil.example/x"}, "WhatsApp does not take this file"),
            ("offer.pdf", PDF, {"size": letter_files.MOST_BYTES + 1}, "larger than the 16 MB"),
            ("offer.pdf", PDF, {"user": "U0BOB"}, "Only whoever dropped a file"),
        ):
            answer = live.sent(_again(live, view), words=words, file=files.add(ALICE, name, content, more).id)
            assert sentence in answer
            assert "Attach the file again" in answer
            assert words in answer  # what was typed still stands there
        assert len(files.fetched) == 1  # what Slack said of the others was enough
        live.twilio.post.arrives = ("queued", "sent")
        attached = files.add(ALICE, "Offer for María.pdf", PDF)
        assert "It goes to Maria Lopez now" in live.sent(_again(live, view), words=words, file=attached.id)
        wait_for(lambda: live.twilio.post.media, 20)
        first, second = live.twilio.post.requests
        assert (first["Body"], "MediaUrl" in first) == (words, False)
        assert "Body" not in second
        ((url, headers, content),) = live.twilio.post.media
        assert (url, content, headers["content-type"], headers["x-content-type-options"]) == (second["MediaUrl"], PDF, "application/pdf", "nosniff")
        assert "filename*=UTF-8''Offer%20for%20Mar%C3%ADa.pdf" in headers["content-disposition"]
        live.shows(card, "Offer for María.pdf")
        here = url.replace(live.house.settings.public_url, live.url)
        path, expires, mark = here.rsplit("/", 2)
        wait_for(lambda: httpx2.get(here).status_code == 200)
        for wrong in (f"{path}/{int(expires) + 60}/{mark}", f"{path}/{expires}/{mark[:-1]}", f"{path}/{expires}/", f"{path}x/{expires}/{mark}", f"{path}/é/ü"):
            assert httpx2.get(wrong).status_code == 404
        assert httpx2.post(here).status_code == 405
        live.house.clock = lambda: utc_now() + timedelta(minutes=16)
        assert httpx2.get(here).status_code == 404
        live.house.clock = utc_now
        sent = [one for one in live.twilio.messages.values() if one.media_url]
        assert live.house.sending is not None
        assert live.house.sending.told(Status(sent[0].sid, "delivered")) is not None
        wait_for(lambda: _kept(live.house) == 0)
        assert httpx2.get(here).status_code == 404
        zone = live.house.zones.open(alice.id)
        (thread,) = Conversations(live.house.database, zone).threads()
        said = [(one.role, one.kind, one.text) for one in Conversations(live.house.database, zone).history(thread.id)]
        assert said[1:] == [("marketer", "text", words), ("marketer", "media", "<document>")]


@sqlite_only
def test_what_whatsapp_does_not_take_is_told_on_the_card_and_only_the_file_is_sent_again(house: House, alice: Staff) -> None:
    assert alice.id
    with running(house) as live:
        live.twilio.post.reach.clear()  # nobody reaches us
        live.customer_writes()
        card = live.card()
        live.sent(live.window("sending.open", card), words="", file=live.slack.files.add(ALICE, "garden.png", PNG).id)
        wait_for(lambda: any(one.error_code for one in live.twilio.messages.values()))
        live.service.reconcile()  # no callback came either: Twilio's list tells
        live.shows(card, "could not fetch the file from here")
        assert "garden.png" in str(card.blocks)
        assert _field(live.window("sending.open", card)) is not None
        wait_for(lambda: _kept(live.house) == 0)
        live.house.settings = live.house.settings.model_copy(update={"twilio_api_url": "https://api.twilio.com"})
        assert _field(live.window("sending.open", card)) is None  # Twilio itself cannot come to an address of this machine
        live.house.settings = live.house.settings.model_copy(update={"public_url": "https://tradecraft.example.com"})
        assert _field(live.window("sending.open", card)) is not None


@contextmanager
def _serving(at: Desk) -> Iterator[str]:
    web = FastAPI()
    web.include_router(webhooks.files(at.sending.files.fetched))
    with LoopbackServer(web) as server:
        at.twilio.post.reach[at.house.settings.public_url] = server.url
        yield server.url


def _approved(at: Desk, key: str = "k1") -> list[Letter]:
    file, problem = attached(DroppedFile("F1", "Offer for Maria.pdf", PDF), "")
    assert not problem
    ours, theirs = OURS.removeprefix("whatsapp:"), THEIRS.removeprefix("whatsapp:")
    parts = [Written(at.customer_id, ours, theirs, "Here it is."), Written(at.customer_id, ours, theirs, "", file=file)]
    assert at.sending.approve(at.staff.id, parts, key, PDF).body == "Here it is."
    return at.box.of_customer(at.customer_id)[-2:]


def test_words_and_file_are_sent_once_each_whatever_happens_and_the_file_is_its_zones(house: House, alice: Staff, tmp_path: Any) -> None:
    with desk(house, alice) as at, _serving(at):
        for point in ("claimed", "accepted", "recorded"):
            words, file = _approved(at, point)
            assert _approved(at, point)[1].id == file.id  # the same window delivered again
            for _ in range(2):  # once for each of the two
                at.stop_at = point
                with pytest.raises(Killed):
                    at.sending.work()
            at.stop_at = ""
            for _ in range(4):
                at.clock.turn(seconds=91)
                at.sending.work()
            assert (at.state(words), at.state(file)) == (("sent", ""), ("sent", ""))
            wait_for(lambda: not any(one.media_url and not one.media for one in at.twilio.messages.values()))
        sent = [one for one in at.twilio.messages.values() if one.direction == "outbound-api"]
        assert sorted((one.body, len(one.media)) for one in sent) == [("", 1)] * 3 + [("Here it is.", 0)] * 3
        assert {content for _, _, content in at.twilio.post.media} == {PDF}
        assert _kept(house) == 3
        export = Exports(house).of_customer(alice.id, "Maria Lopez", tmp_path / "maria.zip").file
        assert b"Offer for Maria.pdf" in zipfile.ZipFile(export).read("outgoing.jsonl")
        assert b"Offer for Maria" not in zipfile.ZipFile(io.BytesIO(Exports(house).archive_of_staff(alice.id)[0])).read("outgoing.jsonl")
        at.clock.turn(minutes=20)
        assert at.sending.files.drop_spent() == 3  # no address leads to them any more
        _, file = _approved(at, "waiting")
        for subject in (
            Subject("customer", alice.id, at.customer_id),
            Subject("age", alice.id, before=at.clock() + timedelta(days=1)),
            Subject("staff", alice.id),
        ):
            with house.database.transaction() as session:
                assert erase(session, subject, "f1", at.clock())["outgoing_file"] == 1
                session.rollback()
        with house.database.transaction() as session:
            session.exec(update(OutgoingFile).where(OutgoingFile.letter_id == file.id).values(sealed_content=b"\x01\x01" + b"0" * 40))
        at.sending.work()
        assert (at.state(file)[0], len(at.twilio.post.media)) == ("sending", 3)  # other bytes than the approved ones never leave


def test_a_file_is_what_its_name_says_and_small_enough() -> None:
    def office(folder: str) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(f"{folder}/document.xml", "<x/>")
        return packed.getvalue()

    mp4 = b"\0\0\0\x20ftypisom" + b"\0" * 20
    for name, content, told in (
        ("a.JPG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe1", "image/jpeg"),
        ("a.png", PNG, "image/png"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
        ("a.docx", office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.pptx", office("ppt"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.xlsx", office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.mp4", mp4 + b"avc1", "video/mp4"),
        ("a.mp3", b"ID3\x04", "audio/mpeg"),
        ("a.ogg", b"OggS" + b"\0" * 24 + b"OpusHead", "audio/ogg"),
    ):
        assert letter_files.checked(name, content) == (name, told)
    for name, content, sentence in (
        ("a.docx", office("xl"), "something else"),
        ("a.docx", b"PK\x03\x04", "something else"),
        ("a.png", b"\xff\xd8\xff\xe0", "something else"),
        ("a.mp4", mp4 + b"hvc1", "H.264"),
        ("a.ogg", b"OggS" + b"\0" * 24 + b"\x01vorbis", "Opus"),
        ("a.png", PNG + b"\0" * letter_files.MOST_IMAGE_BYTES, "5 MB"),
        ("a.pdf", PDF + b"\0" * letter_files.MOST_BYTES, "16 MB"),
        ("a.pdf", b"", "empty"),
        (".pdf", PDF, "does not take"),
        ("a.svg", b"<svg/>", "does not take"),
    ):
        with pytest.raises(InputRefused, match=sentence):
            letter_files.checked(name, content)
    assert letter_files.checked("../../a\u202e\n.pdf", PDF)[0] == "....a.pdf"
    assert len(letter_files.checked(f"{'a' * 300}.pdf", PDF)[0]) == 120
