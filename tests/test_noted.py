"""Notes are recalled like messages, by their owner only."""

from datetime import timedelta

import pytest

from bot.bootstrap import House
from bot.forgetting import Erasure
from bot.recollections import recollection
from bot.rendering import terminal
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.notes import Notes
from memory.tables import Staff
from tests.conftest import NOW


@pytest.fixture
def talked(house: House, alice: Staff) -> House:
    """Alice has talked with two customers."""
    zone = house.zones.open(alice.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    for number, (name, said) in enumerate(
        (("Maria Lopez", ("Can you deliver before Easter?", "Our old supplier was late")), ("Tom Berg", ("Send the invoice", "Paid")))
    ):
        with house.database.transaction() as session:
            thread = conversations.with_customer(session, customers.add(session, name, now=NOW).id, "whatsapp", NOW)
            came = [Incoming("x", f"{number}.{at}", "customer", "text", text, NOW - timedelta(days=2, minutes=-at)) for at, text in enumerate(said)]
            stored = [row.id for row in conversations.store(session, thread.id, came, NOW)]
        house.memories.of(alice.id).remember(stored)
    return house


def _note(house: House, owner: Staff, text: str, customer: str = "") -> None:
    house.records.add_note(owner.id, text, customer)


def test_a_note_answers_where_no_message_does_and_names_whom_it_is_about(talked: House, alice: Staff, bob: Staff) -> None:
    assert talked.assistant.search(alice.id, "who likes sailing").abstained
    _note(talked, alice, "loves sailing on the lake with her sons", "Maria Lopez")
    found = talked.assistant.search(alice.id, "who likes sailing")
    assert not found.abstained
    best = next(hit for hit in found.hits if hit.sender == "note")
    assert (best.customer, best.conversation, best.text) == ("Maria Lopez", "", "loves sailing on the lake with her sons")
    assert best.score == max(hit.score for hit in found.hits)
    card = recollection(found)
    section = next(one for one in card.sections if "sailing" in one.text)
    assert section.title.startswith("Your note about Maria Lopez")
    assert section.buttons == ()
    assert terminal(card)
    assert talked.assistant.search(bob.id, "who likes sailing").hits == ()


def test_messages_stay_first_where_they_answer_better_and_k_holds(talked: House, alice: Staff) -> None:
    _note(talked, alice, "the Easter fair was loud")
    found = talked.assistant.search(alice.id, "what did Maria say about delivery before Easter", 2)
    assert found.hits[0].text == "Can you deliver before Easter?"
    assert len(found.hits) == 2


def test_notes_about_others_and_of_other_days_are_no_answer(talked: House, alice: Staff) -> None:
    _note(talked, alice, "wants the walnut finish", "Tom Berg")
    assert [hit.sender for hit in talked.assistant.search(alice.id, "what does Maria think of the walnut finish").hits].count("note") == 0
    assert talked.assistant.search(alice.id, "what does Tom think of the walnut finish").hits[0].sender == "note"
    zone = talked.zones.open(alice.id)
    Notes(talked.database, zone).add("marble staircase is delayed", now=NOW - timedelta(days=100))
    assert "note" in {hit.sender for hit in talked.assistant.search(alice.id, "is the marble staircase delayed").hits}
    assert "note" not in {hit.sender for hit in talked.assistant.search(alice.id, "who wrote yesterday that the marble staircase is delayed").hits}


def test_a_zone_with_notes_alone_is_searched_and_a_forgotten_note_is_not_found(house: House, alice: Staff) -> None:
    with house.database.transaction() as session:
        Customers(house.database, house.zones.open(alice.id)).add(session, "Maria Lopez", now=NOW)
    _note(house, alice, "prefers to be called in the morning", "Maria")
    assert [hit.sender for hit in house.assistant.search(alice.id, "when to call Maria in the morning").hits] == ["note"]
    Erasure(house).customer(alice.id, "Maria Lopez")
    assert house.assistant.search(alice.id, "when to call Maria in the morning").hits == ()


def test_what_was_said_is_shown_at_the_hour_of_its_owner(talked: House, alice: Staff) -> None:
    talked.staff.set_profile(alice.id, industry="manufacturing", time_zone="Asia/Tokyo")
    _note(talked, alice, "loves sailing on the lake", "Maria Lopez")
    hits = talked.assistant.search(alice.id, "deliver before Easter, sailing on the lake").hits
    said, written = (next(hit for hit in hits if hit.sender == sender) for sender in ("customer", "note"))
    assert (said.sent_at.isoformat(), written.sent_at.isoformat()) == ("2026-11-18T18:30:00+09:00", "2026-11-20T18:30:00+09:00")
    assert "18 Nov 2026, 18:30" in str(recollection(talked.assistant.search(alice.id, "deliver before Easter")))
    assert talked.assistant.around(alice.id, said.message_id)[0].sent_at.utcoffset() == timedelta(hours=9)
