"""The surfaces zone-proof asks: each yields, as text, every answer one member of staff got when asking for own and others' secrets."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from bot.book_cards import BookCards
from bot.coach_answers import CoachAnswers
from bot.curation import Curation
from bot.errors import explain
from bot.home_page import HomePages
from bot.letter_answers import LetterAnswers
from bot.recollections import AROUND
from bot.weekly_digest import WeeklyDigests
from bot.zone_canaries import Canary
from memory.customers import Customers
from memory.outbox import Outbox
from memory.outgoing_files import OutgoingFiles

if TYPE_CHECKING:
    from bot.bootstrap import House

Ask = Callable[["House", Canary, Sequence[Canary]], Iterator[str]]
"""Takes the house, who asks, and whose secrets they try to get."""
_PATIENCE_SECONDS = 20.0


def assistant(house: "House", asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    """The use cases themselves, with others' names, words and ids."""
    who = asker.staff_id
    for question in map(_question, (asker, *others)):
        yield _answer(partial(house.assistant.recall, who, question))
    yield _answer(partial(house.assistant.recall, who, "codeword number canary", 100))
    yield _answer(partial(house.playbooks.find, _question(others[0])))
    own = (house.privacy.status, house.privacy.ledger, house.records.deals, house.records.notes, house.follow_ups.waiting, house.customers.everybody)
    for told in (*own, WeeklyDigests(house).week, HomePages(house).of, BookCards(house).kept, Curation(house).listed):
        yield _answer(partial(told, who))
    for one in others:
        yield _answer(partial(house.assistant.suggest, who, f"the {one.handle} price is too high"))
        yield _answer(partial(house.records.notes, who, f"Canary {one.handle}"))
        yield _answer(partial(house.records.set_deal, who, one.deal_id, outcome="won"))
        yield _answer(partial(house.assistant.feedback, who, one.suggestion_id, "worked"))
        yield _answer(partial(LetterAnswers(house).why, who, f"{one.card_id}:{one.suggestion_id}"))
        yield _answer(partial(CoachAnswers(house).use, who, "coach.mute", one.card_id))
        yield _answer(partial(Outbox(house.database, house.zones.open(who)).get, one.letter_id))
        yield _answer(partial(OutgoingFiles(house.database, house.zones.open(who)).content, one.letter_id))
        yield _answer(partial(Customers(house.database, house.zones.open(who)).get, one.customer_id))


def jobs(house: "House", asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    """What the jobs do, offered others' messages under the asker's name: a coach card must not come of it."""
    for one in (asker, *others):
        yield _answer(partial(house.assistant.coach, asker.staff_id, one.message_id))
        yield _answer(partial(house.memories.of(asker.staff_id).remember, [one.message_id]))


def slack(house: "House", asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    """The real Slack door over HTTP, against a double of Slack on loopback: commands, plain words, the home tab."""
    from bot.card_answers import CardAnswers
    from bot.channels.slack import SlackDoor
    from bot.doubles.server import LoopbackServer
    from bot.doubles.slack import SlackDouble

    seen: set[str] = set()
    user = "U0ZONEPROOF"
    with SlackDouble() as double:
        door = SlackDoor(
            bot_token=double.bot_token,
            answers=CardAnswers(house),
            staff_of=lambda slack_user_id, _team: asker.staff_id if slack_user_id == user else None,
            first_time=lambda key: key not in seen and not seen.add(key),  # type: ignore[func-returns-value]
            signing_secret=double.signing_secret,
            api_url=double.api_url,
        )

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            yield
            await door.close()

        with LoopbackServer(Starlette(routes=[Route("/slack/events", door.handle, methods=["POST"])], lifespan=lifespan)) as server:
            double.request_url = f"{server.url}/slack/events"
            for act in _slack_acts(double, user, asker, others):
                before = len(double.calls)
                delivered = act()
                if not delivered.body:
                    double.wait_for(partial(_more_than, double, before), _PATIENCE_SECONDS)
                yield delivered.body + json.dumps([asdict(call) for call in double.calls[before:]], default=str, ensure_ascii=False)


def _slack_acts(double: Any, user: str, asker: Canary, others: Sequence[Canary]) -> Iterator[Callable[[], Any]]:  # noqa: ANN401 - SlackDouble, imported late
    for one in (asker, *others):
        yield partial(double.slash, "/recall", _question(one), user=user)
        yield partial(double.slash, "/note", f"list Canary {one.handle}", user=user)
        yield partial(double.says, f"what did Canary {one.handle} tell us?", user=user)
    for command, words in (
        ("/deal", "list"),
        ("/deal", f"set {others[0].deal_id} won"),
        ("/zone", "status"),
        ("/zone", "ledger"),
        ("/zone", f"forget Canary {others[0].handle}"),
        ("/playbook", "saved"),
        ("/playbook", "plays"),
        ("/playbook", "all"),
        ("/suggest", f"the {others[0].handle} price is too high"),
    ):
        yield partial(double.slash, command, words, user=user)
    yield partial(double.opens_home, user)
    double.workspace.admins.add(user)
    yield partial(double.slash, "/tradecraft", "admin", user=user)
    for one in (asker, *others):
        button = {"type": "button", "action_id": AROUND, "value": one.message_id, "text": {"type": "plain_text", "text": "Show"}}
        cited = double.workspace.post(double.workspace.direct_channel(user), text="cited", blocks=[{"type": "actions", "elements": [button]}])
        yield partial(double.click, cited, AROUND, user=user)


def _more_than(double: Any, calls: int) -> bool:  # noqa: ANN401 - as above
    return len(double.calls) > calls


def command_line(command: Callable[[Sequence[str]], str]) -> Ask:
    """Every command that reads a zone."""

    def asked(_house: "House", asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
        _house.memories.close()  # each command opens the zone itself
        mine = ["--staff", asker.staff_name]
        for one in (asker, *others[:1]):
            yield command(["recall", _question(one), *mine, "--json"])
        for words in (["deal", "list"], ["note", "list"], ["privacy", "status"], ["privacy", "ledger"]):
            yield command([*words, *mine, "--json"])
        yield command(["suggest", f"the {others[0].handle} price is too high", *mine, "--json"])
        yield command(["deal", "set", others[0].deal_id, *mine, "--outcome", "won"])
        yield command(["playbook", _question(others[0]), "--json"])

    return asked


def http(house: "House", _asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    """Every route of the running service, called by somebody without credentials."""
    from bot.app import Service

    web = Service(house).web
    body = json.dumps({"question": _question(others[0]), "staff": others[0].staff_name}).encode()
    for path, methods in web.openapi()["paths"].items():
        # Another zone's file, under an address that is not signed.
        called = path.replace("{letter}", others[0].letter_id).replace("{expires}", "9999999999")
        for method in methods:
            yield asyncio.run(_called(web, method.upper(), called, body))


def api(house: "House", asker: Canary, others: Sequence[Canary]) -> Iterator[str]:
    """Every route of the HTTP API, called with the asker's own token."""
    from bot.api_answers import ApiAnswers
    from bot.channels.api import api as door

    web = door(ApiAnswers(house), lambda _token: asker.staff_id, per_minute=10_000)
    said = f"the {others[0].handle} price is too high"
    bodies = {
        "/situations/analyze": {"text": said},
        "/strategies/suggest": {"text": said},
        "/templates/search": {"text": said},
        "/predictions/success": {"text": said, "response": "roi-proof"},
        "/suggestions/feedback": {"suggestion_id": others[0].message_id, "verdict": "worked"},
    }
    for path in web.openapi()["paths"]:
        yield asyncio.run(_called(web, "POST", path, json.dumps(bodies.get(path, {"text": said})).encode(), b"Bearer the-askers-own"))


async def _called(web: Any, method: str, path: str, body: bytes, authorization: bytes = b"") -> str:  # noqa: ANN401 - any ASGI application
    """One request without a server and without starting jobs."""
    answered: list[str] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "headers": [(b"content-type", b"application/json"), (b"authorization", authorization)],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answered.append(str(message.get("headers", "")) + message.get("body", b"").decode("utf8", "replace"))

    await web(scope, receive, send)
    return "".join(answered)


@contextmanager
def captured_logs() -> Iterator[io.StringIO]:
    """Everything logged meanwhile, by structlog and by the standard library, whoever else wants to see it."""
    written = io.StringIO()
    before = structlog.get_config()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    structlog.configure(**{**before, "logger_factory": structlog.PrintLoggerFactory(written), "wrapper_class": structlog.make_filtering_bound_logger(0)})
    try:
        yield written
    finally:
        structlog.configure(**before)
        logging.getLogger().removeHandler(handler)


def _question(one: Canary) -> str:
    return f"what is the {one.handle} codeword"


def _answer(ask: Callable[[], object]) -> str:
    """What came back, or what the person would be told."""
    try:
        return repr(ask())
    except Exception as error:  # noqa: BLE001 - a refusal is an answer too
        return explain(error)
