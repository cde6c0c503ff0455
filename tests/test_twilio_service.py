from datetime import timedelta

from pydantic import SecretStr

from bot.app import Service
from bot.bootstrap import House, utc_now
from bot.doubles.server import LoopbackServer
from bot.doubles.twilio import TwilioDouble
from bot.doubles.twilio_talks import message_event
from bot.webhooks import CONVERSATIONS_PATH, EVENTS_PATH, MESSAGES_PATH
from memory.conversations import Conversations
from memory.inbox_entries import standing
from memory.tables import Staff
from tests.whatsapp_stand import OURS, THEIRS, wait_for


class Typist:
    def transcribe(self, content: bytes, content_type: str) -> str:
        return f"{content.decode()} by {content_type}"


def test_the_running_service_takes_every_source_and_remembers_what_a_voice_note_says(house: House, alice: Staff) -> None:
    house.clock = utc_now  # leases and the engine run on the real one
    with TwilioDouble() as twilio:
        house.settings = house.settings.model_copy(
            update={"twilio_account_sid": twilio.account_sid, "twilio_auth_token": SecretStr(twilio.auth_token), "twilio_api_url": twilio.url}
        )
        with LoopbackServer(Service(house, Typist()).web) as server:
            public = house.settings.public_url
            voice = twilio.add("inbound", THEIRS, OURS, "", media=[("audio/ogg", b"the pergola is too dear")])
            fields = list(twilio.fields(voice, "Dana").items())
            assert twilio.deliver(server.url + MESSAGES_PATH, fields, signed_url=public + MESSAGES_PATH).status_code == 200
            talk = twilio.converse(THEIRS, OURS, identity="alice")
            said = list(talk.write(twilio.account_sid, author="alice", participant=1, body="we find a way").items())
            assert twilio.deliver(server.url + CONVERSATIONS_PATH, said, signed_url=public + CONVERSATIONS_PATH).status_code == 200
            later = twilio.add("inbound", THEIRS, OURS, "thank you", at=utc_now() + timedelta(minutes=2))
            event = message_event("inbound-message.received", twilio.account_sid, later, later.created_at)
            assert twilio.stream(server.url + EVENTS_PATH, [event]).status_code == 403  # signed for this machine and not for the public address
            assert twilio.stream(server.url + EVENTS_PATH, [event], public=public + EVENTS_PATH).status_code == 200
            wait_for(lambda: dict(standing(house.database)) == {"done": 3}, 30)
    zone = house.zones.open(alice.id)
    talks = Conversations(house.database, zone)
    (thread,) = talks.threads()
    heard = talks.history(thread.id)
    assert [one.text for one in heard] == ["the pergola is too dear by audio/ogg", "we find a way", "thank you"]
    assert house.memories.of(alice.id).recall("pergola").hits[0].id == heard[0].id
