"""The playground over its real doubles: by what the page asks for, and in a real browser where one is installed."""

import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from bot.demo import Cast, Stage, told
from bot.doubles.server import LoopbackServer
from bot.playground import Playground
from bot.playground_web import application
from tests.browser import CHROMIUM, Page, opened

RUTH = {"person": "bob-lindgren", "number": "+1 202 555 0177", "name": "Ruth Calloway"}
OBJECTION = "Hi Bob, honestly we can't afford this right now, the budget is used up."


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A playground with one marketer and two customers beside the newcomer."""
    whole = Cast.load()
    cast = Cast(whole.marketers[:1], whole.ninth, [talk for talk in whole.conversations if talk["marketer"] == whole.marketers[0]["slug"]][:2])
    house, people = told(tmp_path_factory.mktemp("playground") / "data", cast, Stage(Console(quiet=True)))
    with Playground(house, cast, people) as playground, LoopbackServer(application(playground)) as server:
        yield server.url
    house.close()


@pytest.fixture
def client(url: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=url, timeout=30) as client:
        yield client


def _until(client: httpx2.Client, person: str, place: str, words: str) -> dict[str, object]:
    for _ in range(300):
        state = client.get("/state", params={"person": person}).json()
        for message in reversed(state["places"][place]):
            if words in message["html"]:
                return dict(message)
        time.sleep(0.1)
    raise AssertionError(f"{words!r} never stood in {place}")


def test_a_customers_objection_becomes_a_card_for_its_owner_alone(client: httpx2.Client) -> None:
    assert client.post("/customer", json={**RUTH, "text": OBJECTION}).json() == {}
    card = _until(client, "bob-lindgren", "direct", "Ruth Calloway wrote")
    assert card["app"]
    alice = client.get("/state", params={"person": "alice-okafor"}).json()
    assert OBJECTION not in str(alice)
    assert len(alice["contacts"]) == 2
    stolen = client.post("/click", json={"person": "alice-okafor", "where": card["where"], "action": "suggestion.not-now", "value": ""})
    assert stolen.status_code == 400
    assert "gone" in stolen.json()["error"]


def test_the_phone_shows_what_the_export_told_and_what_both_sides_write_now(client: httpx2.Client) -> None:
    state = client.get("/state", params={"person": "alice-okafor"}).json()
    assert len(state["thread"]) > 5
    number = state["customer"]
    assert client.post("/marketer", json={"person": "alice-okafor", "number": number, "text": "Shall I send the calculator?"}).json() == {}
    thread = client.get("/state", params={"person": "alice-okafor", "customer": number}).json()["thread"]
    assert (thread[-1]["text"], thread[-1]["mine"]) == ("Shall I send the calculator?", True)


def test_slash_commands_plain_words_and_windows_work(client: httpx2.Client) -> None:
    who = {"person": "bob-lindgren"}
    client.post("/slack", json={**who, "place": "sales", "text": "@Tradecraft zone status"})
    assert "I answered you in a direct message" in str(_until(client, "bob-lindgren", "sales", "I answered you"))
    _until(client, "bob-lindgren", "direct", "Your private zone")
    client.post("/slack", json={**who, "place": "channel", "text": "/playbook"})
    message = _until(client, "bob-lindgren", "channel", "playbook.browse")
    assert message["only"]
    client.post("/click", json={**who, "where": message["where"], "action": "playbook.browse", "value": ""})
    for _ in range(100):
        view = client.get("/state", params=who).json()["view"]
        if view and "words.objections" in view["html"]:
            break
        time.sleep(0.1)
    assert "words.objections" in view["html"]
    offered = client.post("/options", json={**who, "block": "objection", "action": "words.objections", "typed": "bud"}).json()["options"]
    assert [one["value"] for one in offered] == ["budget"]
    client.post("/close", json=who)
    assert client.get("/state", params=who).json()["view"] is None
    client.post("/home", json=who)
    for _ in range(100):
        home = client.get("/state", params=who).json()["home"]
        if home:
            break
        time.sleep(0.1)
    assert "private zone" in home


def test_a_chat_export_is_dropped_on_the_app_and_shown_before_it_is_imported(client: httpx2.Client) -> None:
    chat = "01/11/2026, 10:01 - Ruth Calloway: Do you service other makers?\n15/11/2026, 10:02 - Bob Lindgren: We do.\n"
    file = {"person": "bob-lindgren", "name": "WhatsApp Chat with Ruth Calloway.txt"}
    assert "whole" in client.post("/drop", json={**file, "content": "%"}).json()["error"]
    assert client.post("/drop", json={**file, "content": b64encode(chat.encode()).decode()}).json() == {}
    assert "Ruth Calloway" in _until(client, "bob-lindgren", "direct", "import.ask")["html"]


def test_what_people_write_never_becomes_markup(client: httpx2.Client) -> None:
    nasty = "<img src=x onerror=alert(1)> <@U0BOB> <https://evil.example|click> we can't afford it"
    client.post("/customer", json={"person": "bob-lindgren", "number": "+12025550178", "name": "<b>Eve</b>", "text": nasty})
    card = str(_until(client, "bob-lindgren", "direct", "afford it")["html"])
    assert "<img" not in card
    assert "evil.example" not in card
    assert "<b>Eve" not in card


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("/customer", {**RUTH, "text": "  "}, "empty"),
        ("/customer", {**RUTH, "number": "12", "text": "hello"}, "country code"),
        ("/slack", {"person": "nobody", "place": "direct", "text": "hello"}, "Nobody of that name"),
        ("/submit", {"person": "bob-lindgren", "values": {}}, "closed already"),
        ("/click", {"person": "bob-lindgren", "where": "C0GENERAL:1.000001", "action": "x", "value": ""}, "gone"),
    ],
)
def test_bad_input_gets_one_sentence(client: httpx2.Client, path: str, given: dict[str, object], sentence: str) -> None:
    answer = client.post(path, json=given)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


def test_pages_of_other_sites_are_refused(client: httpx2.Client) -> None:
    assert client.get("/state", headers={"Host": "evil.example"}).status_code == 400
    assert client.post("/close", content='{"person": "bob-lindgren"}', headers={"Content-Type": "text/plain"}).status_code == 415
    assert "default-src 'self'" in client.get("/").headers["Content-Security-Policy"]


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    if not CHROMIUM:
        pytest.skip("no Chromium is installed (Debian: chromium)")
    with opened() as page:
        page.open(url)
        page.until("document.querySelectorAll('#people option').length > 1")
        yield page


def test_in_a_browser_an_objection_typed_on_the_left_becomes_a_card_on_the_right(page: Page, tmp_path: Path) -> None:
    page.press("#new-customer")
    page.until("document.querySelector('#stranger').open")
    page.ask("document.querySelector('#stranger-name').value = 'Nina Brandl'; document.querySelector('#stranger-number').value = '+1 202 555 0143'")
    page.press("#stranger .primary")
    page.until("document.querySelector('#customer-name').textContent === 'Nina Brandl'")
    page.type("#customer-text", "That is far too expensive for us this year.")
    page.press("#customer-form .send")
    page.until("document.querySelector('#thread').textContent.includes('far too expensive')")
    page.until("document.querySelector('#messages').textContent.includes('Nina Brandl wrote')")
    page.type("#slack-text", "/playbook")
    page.press("#slack-form .send")
    page.press("#messages [data-action='playbook.browse']")
    page.until("document.querySelector('#window').open")
    page.type("#window input[data-action='words.objections']", "bud")
    page.press("#window .options div")
    page.press("#window .primary")
    page.until("!document.querySelector('#window input') && document.querySelector('#window .body').textContent.length > 20")
    page.press("#window [value=close]")
    page.until("!document.querySelector('#window').open")
    page.press("[data-place='home']")
    page.until("document.querySelector('#messages').textContent.includes('private zone')")
    page.picture(tmp_path / "playground.png")
    assert (tmp_path / "playground.png").read_bytes()[:4] == b"\x89PNG"
    assert page.faults == []
