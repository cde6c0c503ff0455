"""What admins do in Slack: members, health, use over everybody; nothing of anybody's zone, and no count that tells about single people."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.admin_cards import ADD, CHANGE, CHOOSE, LINK, LINKED, MEMBER
from bot.admin_desk import AdminDesk
from bot.adoption import adoption, at_least
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels import slack_forms
from bot.doubles.slack_rules import view_problems
from bot.messages import Form
from memory.answer_verdicts import AnswerVerdicts
from memory.seen_keys import SeenKeys
from memory.tables import Staff
from tests.conftest import NOW, sqlite_only
from tests.slack_stage import BOB, STRANGER, Stage, staged

BOSS, NEW = "U0BOSS", "U0NEW"


@pytest.fixture
def stage(house: House, bob: Staff) -> Iterator[Stage]:
    seen = SeenKeys(house.database)

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, NOW)) as fresh:
        fresh.slack.workspace.admins.add(BOSS)
        yield fresh


def _said(stage: Stage, user: str, text: str = "admin", command: str = "/tradecraft") -> str:
    before = len(stage.slack.ephemerals(user))
    stage.slack.slash(command, text, user=user)
    return str(stage.slack.wait_for(lambda: stage.slack.ephemerals(user)[before:], 20)[0].blocks)


def _window(stage: Stage, action: str, holding: str = "") -> Mapping[str, Any]:
    return stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if one.get("callback_id") == action and holding in str(one)], 20)[0]


def _press(stage: Stage, action: str, value: str = "") -> None:
    stage.slack.click(stage.slack.ephemerals(BOSS)[-1], action, user=BOSS, value=value)


@sqlite_only
def test_an_admin_adds_changes_deactivates_and_links_members_without_being_one(stage: Stage, house: House, bob: Staff) -> None:
    assert "on one side of the count" in _said(stage, BOSS)
    _press(stage, MEMBER)
    stage.slack.submit(_window(stage, CHOOSE), user=BOSS, values={"who": NEW})
    values = {"name": "Nina Sol", "number": "12", "industry": "healthcare", "time_zone": "Europe/Madrid"}
    stage.slack.submit(_window(stage, ADD), user=BOSS, values=values)
    again = _window(stage, ADD, "is not a WhatsApp address")
    assert "Nina Sol" in str(again)
    stage.slack.submit(again, user=BOSS, values=values | {"number": "+34 600 111 222"})
    stage.slack.wait_for(lambda: "Nina Sol is added" in str(stage.slack.workspace.views))
    nina = house.staff.by_slack_user(NEW)
    assert nina is not None
    assert (nina.default_industry, nina.time_zone, nina.slack_team_id) == ("healthcare", "Europe/Madrid", "T0DOUBLE")
    assert "You do not contribute" in _said(stage, NEW, "status", "/zone")

    _said(stage, BOSS)
    _press(stage, MEMBER)
    stage.slack.submit(_window(stage, CHOOSE), user=BOSS, values={"who": NEW})
    stage.slack.submit(_window(stage, CHANGE), user=BOSS, values={"name": "Nina Sol Ruiz", "state": "deactivated"})
    stage.slack.wait_for(lambda: "is deactivated" in str(stage.slack.workspace.views))
    assert "not linked" in _said(stage, NEW, "status", "/zone")
    assert house.staff.by_address("whatsapp", "+34600111222") is None

    assert "Nina Sol Ruiz" in _said(stage, BOSS)
    _press(stage, LINK, nina.id)
    stage.slack.submit(_window(stage, LINKED), user=BOSS, values={"who": BOB})
    stage.slack.submit(_window(stage, LINKED, "already belongs"), user=BOSS, values={"who": NEW})
    stage.slack.wait_for(lambda: "is linked and can begin" in str(stage.slack.workspace.views))
    assert house.staff.by_address("whatsapp", "+34600111222") is not None
    assert [(one.action, one.actor) for one in reversed(house.audit.entries())] == [
        (action, f"slack:{BOSS}") for action in ("staff.added", "staff.deactivated", "staff.linked")
    ]


@sqlite_only
def test_only_admins_are_answered_by_slacks_word_or_by_ours(stage: Stage, house: House, bob: Staff) -> None:
    assert "This is for admins" in _said(stage, BOB)
    assert "This is for admins" in _said(stage, STRANGER)
    assert "What you can ask" in _said(stage, BOB, "help")
    house.staff.set_admin(bob.id, admin=True)
    assert "Health" in _said(stage, BOB)


@sqlite_only
def test_the_page_shows_health_and_nothing_of_anybodys_zone(stage: Stage, house: House, bob: Staff) -> None:
    house.records.add_note(bob.id, "decides after Easter")
    house.vitals["jobs"] = lambda: "running."
    page = _said(stage, BOSS)
    assert "database: sqlite answers." in page
    assert "deliveries: no deliveries yet." in page
    assert "jobs: running." in page
    assert "sides: WhatsApp" in page
    assert "Easter" not in page
    assert "+12025550109" not in page


@sqlite_only
def test_use_is_counted_over_enough_people_only(house: House) -> None:
    members = [house.staff.add(f"Person {at}", now=NOW, slack_user_id=f"U0P{at}") for at in range(12)]
    for at, member in enumerate(members[:7]):
        house.staff.set_contributes(member.id, contributes=True)
        verdicts = AnswerVerdicts(house.database, house.zones.open(member.id))
        verdicts.give(f"D0P{at}:1", "recall", good=at > 1, now=NOW)
        if at < 4:
            verdicts.give(f"D0P{at}:2", "playbook", good=True, now=NOW)
    told = adoption(house)
    assert (told.linked, told.unlinked, told.deactivated) == (12, 0, 0)
    assert {one.what: one.at_least for one in told.taken}["contribute to the playbook"] == 5
    assert [(one.route, one.tenths, one.at_least) for one in told.judged] == [("recall", 7, 5)]


@pytest.mark.parametrize(
    ("people", "of", "shown"), [(0, 20, 0), (4, 20, 0), (5, 20, 5), (12, 20, 10), (20, 20, 15), (6, 6, 0), (5, 9, 0), (200, 200, 195), (3, 4, 0)]
)
def test_a_count_tells_about_nobody(people: int, of: int, shown: int) -> None:
    assert at_least(people, of, 5) == shown


def test_an_admin_of_the_workspace_makes_somebody_one_here_who_then_decides_on_plays(house: House, bob: Staff) -> None:
    desk = AdminDesk(house)
    form = desk.save("slack:U0BOSS", "", CHOOSE, "", {"who": BOB})
    assert isinstance(form, Form)
    assert view_problems(slack_forms.form(form)) == []
    assert [one.value for one in form.fields if one.name == "admin"] == ["no"]
    desk.save("slack:U0BOSS", "", CHANGE, bob.id, {"name": "Bob Lindgren", "admin": "yes"})
    assert desk.is_admin(bob.id)
    desk.save("slack:U0BOSS", "", CHANGE, bob.id, {"name": "Bob Lindgren"})
    assert desk.is_admin(bob.id)
    desk.save("slack:U0BOSS", "", CHANGE, bob.id, {"name": "Bob Lindgren", "admin": "no"})
    assert not desk.is_admin(bob.id)
