"""Installing the app by a link, in several workspaces: states good once, tokens under the master key, everybody answered in their own workspace."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pydantic import SecretStr

from bot.app import Service
from bot.bootstrap import House
from bot.channels.slack_manifest import scopes
from bot.doubles.server import LoopbackServer
from bot.doubles.slack import SlackDouble
from bot.errors import BotFault
from bot.messages import Card, Section
from memory.keyring import Keyring
from memory.slack_installations import Installed, SlackInstallations, WorkspaceRefused
from tests.conftest import NOW, sqlite_only

ONE, TWO, FOREIGN = "T0ONE", "T0TWO", "T0FOREIGN"
ANA, BEN = "U0ANA", "U0BEN"


class Firm:
    """The service with the double of Slack, and a browser."""

    def __init__(self, house: House, slack: SlackDouble, service: Service, url: str) -> None:
        self.house, self.slack, self.service, self.url = house, slack, service, url

    def install(self, team: str) -> httpx2.Response:
        """Somebody of a workspace follows the link and agrees."""
        self.slack.oauth.agrees_in = team
        with httpx2.Client() as browser:
            begun = browser.get(f"{self.url}/slack/install")
            assert begun.status_code == 302
            back = browser.get(begun.headers["location"]).headers["location"]
            return browser.get(self.url + urlsplit(back).path, params=parse_qs(urlsplit(back).query), headers={"Cookie": _cookie(begun)})

    def opens_home(self, user: str, team: str) -> None:
        self.slack.event({"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": "home"}, team=team)


def _cookie(begun: httpx2.Response) -> str:
    return begun.headers["set-cookie"].partition(";")[0]


@pytest.fixture
def firm(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    monkeypatch.setenv("SLACK_USER_SCOPES", "channels:history")  # another app's
    with SlackDouble() as slack:
        house.settings = house.settings.model_copy(
            update={
                "slack_signing_secret": SecretStr(slack.signing_secret),
                "slack_client_id": slack.oauth.client_id,
                "slack_client_secret": SecretStr(slack.oauth.client_secret),
                "slack_teams": f"{ONE}, {TWO}",
                "slack_api_url": slack.api_url,
            }
        )
        service = Service(house)
        with LoopbackServer(service.web) as server:
            slack.request_url = f"{server.url}/slack/events"
            yield Firm(house, slack, service, server.url)


@sqlite_only
def test_two_workspaces_install_the_app_and_each_person_is_answered_in_their_own(firm: Firm, house: House, tmp_path: Path) -> None:
    house.staff.link_slack(house.staff.add("Ana", now=NOW).id, ANA, ONE)
    house.staff.link_slack(house.staff.add("Ben", now=NOW).id, BEN, TWO)
    asked = parse_qs(urlsplit(httpx2.get(f"{firm.url}/slack/install").headers["location"]).query)
    assert asked["scope"] == [",".join(scopes())]
    assert not asked.get("user_scope")
    assert asked["redirect_uri"] == ["http://127.0.0.1:8080/slack/oauth_redirect"]
    assert "Workspace T0ONE" in firm.install(ONE).text
    assert "Workspace T0TWO" in firm.install(TWO).text
    refused = firm.install(FOREIGN)
    assert (refused.status_code, "none of this firm" in refused.text) == (500, True)

    for user, team in ((ANA, ONE), (BEN, TWO)):
        firm.opens_home(user, team)
        firm.slack.wait_for(lambda user=user: firm.slack.workspace.homes.get(user), 20)
        assert [call.team for call in firm.slack.calls if call.method == "views.publish"][-1] == team
        assert "Set up" in str(firm.slack.workspace.homes[user])
        assert firm.service.slack is not None
        firm.service.slack.send_from_thread(user, Card("Hello", "hello", (Section("x"),)), f"hello:{user}")
        assert [call.team for call in firm.slack.calls if call.method == "chat.postMessage"][-1] == team

    firm.slack.workspace.homes.clear()
    firm.opens_home(ANA, TWO)
    assert "not linked" in str(firm.slack.wait_for(lambda: firm.slack.workspace.homes.get(ANA)))
    token = firm.slack.oauth.token(ONE).encode()
    assert token
    assert not any(token in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    first = firm.slack.oauth.token(TWO)
    firm.install(TWO)
    assert firm.slack.oauth.token(TWO) != first
    firm.slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0X"], "bot": []}}, team=ONE)
    firm.slack.event({"type": "app_uninstalled"}, team=ONE)
    kept = SlackInstallations(house.database, house.master_key)
    firm.slack.wait_for(lambda: list(kept.teams()) == [TWO])
    with pytest.raises(BotFault, match="not installed"):
        firm.service.slack.send_from_thread(ANA, Card("Hello", "hello"), "hello:again")
    assert [one.action for one in reversed(house.audit.entries())].count("slack.uninstalled") == 1


@sqlite_only
def test_an_installation_is_begun_and_ended_in_one_browser_once(firm: Firm, house: House) -> None:
    firm.slack.oauth.agrees_in = ONE
    begun = httpx2.get(f"{firm.url}/slack/install")
    back = urlsplit(httpx2.get(begun.headers["location"]).headers["location"])
    answer = lambda cookie: httpx2.get(f"{firm.url}{back.path}?{back.query}", headers={"Cookie": cookie})  # noqa: E731 - asked three times
    assert answer("slack-app-oauth-state=another").status_code == 400
    assert answer(_cookie(begun)).status_code == 200
    again = answer(_cookie(begun))
    assert (again.status_code, "used already" in again.text) == (401, True)
    assert "declined" in firm.install("").text
    assert "HttpOnly" in begun.headers["set-cookie"]


@pytest.mark.parametrize("allowed", [(), (TWO,)])
def test_tokens_are_kept_under_the_master_key_for_workspaces_of_the_firm(house: House, allowed: tuple[str, ...]) -> None:
    kept = SlackInstallations(house.database, house.master_key, allowed)
    mine, other = (TWO, ONE) if allowed else (ONE, TWO)
    kept.save(Installed(mine, "Mine", "U0BOT", "B0BOT", "chat:write", "xoxb-first"), NOW)
    kept.save(Installed(mine, "Mine", "U0BOT", "B0BOT", "chat:write", "xoxb-second"), NOW)
    with pytest.raises(WorkspaceRefused, match="TRADECRAFT_SLACK_TEAMS"):
        kept.save(Installed(other, "Other", "U0BOT", "B0BOT", "chat:write", "xoxb-other"), NOW)
    Keyring(house.database, house.zones, house.master_key).rotate_master()
    found = kept.get(mine)
    assert found is not None
    assert (found.token, list(kept.teams()), kept.get(other)) == ("xoxb-second", [mine], None)
    assert "xoxb" not in repr(found)
    assert SlackInstallations(house.database, house.master_key, ["T0LATER"]).get(mine) is None
    state = kept.begin(NOW)
    assert [kept.finish(state, NOW), kept.finish(state, NOW), kept.finish("made-up", NOW)] == [True, False, False]
    assert not kept.finish(kept.begin(NOW), NOW + timedelta(minutes=11))
    assert [kept.remove(mine), kept.remove(mine)] == [True, False]
