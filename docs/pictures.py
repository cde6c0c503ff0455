"""Takes the pictures of this folder anew: the playground in a real browser, on the demo's cast. Needs Chromium (Debian: chromium).

python -m docs.pictures
"""

import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

import httpx2
from rich.console import Console

from bot import logs
from bot.demo import Cast, Stage, told
from bot.digest_cards import digest
from bot.doubles.server import LoopbackServer
from bot.playground import Playground
from bot.playground_web import application
from bot.rendering import html
from bot.weekly_digest import WeeklyDigests
from tests.browser import CHROMIUM, Page, opened

FOLDER = Path(__file__).parent / "pictures"
BOB, ALICE = "bob-lindgren", "alice-okafor"
RUTH = {"number": "+1 202 555 0177", "name": "Ruth Calloway"}
OBJECTION = "Hi Bob, thanks for the offer. It looks good, but honestly we can't afford this right now, the machine budget for the year is used up."
ASKED = {
    "playbook": (ALICE, "/playbook budget"),
    "recall": (ALICE, "/recall what did Dana say about her front desk?"),
    "customer": (ALICE, "/customer John Brandt"),
    "best-time": (ALICE, "/followup John Brandt"),
    "ledger": (ALICE, "/zone ledger"),
    "zone": (ALICE, "/zone status"),
    "plays": (ALICE, "/playbook plays"),
    "suggest": (BOB, "/suggest we already work with somebody for this"),
    "help": (BOB, "/followup"),
    "agent": (ALICE, "who asked about SSO?"),
    "quiet-deals": (ALICE, "which deals went quiet?"),
    "admin": (BOB, "/tradecraft admin"),
}
"""Picture -> who asks what."""
CHAT = (
    ("Ruth Calloway", "Do you also service machines of other makers?"),
    ("Bob Lindgren", "We do. Shall I send you what that costs?"),
    ("Ruth Calloway", "Please, before Friday."),
)
"""What Bob's dropped export holds."""
WINDOWS = {
    "browse-window": (ALICE, "/playbook budget timing"),
    "play-window": (ALICE, "/playbook add"),
    "forget-window": (ALICE, "/zone forget John Brandt"),
}
"""The same for what is answered by a window."""


def main() -> None:
    """Write every picture; say which could not be taken."""
    if not CHROMIUM:
        sys.exit("There is no Chromium on this machine: install it (Debian: chromium).")
    FOLDER.mkdir(exist_ok=True)
    logs.silence()
    cast = Cast.load()
    with tempfile.TemporaryDirectory() as folder:
        house, people = told(Path(folder) / "data", cast, Stage(Console(quiet=True)))
        with (
            Playground(house, cast, people) as playground,
            LoopbackServer(application(playground)) as server,
            httpx2.Client(base_url=server.url, timeout=60) as client,
            opened(1360, 1100) as page,
        ):
            _coach(client, page, server.url)
            page.send("Emulation.setDeviceMetricsOverride", width=1360, height=2600, deviceScaleFactor=1, mobile=False)
            for name, (person, words) in ASKED.items():
                _asked(client, page, person, words)
                _shot(page, "#messages .message:last-child", name)
            for name, (person, words) in WINDOWS.items():
                _window(client, page, name, person, words)
            _home(client, page)
            _dropped(client, page)
            shown = Path(folder) / "digest.html"
            shown.write_text(html(digest(WeeklyDigests(house).week(people[ALICE].id)), at="08:00"), encoding="utf8")
            page.open(shown.as_uri())
            _shot(page, ".message", "weekly-digest")
        house.close()


def _coach(client: httpx2.Client, page: Page, url: str) -> None:
    client.post("/customer", json={"person": BOB, **RUTH, "text": OBJECTION})
    page.open(url)
    page.until("document.querySelector('#messages')?.textContent.includes('Ruth Calloway wrote')", 60)
    time.sleep(1)
    page.picture(FOLDER / "playground.png")
    _shot(page, "#messages .message:last-child", "coach-card")
    if page.ask("Boolean(document.querySelector('#messages [data-action=\"sending.open\"]'))"):
        page.press("#messages [data-action='sending.open']")
        page.until("document.querySelector('#window').open && document.querySelector('#window textarea, #window input')", 30)
        _shot(page, "#window form", "send-window")
        client.post("/close", json={"person": BOB})


def _dropped(client: httpx2.Client, page: Page) -> None:
    """A chat whose export Bob drops on the app."""
    chat = "".join(f"0{day}/11/2026, 10:0{day} - {who}: {said}\n" for day, (who, said) in enumerate(CHAT, 1))
    client.post("/drop", json={"person": BOB, "name": "WhatsApp Chat with Ruth Calloway.txt", "content": b64encode(chat.encode()).decode()})
    _open_as(page, str(client.base_url), BOB)
    page.until("document.querySelector('#messages [data-action=\"import.ask\"]')", 60)
    _shot(page, "#messages .message:last-child", "import")


def _asked(client: httpx2.Client, page: Page, person: str, words: str) -> None:
    before = len(client.get("/state", params={"person": person}).json()["places"]["direct"])
    client.post("/slack", json={"person": person, "place": "direct", "text": words})
    for _ in range(300):
        if len(client.get("/state", params={"person": person}).json()["places"]["direct"]) > before:
            break
        time.sleep(0.1)
    _open_as(page, str(client.base_url), person)
    page.until("(m => m.length && !m[m.length - 1].textContent.includes('the answer follows'))(document.querySelectorAll('#messages .message'))", 60)
    time.sleep(0.5)


def _window(client: httpx2.Client, page: Page, name: str, person: str, words: str) -> None:
    _open_as(page, str(client.base_url), person)
    client.post("/slack", json={"person": person, "place": "direct", "text": words})
    page.until("document.querySelector('#window').open && document.querySelector('#window textarea, #window input')", 30)
    time.sleep(0.5)
    _shot(page, "#window form", name)
    client.post("/close", json={"person": person})


def _home(client: httpx2.Client, page: Page) -> None:
    client.post("/slack", json={"person": ALICE, "place": "direct", "text": "/followup John Brandt in 2 hours: send the calculator"})
    _open_as(page, str(client.base_url), ALICE)
    page.press("[data-place=home]")
    page.until("document.querySelector('#messages h1, #messages .paragraph')", 60)
    time.sleep(1)
    page.ask("document.querySelector('#messages').style.flex = 'none'")  # as high as what is in it
    _shot(page, "#messages", "home")


def _open_as(page: Page, url: str, person: str) -> None:
    page.open(url)
    page.until("document.querySelectorAll('#people option').length > 1")
    page.ask(f"(() => {{ const s = document.querySelector('#people'); s.value = '{person}'; s.dispatchEvent(new Event('change')); }})()")
    page.until(f"shown.me === '{person}' && shown.state.me.slug === '{person}'")


def _shot(page: Page, selector: str, name: str) -> None:
    page.picture(FOLDER / f"{name}.png", selector)
    sys.stderr.write(f"{name}.png\n")


if __name__ == "__main__":
    main()
