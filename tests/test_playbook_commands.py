"""`/playbook` over the double of Slack, down to the rows: browsing, what is unclear, saving, sharing, plays that people write."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot import play_words, playbook_cards
from bot.answers import Curated, Play, Playbook
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels import slack_blocks
from bot.command_routes import routed
from bot.commands import Command, parse
from bot.doubles.slack_rules import problems, view_problems
from bot.doubles.slack_workspace import Message
from bot.messages import Card, Form, Visibility
from bot.playbook_words import Named, named
from intelligence.vocabulary import bundled
from memory.curated_plays import CuratedPlays
from memory.customers import Customers
from memory.saved_plays import SavedPlays
from memory.seen_keys import SeenKeys
from memory.tables import SalesPattern, Staff
from tests.conftest import NOW, sqlite_only
from tests.slack_stage import BOB, EVE, Stage, staged

PLAY = {
    "title": "Ask for the budget owner",
    "objection": "budget",
    "industry": "",
    "response": "question-back",
    "wording": "Who else looks at the budget with you, {first_name}? <!channel>",
}


def _other(category: str, detail: str, objection: str = "") -> SalesPattern:
    """A pattern of a category that holds no answers."""
    return SalesPattern(
        **_pattern().model_dump(exclude={"id", "category", "objection", "response", "detail", "text", "level"}),
        id=f"{category:0<32}"[:32], category=category, level="any", objection=objection, response="", detail=detail,
        text=f"how often this works, when to write, what I should do today: {category}",
    )  # fmt: skip


def _pattern(response: str = "roi-proof", contributors: int = 9) -> SalesPattern:
    return SalesPattern(
        category="objection-patterns", level="objection-response", objection="budget", response=response, industry="", n=34, successes=29,
        contributors=contributors, customers=30, largest_share=0.2, mean=0.83, low=0.71, high=0.94, base_rate=0.5, standing="validated",
        text=f"budget objection answered with {response}", vocabulary_version="1", published_at=NOW, id=f"{response:0<32}"[:32],
    )  # fmt: skip


@pytest.fixture
def stage(house: House, bob: Staff) -> Iterator[Stage]:
    eve = house.staff.add("Eve Marlow", now=NOW, slack_user_id=EVE, whatsapp=["+12025550107"])
    house.staff.set_admin(eve.id, admin=True)
    assert bob.slack_user_id == BOB
    house.shared.publish([_pattern(), _pattern("payment-plan")])
    seen = SeenKeys(house.database)

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, NOW)) as fresh:
        yield fresh


def _ask(stage: Stage, text: str, user: str = BOB) -> Message:
    before = len(stage.slack.ephemerals(user))
    stage.slack.slash("/playbook", text, user=user)
    shown: Message = stage.slack.wait_for(lambda: stage.slack.ephemerals(user)[before:])[0]
    assert problems(shown.blocks) == []
    return shown


def _click(stage: Stage, message: Message, action: str, value: str = "", user: str = BOB) -> str:
    before = len(stage.slack.ephemerals(user))
    stage.slack.click(message, action, user=user, value=value)
    return str(stage.slack.wait_for(lambda: stage.slack.ephemerals(user)[before:])[0].blocks)


def _window(stage: Stage, callback: str, holding: str = "") -> dict[str, Any]:
    view = dict(
        stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if one.get("callback_id") == callback and holding in str(one)], 20)[-1]
    )
    assert view_problems(view) == []
    return view


def _shown(stage: Stage, words: str) -> str:
    return str(stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if words in str(one)])[-1])


@sqlite_only
def test_what_is_clear_is_answered_and_what_is_not_is_asked_in_a_window_with_searched_lists(stage: Stage) -> None:
    assert "Worked in 29 of 34 cases" in str(_ask(stage, "budget").blocks)
    pooled = str(_ask(stage, "budget healthcare").blocks)
    assert "not enough evidence in healthcare alone yet" in pooled
    assert "Worked in 29 of 34 cases (71\u201394 %), 9 colleagues, across all industries" in pooled
    assert "What works" in str(_ask(stage, "").blocks) or "/playbook" in str(_ask(stage, "").blocks)
    assert "Playbook: everything" in str(_ask(stage, "all").blocks)
    for unclear, first in (("budget timing", "budget"), ("flurbl", "")):
        stage.slack.workspace.views.clear()
        stage.slack.slash("/playbook", unclear, user=BOB)
        view = _window(stage, "playbook.browse")
        assert f"'{unclear}' {'could mean several things' if first else 'is no objection'}" in str(view)
        offered = stage.slack.look_up(view, "objection", "words.objections", "tim", user=BOB)
        assert [one["value"] for one in offered] == ["timing"]
        assert stage.slack.look_up(view, "objection", "words.objections", "tim", user="U0NOBODY") == []
        held = next(block["element"] for block in view["blocks"] if block.get("block_id") == "objection").get("initial_option", {}).get("value", "")
        assert held == first
    stage.slack.submit(view, user=BOB, values={"objection": "budget", "response": "payment-plan"})
    found = _shown(stage, "Worked in 29 of 34")
    assert "payment plan" in found
    assert "ROI proof" not in found
    before = len(stage.slack.workspace.views)
    shown = next(one for one in stage.slack.workspace.views if "Worked in 29 of 34" in str(one))
    stage.slack.click_view(shown, "playbook.share", user=BOB)
    assert _window(stage, "playbook.shared")["id"] == shown["id"]
    assert len(stage.slack.workspace.views) == before
    stage.slack.mentions("playbook flurbl", user=BOB)  # no window can be opened for a mention
    card = stage.slack.wait_for(lambda: [one for one in stage.slack.direct_messages(BOB) if "playbook.browse" in str(one.blocks)])[0]
    stage.slack.workspace.views.clear()
    stage.slack.click(card, "playbook.browse", user=BOB)
    assert _window(stage, "playbook.browse")


def _others() -> list[SalesPattern]:
    return [
        _other("success-strategies", "empathy > roi-proof"),
        _other("market-trends", "rising", "competitor"),
        _other("timing-patterns", "weekday-evening"),
        _other("conversion-analytics", "contacted > replied"),
    ]


@pytest.mark.parametrize("asked", ["what works?", "all", "Everything", "show me the playbook", "what helps most?"])
def test_everything_is_all_answers_and_only_answers(house: House, asked: str) -> None:
    house.shared.publish([_pattern(), *_others()])
    assert [play.response for play in house.playbooks.find(asked).plays] == ["roi-proof"]
    assert not house.playbooks.find(asked).situation


@pytest.mark.parametrize("asked", ["when should I write?", "what should I do today, and how often?", "how do people get from first contact to a reply?"])
def test_a_question_that_names_nothing_known_gets_answers_with_a_title_or_none(house: House, asked: str) -> None:
    house.shared.publish([_pattern(), *_others()])
    assert {play_words.headline(play) for play in house.playbooks.find(asked).plays} <= {"Budget \u2192 ROI proof"}


@pytest.mark.parametrize(
    ("asked", "title", "claim"),
    [
        ("strategies", "Empathy, then ROI proof", "29 of 34 conversations that went this way were won (71\u201394 %), 9 colleagues, across all industries"),
        ("market trends", "Objections about competitor: rising", "29 of the 34 latest objections"),
        ("timing", "A message on a weekday evening", "29 of 34 such messages were answered within a day"),
        ("what are the steps?", "From a first message to a reply", "29 of 34 conversations got that far"),
    ],
)
def test_each_other_part_of_the_playbook_says_what_its_counts_are_of(house: House, bob: Staff, asked: str, title: str, claim: str) -> None:
    house.shared.publish([_pattern(), *_others()])
    card = CardAnswers(house).book.find(bob.id, asked)
    assert isinstance(card, Card)
    assert problems(slack_blocks.blocks(card)) == []
    assert title in str(card.sections)
    assert claim in str(card.sections)
    assert "Worked in" not in str(card.sections)


def test_what_is_known_by_no_name_is_said_to_be_unknown(house: House, bob: Staff) -> None:
    form = CardAnswers(house).book.find(bob.id, "xyzzy")
    assert isinstance(form, Form)
    assert "is no objection, industry or response I know" in form.sections[0].text


@sqlite_only
def test_a_saved_play_is_on_the_home_tab_and_leaves_it_when_too_few_stand_behind_it(stage: Stage, house: House, bob: Staff) -> None:
    assert "Nothing saved yet" in str(_ask(stage, "saved").blocks)
    kept = _pattern().id
    assert "Saved" in _click(stage, _ask(stage, "budget"), "playbook.save", kept)
    assert "Worked in 29 of 34" in str(_ask(stage, "pinned").blocks)
    assert "Nothing saved yet" in str(_ask(stage, "saved", user=EVE).blocks)
    with house.database.transaction() as session:
        Customers(house.database, house.zones.open(bob.id)).add(session, "Maria Lopez", now=NOW)
    stage.slack.opens_home(BOB)
    home = str(stage.slack.wait_for(lambda: stage.slack.workspace.homes.get(BOB)))
    assert "Saved plays" in home
    house.shared.publish([_pattern(contributors=2), _pattern("payment-plan")])
    gone = _ask(stage, "saved")
    assert "Not shown any more" in str(gone.blocks)
    assert "29 of 34" not in str(gone.blocks)
    assert "did not work" in _click(stage, _with_button(stage, "playbook.save", kept), "playbook.save", kept)
    assert "Removed" in _click(stage, gone, "playbook.unsave", kept)
    assert SavedPlays(house.database, house.zones.open(bob.id)).all() == []


def _with_button(stage: Stage, action: str, value: str) -> Message:
    """A card that still stands there, from before."""
    return next(one for one in stage.slack.ephemerals(BOB) if f"'action_id': '{action}', 'value': '{value}'" in str(one.blocks))


@sqlite_only
def test_a_play_is_shared_into_a_channel_as_it_may_be_shown_at_that_moment(stage: Stage, house: House) -> None:
    shared = _pattern().id
    card = _ask(stage, "budget")
    stage.slack.click(card, "playbook.share", user=BOB, value=shared)
    view = _window(stage, "playbook.shared")
    assert "Worked in 29 of 34" in str(view)
    stage.slack.submit(view, user=BOB, values={"conversation": "D0BOB"})
    view = _window(stage, "playbook.shared", "Choose a channel")
    stage.slack.submit(view, user=BOB, values={"conversation": "C0SALES"})
    _shown(stage, "The play is posted there")
    (posted,) = stage.slack.workspace.messages_in("C0SALES")
    assert "From the playbook: Budget \u2192 ROI proof" in posted.text
    assert "9 colleagues" in str(posted.blocks)
    assert "Bob" not in str(posted.blocks)
    stage.slack.workspace.views.clear()
    stage.slack.fail("chat.postMessage", "not_in_channel")
    stage.slack.click(card, "playbook.share", user=BOB, value=shared)
    stage.slack.submit(_window(stage, "playbook.shared"), user=BOB, values={"conversation": "C0SALES"})
    _shown(stage, "/invite @Tradecraft")
    stage.slack.workspace.views.clear()
    stage.slack.click(card, "playbook.share", user=BOB, value=shared)
    late = _window(stage, "playbook.shared")
    house.shared.publish([_pattern(contributors=2)])
    stage.slack.submit(late, user=BOB, values={"conversation": "C0SALES"})
    _shown(stage, "not shown any more")
    assert len(stage.slack.workspace.messages_in("C0SALES")) == 1


@sqlite_only
def test_a_play_is_checked_proposed_approved_shown_apart_from_counts_and_retired(stage: Stage, house: House, bob: Staff) -> None:
    with house.database.transaction() as session:
        Customers(house.database, house.zones.open(bob.id)).add(session, "Quillon", now=NOW)
    stage.slack.slash("/playbook", "add", user=BOB)
    view = _window(stage, "play.save")
    for wrong, said in (
        ({"wording": "Tell Maria Lopez of ABC Corp it is 4,900 EUR"}, "Maria Lopez"),
        ({"title": "What Quillon liked"}, "'Quillon' looks like personal data"),
        ({"title": ""}, "needs a title"),
        ({"objection": "money"}, "is not an objection"),
    ):
        stage.slack.submit(view, user=BOB, values={**PLAY, **wrong})
        view = _window(stage, "play.save", said)
        assert "Not kept yet" in str(view)
    assert CuratedPlays(house.database).of() == []
    stage.slack.submit(view, user=BOB, values=PLAY)
    _shown(stage, "waits for an admin")
    (play,) = CuratedPlays(house.database).of(bob.id)
    assert "Curated play" not in str(_ask(stage, "budget").blocks)
    listed = _ask(stage, "plays")
    assert "waiting for an admin" in str(listed.blocks)
    assert "play.approve" not in str(listed.blocks)
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "play.approve", "value": play.id}
    forged = stage.slack.workspace.post("C0GENERAL", text="x", blocks=[{"type": "actions", "elements": [button]}])
    assert "Only an admin decides" in _click(stage, forged, "play.approve")
    stage.slack.opens_home(EVE)
    assert "One play waits for you" in str(stage.slack.wait_for(lambda: stage.slack.workspace.homes.get(EVE)))
    assert "Approved" in _click(stage, _ask(stage, "plays", user=EVE), "play.approve", play.id, EVE)
    card = _ask(stage, "budget")
    told = str(card.blocks)
    assert "Curated play: Ask for the budget owner" in told
    assert "Written by Bob Lindgren; nobody has counted it" in told
    assert "2 patterns with evidence" in card.text
    assert "Curated play" not in str(_ask(stage, "budget payment-plan").blocks)
    stage.slack.click(card, "playbook.share", user=BOB, value=play.id)
    stage.slack.submit(_window(stage, "playbook.shared"), user=BOB, values={"conversation": "C0SALES"})
    posted = stage.slack.wait_for(lambda: stage.slack.workspace.messages_in("C0SALES"))[0]
    assert "counted by nobody" in str(posted.blocks)
    assert "'type': 'broadcast'" not in str(posted.blocks)
    assert "Saved" in _click(stage, card, "playbook.save", play.id)
    house.clock = lambda: NOW + timedelta(days=181)
    assert "Curated play" not in str(_ask(stage, "budget").blocks)
    assert "to be looked at again" in str(_ask(stage, "plays", user=EVE).blocks)
    house.clock = lambda: NOW
    stage.slack.click(_ask(stage, "plays"), "play.edit", user=BOB, value=play.id)
    edit = _window(stage, "play.save", "Change a play")
    stage.slack.submit(edit, user=BOB, values={**PLAY, "title": "Ask who decides"})
    stage.slack.wait_for(lambda: CuratedPlays(house.database).get(play.id).state == "proposed")
    _click(stage, _ask(stage, "plays", user=EVE), "play.reject", play.id, EVE)
    assert "not taken" in str(_ask(stage, "plays").blocks)
    assert [one.action for one in house.audit.entries(2)] == ["play.rejected", "play.proposed"]


@sqlite_only
def test_a_message_can_become_a_play(stage: Stage) -> None:
    stage.slack.shortcut("add_play", "Shall we start with a pilot?", user=BOB)
    assert "Shall we start with a pilot?" in str(_window(stage, "play.save"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("budget manufacturing", Named(("budget",), ("manufacturing",))),
        ("ROI proof for real estate", Named((), ("real-estate",), ("roi-proof",))),
        ("another installation of technical needles", Named()),
        ("contracts and trust", Named(("trust", "contract"))),
        ("e-commerce", Named((), ("e-commerce",))),
    ],
)
def test_words_of_the_vocabulary_are_found_as_words(text: str, expected: Named) -> None:
    assert named(text, bundled()) == expected


def test_commands_and_mentions_reach_the_same() -> None:
    for verb in ("saved", "plays", "add"):
        assert parse("playbook", verb) == routed(f"playbook {verb}") == Command("playbook", verb)


def test_a_full_playbook_stays_within_slacks_blocks_and_says_what_is_left_out() -> None:
    play = Play("p1", "objection-patterns", "budget", "roi-proof", "", "", "", 29, 34, 0.7, 0.94, 9, "validated", "words " * 60)
    curated = Curated("c1", "<!here> & so on", "budget", "", "roi-proof", "wording " * 100, "Bob Lindgren", "approved", "2027-05-01")
    full = playbook_cards.playbook(Playbook("budget", "budget", "", (play,) * 20, (), (curated,) * 9), acts=True)
    many = playbook_cards.saved((play, curated) * 9, ("x",) * 4)
    listed = playbook_cards.plays((curated,) * 30, admin=True)
    for card in (full, many, listed):
        blocks = slack_blocks.blocks(card)
        assert problems(blocks) == []
        assert "The rest does not fit" not in str(blocks), card.title
        assert "more" in card.footnote
    assert playbook_cards.shared(curated).visibility is Visibility.ANYONE
    assert many.visibility is listed.visibility is Visibility.OWNER
