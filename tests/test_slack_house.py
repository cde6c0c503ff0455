"""Slack down to the rows: the real use cases behind the door."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import cards
from bot.answers import Advice, Suggested
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels.slack_blocks import JUDGED
from bot.doubles.slack_workspace import BOT_USER, Message
from bot.recollections import AROUND
from memory.answer_verdicts import Judged, judged
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.seen_keys import SeenKeys
from memory.suggestions import Suggestions
from memory.tables import Deal, Staff, Suggestion
from tests.conftest import NOW
from tests.slack_stage import BOB, EVE, Stage, staged


@pytest.fixture
def stage(house: House, bob: Staff) -> Iterator[Stage]:
    house.staff.add("Eve Marlow", now=NOW, slack_user_id=EVE, whatsapp=["+12025550107"])
    with house.database.transaction() as session:
        Customers(house.database, house.zones.open(bob.id)).add(session, "Maria Lopez", now=NOW)
    seen = SeenKeys(house.database)

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, NOW)) as fresh:
        yield fresh


def _ask(stage: Stage, command: str, text: str, user: str = BOB) -> str:
    before = len(stage.slack.ephemerals(user))
    stage.slack.slash(command, text, user=user)
    return str(stage.slack.wait_for(lambda: stage.slack.ephemerals(user)[before:])[0].blocks)


def test_notes_and_deals_are_kept_for_their_owner_alone(stage: Stage) -> None:
    assert "Kept in your zone" in _ask(stage, "/note", "about Maria Lopez: decides after Easter")
    assert "opened" in _ask(stage, "/deal", "add Booth package for Maria Lopez at 4900").casefold()
    assert "decides after Easter" in _ask(stage, "/note", "list")
    assert "Booth package" in _ask(stage, "/deal", "list")
    assert "no notes yet" in _ask(stage, "/note", "list", user=EVE)
    assert "no deals yet" in _ask(stage, "/deal", "list", user=EVE)
    assert "Maria" not in _ask(stage, "/zone", "status", user=EVE)


def test_what_cannot_be_done_is_told_with_the_way_out(stage: Stage) -> None:
    assert "neither a stage" in _ask(stage, "/deal", "set 1a2b sold")
    assert "did not work" in _ask(stage, "/deal", "add Booth for Nobody Known at 4900")
    assert "did not work" in _ask(stage, "/zone", "veto 00000000")


def test_the_zone_and_the_home_tab_show_what_is_stored(stage: Stage) -> None:
    _ask(stage, "/note", "about Maria Lopez: decides after Easter")
    assert "You do not contribute" in _ask(stage, "/zone", "status")
    stage.slack.opens_home(BOB)
    home = stage.slack.wait_for(lambda: stage.slack.workspace.homes.get(BOB))
    assert "Notes*\\n1" in str(home["blocks"])


def _coached(stage: Stage, house: House, bob: Staff) -> Message:
    row = Suggestion(
        staff_id=bob.id,
        objection="budget",
        industry="retail",
        amount_band="unknown",
        response="roi-proof",
        rank=1,
        propensity=1.0,
        shown_at=NOW,
    )
    suggestions = Suggestions(house.database, house.zones.open(bob.id))
    identifier = row.id
    suggestions.record([row])
    shown = Suggested(identifier, "", "roi-proof", "shows the return", 29, 34, 0.71, 0.94, 9, "objection-response", "", "")
    advice = Advice("budget", "cannot pay", "retail", "unknown", "Maria Lopez", "too expensive", (shown,))
    stage.door.send_from_thread(BOB, cards.advice(advice), "coach:m1")
    return stage.slack.direct_messages(BOB)[0]


def test_a_click_becomes_a_row_and_another_persons_click_does_not(stage: Stage, house: House, bob: Staff) -> None:
    card = _coached(stage, house, bob)
    stage.slack.click(card, "suggestion.worked", user=BOB)
    stage.slack.wait_for(lambda: card.edited)
    suggestions = Suggestions(house.database, house.zones.open(bob.id))
    assert [row.verdict for row in suggestions.feedback()] == ["worked"]
    stage.slack.click(card, "suggestion.did-not-work", user=EVE)
    stage.quiet(0.5)
    assert [row.verdict for row in suggestions.feedback()] == ["worked"]
    assert card.edited == 1
    assert "not one of yours" in str(stage.slack.ephemerals(EVE)[-1].blocks)


def test_what_is_said_of_answers_is_stored_once_and_counted_over_people(stage: Stage, house: House, bob: Staff) -> None:
    for user, verdicts in ((BOB, ("good:recall", "bad:recall")), (EVE, ("good:recall",))):
        stage.slack.says("what did Maria want?", user=user)
        answer = stage.slack.wait_for(lambda user=user: [one for one in stage.slack.direct_messages(user) if one.user == BOT_USER and one.blocks], 30)[-1]
        for number, verdict in enumerate(verdicts, 1):
            stage.slack.click(answer, JUDGED, user=user, value=verdict)
            stage.slack.wait_for(lambda user=user, number=number: len(stage.slack.ephemerals(user)) == number)
    assert judged(house.database) == [Judged("recall", good=1, bad=1, people=2)]


def test_a_citation_leads_to_the_conversation_around_it_and_to_nobody_elses(stage: Stage, house: House, bob: Staff) -> None:
    incoming = [Incoming("export", "", role, "text", text, NOW - timedelta(hours=3 - at)) for at, (role, text) in enumerate(_TALK)]
    zone = house.zones.open(bob.id)
    with house.database.transaction() as session:
        maria = Customers(house.database, zone).called(session, "Maria Lopez")
        conversations = Conversations(house.database, zone)
        stored = [row.id for row in conversations.store(session, conversations.with_customer(session, maria.id, "whatsapp", NOW).id, incoming, NOW)]
    house.memories.of(bob.id).remember(stored)
    stage.slack.says("what did Maria want?", user=BOB)
    answer = stage.slack.wait_for(lambda: [one for one in stage.slack.direct_messages(BOB) if "Show the conversation" in str(one.blocks)], 30)[0]
    stage.slack.click(answer, AROUND, user=BOB, value=stored[0])
    stage.slack.wait_for(lambda: "I will send it tonight" in str(stage.slack.workspace.views))
    stage.slack.click(answer, AROUND, user=EVE, value=stored[0])
    stage.slack.wait_for(lambda: "not one of yours" in str(stage.slack.workspace.views))


_TALK = (("customer", "we want a smaller stand by the window"), ("marketer", "I will send it tonight"))


def test_deals_gone_quiet_are_found_in_plain_words(stage: Stage, house: House, bob: Staff) -> None:
    deal = house.records.add_deal(bob.id, "Maria Lopez", "Booth package", "4900")
    with house.database.transaction() as session:
        session.get_one(Deal, deal["id"]).updated_at = NOW - timedelta(days=20)
    stage.slack.says("which deals went quiet?", user=BOB)
    stage.slack.wait_for(lambda: "Booth package" in str(stage.slack.direct_messages(BOB)))
    assert "20 days ago" in str(stage.slack.direct_messages(BOB))
    assert "No deal went quiet" in _ask(stage, "/deal", "quiet", user=EVE)


def test_keys_are_remembered_in_the_database_across_workers(house: House) -> None:
    one, two = SeenKeys(house.database), SeenKeys(house.database)
    assert one.first_time("slack:x", NOW)
    assert not two.first_time("slack:x", NOW + timedelta(seconds=1))
