"""A customer's objection, the coach card, and the answer on its way back: over real HTTP between the doubles of Slack and Twilio."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from bot.bootstrap import House, utc_now
from memory.coach_cards import CoachCards
from memory.conversations import Conversations
from memory.customers import Customers
from memory.follow_ups import FollowUps
from memory.outbox import Outbox
from memory.preferences import Preferences
from memory.staff_choices import StaffChoices
from memory.suggestions import Suggestions
from memory.tables import ReplyWindow, Staff
from tests.conftest import sqlite_only
from tests.sending_stand import ALICE, OBJECTION, Running, running
from tests.whatsapp_stand import OURS, THEIRS, wait_for

pytestmark = sqlite_only
"""Nothing here depends on the database: what does is in test_sending.py, on both."""


@pytest.fixture
def live(house: House, alice: Staff) -> Iterator[Running]:
    with running(house) as made:
        yield made


def _draft(view: Any) -> str:
    return next(str(block["element"].get("initial_value", "")) for block in view["blocks"] if block.get("block_id") == "words")


def _close_window(live: Running) -> None:
    with live.house.database.transaction() as session:
        session.exec(update(ReplyWindow).values(last_at=utc_now() - timedelta(hours=30)))
    for message in live.twilio.messages.values():
        message.created_at -= timedelta(hours=30)


def test_an_objection_becomes_a_card_and_the_approved_answer_a_message_that_is_read(live: Running, alice: Staff) -> None:
    live.twilio.post.arrives = ("queued", "sent", "delivered", "read")
    live.customer_writes()
    card = live.card()
    shown = str(card.blocks)
    assert OBJECTION in shown
    assert "Worked in 29 of 34 cases (71\u201394 %), 9 colleagues" in shown
    assert "Maria" in shown
    assert "open for 23 h more" in shown
    assert "Maria" not in card.text
    view = live.window("sending.open", card)
    assert "Maria" in _draft(view)
    answer = live.sent(view)
    assert "by your own words first" in answer  # nothing was sent, and what stood there still stands there
    assert live.twilio.post.requests == []
    view = next(one for one in live.slack.workspace.views if one["id"] == view["id"])
    assert "It goes to Maria Lopez now" in live.sent(view, words="Maria, when has the pergola paid for itself?")
    live.shows(card, "Read (")
    (request,) = live.twilio.post.requests
    assert (request["From"], request["To"], request["Body"]) == (
        "whatsapp:+12025550101",
        "whatsapp:+4915150000007",
        "Maria, when has the pergola paid for itself?",
    )
    assert "sending.open" not in str(card.blocks)
    zone = live.house.zones.open(alice.id)
    assert [row.verdict for row in Suggestions(live.house.database, zone).feedback()] == ["edited"]
    (thread,) = Conversations(live.house.database, zone).threads()
    wait_for(lambda: [one.role for one in Conversations(live.house.database, zone).history(thread.id)] == ["customer", "marketer"])


def test_a_window_sent_twice_or_clicked_by_another_sends_nothing_more(live: Running, bob: Staff) -> None:
    live.customer_writes()
    card = live.card()
    view = live.window("sending.open", card)
    live.slack.submit(view, user="U0BOB", words="I am not Alice")
    live.slack.wait_for(lambda: "not one of yours" in str(live.slack.workspace.views), 10)
    view = live.window("sending.open", card)
    for _ in range(3):  # Slack delivers it again when the first answer was late
        live.slack.submit(view, user=ALICE, words="Let us talk about the figures.")
    live.shows(card, "Delivered (")
    assert [one["Body"] for one in live.twilio.post.requests] == ["Let us talk about the figures."]
    assert not Outbox(live.house.database, live.house.zones.open(bob.id)).all()


def test_outside_the_window_a_template_is_chosen_filled_and_sent(live: Running) -> None:
    live.customer_writes()
    card = live.card()
    _close_window(live)
    view = live.window("sending.open", card)
    assert "no approved template is known" in str(view["blocks"])
    contents = live.twilio.post.contents
    contents.add("a_greeting", "Hello {{1}}, may I call you?", variables={"1": "Maria"}, approval="approved")
    offer = contents.add("b_offer", "Hello {{1}}, the offer for {{2}} is ready.", variables={"1": "Maria", "2": "your kitchen"}, approval="approved")
    contents.add("c_pending", "Not yet.", approval="pending")
    live.service.reconcile()  # reads the templates, as every quarter of an hour
    view = live.window("sending.open", card)
    options = [option["value"] for block in view["blocks"] if block.get("block_id") == "template" for option in block["element"]["options"]]
    assert len(options) == 2
    live.slack.click_view(view, "sending.template", user=ALICE, value=offer)
    view = live.slack.wait_for(lambda: [one for one in live.slack.workspace.views if "the offer for {{2}}" in str(one["blocks"][:2])], 10)[0]
    assert "Say what stands for {{2}}" in live.sent(view)
    view = next(one for one in live.slack.workspace.views if one["id"] == view["id"])
    assert "It goes to Maria Lopez now" in live.sent(view, **{f"{offer[-8:]}.2": "the\npergola"})
    live.shows(card, "Delivered (")
    assert "Hello Maria, the offer for the pergola is ready." in str(card.blocks)
    (request,) = live.twilio.post.requests
    assert (request["ContentSid"], request["ContentVariables"]) == (offer, '{"1": "Maria", "2": "the pergola"}')


def test_a_window_that_closes_while_somebody_writes_keeps_their_words(live: Running) -> None:
    live.customer_writes()
    view = live.window("sending.open", live.card())
    _close_window(live)
    live.twilio.post.contents.add("greeting", "May I call you?", approval="approved")
    live.service.reconcile()
    answer = live.sent(view, words="My long and careful answer")
    assert "My long and careful answer" in answer
    assert "closed meanwhile" in answer
    assert live.twilio.post.requests == []


def test_a_failure_is_told_in_words_and_can_be_answered_again(live: Running) -> None:
    live.twilio.post.arrives, live.twilio.post.error_code = ("queued", "undelivered"), 63024
    live.customer_writes()
    card = live.card()
    live.sent(live.window("sending.open", card), words="Let us talk.")
    live.shows(card, "the number has no WhatsApp")
    assert "sending.open" in str(card.blocks)


def test_what_nobody_can_account_for_is_decided_by_its_owner(live: Running, alice: Staff) -> None:
    live.customer_writes()
    card = live.card()
    live.twilio.post.answers.append("dropped-refused")  # the connection breaks: it is not known whether Twilio took it
    live.sent(live.window("sending.open", card), words="Shall we talk on Friday?")
    live.shows(card, "WhatsApp has not confirmed it yet")
    box = Outbox(live.house.database, live.house.zones.open(alice.id))
    (letter,) = [one for one in box.all() if one.state == "sending"]
    box.leave_unknown(letter, utc_now())
    CoachCards(live.house.database, live.house.zones.open(alice.id)).touch(letter.card_id)
    live.shows(card, "It is not sent again by itself")
    view = live.window("sending.anew", card)
    assert _draft(view) == "Shall we talk on Friday?"
    live.sent(view, words="Shall we talk on Monday?")
    live.shows(card, "Delivered (")
    assert [one["Body"] for one in live.twilio.post.requests] == ["Shall we talk on Friday?", "Shall we talk on Monday?"]
    assert "sending.anew" not in str(card.blocks)


def test_a_stop_refuses_and_a_stop_button_counts_as_one(live: Running) -> None:
    live.customer_writes()
    card = live.card()
    live.customer_writes("Stop promotions", ButtonText="Stop promotions", ButtonPayload="STOP", MessageType="button")
    zone = live.house.zones.open(live.house.staff.named("Alice").id)
    wait_for(lambda: Customers(live.house.database, zone).all()[0].opted_out_at)
    assert "asked not to be written to" in str(live.window("sending.open", card)["blocks"])
    assert live.twilio.post.requests == []


def test_a_draft_is_edited_without_sending_judged_and_explained(live: Running) -> None:
    live.customer_writes()
    card = live.card()
    view = live.window("sending.edit", card)
    assert "Nothing was sent" in live.sent(view, words="My own words, Maria")
    live.shows(card, "My own words, Maria")
    assert _draft(live.window("sending.open", card)) == "My own words, Maria"
    assert "29 of 34 cases" in str(live.window("sending.why", card)["blocks"])
    assert "suggestion.worked" not in str(card.blocks)  # nothing was sent yet
    assert live.twilio.post.requests == []
    live.twilio.post.arrives = ("queued", "sent")
    live.sent(live.window("sending.open", card), words="Shall we look at it together?")
    live.shows(card, "Sent (")
    live.slack.click(card, "suggestion.worked", user=ALICE)
    live.shows(card, "\u2713 Worked")
    live.service.courier.go_round()
    assert "\u2713 Worked" in str(card.blocks)  # a card that is drawn again still says what was said of it


@pytest.mark.parametrize("who", ["customer", "marketer"])
def test_a_draft_is_withdrawn_when_the_conversation_moves_on(live: Running, who: str) -> None:
    live.customer_writes()
    card = live.card()
    at = utc_now() + timedelta(minutes=5)
    if who == "customer":
        later = live.twilio.add("inbound", THEIRS, OURS, "Thank you, see you on Monday", at=at)
    else:
        later = live.twilio.add("outbound-api", OURS, THEIRS, "I call you", at=at)
    assert later.sid
    live.service.reconcile()
    live.shows(card, "Maria Lopez wrote again meanwhile" if who == "customer" else "You answered meanwhile")
    assert "sending.edit" not in str(card.blocks)
    view = live.window("sending.open", card)  # nothing is lost: the draft can still be opened
    assert "Maria" in _draft(view)


def test_snooze_and_mute_are_kept_and_said_on_the_card(live: Running, alice: Staff) -> None:
    live.customer_writes()
    card = live.card()
    live.slack.click(card, "coach.snooze", user=ALICE)
    live.shows(card, "No cards until")
    live.slack.click(card, "coach.mute", user=ALICE)
    live.shows(card, "No more cards about Maria Lopez")
    assert "/customer unmute Maria Lopez" in str(card.blocks)
    preferences = Preferences(live.house.database, live.house.zones.open(alice.id))
    assert preferences.get().snoozed_until is not None
    assert len(preferences.muted(utc_now())) == 1
    live.slack.click(card, "coach.unmute", user=ALICE)
    wait_for(lambda: "No more cards about" not in str(card.blocks))
    live.slack.click(card, "coach.wake", user=ALICE)
    wait_for(lambda: "No cards until" not in str(card.blocks))
    assert preferences.get().snoozed_until is None
    assert not preferences.muted(utc_now())


def test_a_card_put_off_is_one_line_and_comes_back(live: Running, alice: Staff) -> None:
    live.customer_writes()
    card = live.card()
    live.slack.click(card, "coach.not-now", user=ALICE)
    live.shows(card, "You set this aside")
    assert "sending.open" not in str(card.blocks)
    zone = live.house.zones.open(alice.id)
    assert [row.verdict for row in Suggestions(live.house.database, zone).feedback()] == ["not-now"]
    live.slack.click(card, "coach.show-again", user=ALICE)
    live.shows(card, "sending.open")


def test_an_answer_in_own_words_to_what_nothing_is_known_of_can_be_judged(live: Running, alice: Staff) -> None:
    live.house.shared.publish([])
    live.customer_writes()
    card = live.card()
    live.twilio.post.arrives = ("queued", "sent")
    live.sent(live.window("sending.open", card), words="Let me show you when it has paid for itself.")
    live.shows(card, "Sent (")
    live.slack.click(card, "suggestion.worked", user=ALICE)
    live.shows(card, "\u2713 Worked")
    zone = live.house.zones.open(alice.id)
    assert [row.verdict for row in Suggestions(live.house.database, zone).feedback()] == ["worked"]


def test_somebody_is_written_to_without_a_card_and_hears_how_far_it_came(live: Running, alice: Staff) -> None:
    live.customer_writes("Thank you, see you on Monday!")
    zone = live.house.zones.open(alice.id)
    (maria,) = wait_for(lambda: Customers(live.house.database, zone).all())
    assert live.house.customers.page_of(alice.id, maria.id).write_to == maria.id
    StaffChoices(live.house.database, zone).set_digest(wanted=False)
    FollowUps(live.house.database, zone).add(maria.id, utc_now() - timedelta(seconds=1), now=utc_now())
    reminder = live.card()
    assert reminder.text == "A follow-up is due."
    view = live.window("sending.write", reminder)
    assert "see you on Monday" in str(view["blocks"])
    assert len(live.slack.direct_messages(ALICE)) == 1  # no card before something is approved
    assert "There is nothing to send" in live.sent(view, words="")
    view = next(one for one in live.slack.workspace.views if one["id"] == view["id"])
    assert "It goes to Maria Lopez now" in live.sent(view, words="Shall I bring the plans on Monday?")
    card = live.card(after=1)
    live.shows(card, "Delivered (")
    assert "Shall I bring the plans on Monday?" in str(card.blocks)
    assert "Maria" not in card.text
    assert [one["Body"] for one in live.twilio.post.requests] == ["Shall I bring the plans on Monday?"]
    assert Suggestions(live.house.database, zone).shown() == []
