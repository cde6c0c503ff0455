"""The playground's page and what it asks for, on the loopback interface only."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import BotFault, InputRefused, explain
from bot.playground import Playground, fingerprint
from bot.rendering_html import STYLE

_PARTS = {"/": ("page.html", "text/html"), "/page.css": ("page.css", "text/css"), "/page.js": ("page.js", "text/javascript")}
_POLICY = "default-src 'self'; img-src http: https: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
Given = dict[str, Any]


def application(playground: Playground) -> Starlette:
    """The page over a running playground. Other hosts' names are refused, so that no page of the web can reach it by a name of its own."""

    async def part(request: Request) -> Response:
        name, kind = _PARTS[request.url.path]
        text = files("bot").joinpath("playground_page", name).read_text(encoding="utf8")
        return Response(
            STYLE + text if name == "page.css" else text, media_type=kind, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        )

    async def state(request: Request) -> Response:
        person, customer = request.query_params.get("person", ""), request.query_params.get("customer", "")
        found = await asyncio.to_thread(playground.state, person or playground.slugs[0], customer)
        etag = f'"{fingerprint(found)}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304)
        return JSONResponse(found, headers={"ETag": etag, "Cache-Control": "no-store"})

    actions: dict[str, Callable[[Given], object]] = {
        "/customer": lambda given: playground.customer_writes(_word(given, "person"), _word(given, "number"), _word(given, "name"), _word(given, "text")),
        "/marketer": lambda given: playground.marketer_writes(_word(given, "person"), _word(given, "number"), _word(given, "text")),
        "/slack": lambda given: playground.says(_word(given, "person"), _word(given, "place"), _word(given, "text")),
        "/drop": lambda given: playground.drops(_word(given, "person"), _word(given, "name"), _word(given, "content")),
        "/home": lambda given: playground.opens_home(_word(given, "person")),
        "/click": lambda given: playground.clicks(_word(given, "person"), _word(given, "where"), _word(given, "action"), _word(given, "value")),
        "/submit": lambda given: {"errors": playground.submits(_word(given, "person"), _values(given))},
        "/options": lambda given: {"options": playground.options(_word(given, "person"), _word(given, "block"), _word(given, "action"), _word(given, "typed"))},
        "/close": lambda given: playground.closes(_word(given, "person")),
    }
    routes = [Route(path, part) for path in _PARTS]
    routes += [Route(path, _acting(action), methods=["POST"]) for path, action in actions.items()]
    return Starlette(
        routes=[*routes, Route("/state", state)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={BotFault: _refused, Exception: _refused},
    )


def _acting(action: Callable[[Given], object]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        # A page of another site can post plain text here, but not JSON.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return JSONResponse({"error": "Send JSON."}, status_code=415)
        try:
            given = await request.json()
        except ValueError:
            given = None
        if not isinstance(given, dict):
            msg = "What the page sent cannot be read: reload it."
            raise InputRefused(msg)
        return JSONResponse(await asyncio.to_thread(action, given) or {})

    return answer


async def _refused(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": explain(error)}, status_code=400 if isinstance(error, BotFault) else 500)


def _word(given: Given, name: str) -> str:
    value = given.get(name, "")
    return value if isinstance(value, str) else ""


def _values(given: Given) -> dict[str, str | list[str]]:
    values = given.get("values")
    if not isinstance(values, dict):
        return {}
    return {str(name): [str(one) for one in value] if isinstance(value, list) else str(value) for name, value in values.items()}
