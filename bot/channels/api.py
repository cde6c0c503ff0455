"""The HTTP API under /v1: a program asks as one member of staff. JSON in, JSON out; every error is one sentence.

Nothing of a request is read before its token is known to be right, and who asks comes from the token alone.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels import api_shapes as shapes
from bot.channels.rate_limit import RateLimit
from bot.errors import BotFault, explain
from intelligence.errors import IntelligenceFault
from memory.errors import MemoryFault, Retryable
from memory.suggestions import UnknownSuggestion

PREFIX = "/v1"
MOST_BYTES = 16 * 1024
_BODY_SECONDS = 10.0
_OPEN = "/openapi.json"
"""The only path that needs no token: it says what can be asked, not what is known."""
_log = structlog.get_logger()

StaffOf = Callable[[str], str | None]
"""Whose a token is; None when it is nobody's. May block."""
Answer = Mapping[str, Any]


class Asked(Protocol):
    """The use cases, for one verified member of staff. Plain sync; errors of ours carry a sentence for the caller."""

    def analyze(self, staff_id: str, asked: shapes.AnalyzeAsked) -> Answer:
        """What a message is."""
        ...

    def suggest(self, staff_id: str, asked: shapes.SuggestAsked) -> Answer:
        """What worked for others."""
        ...

    def templates(self, staff_id: str, asked: shapes.TemplatesAsked) -> Answer:
        """Wordings for a situation."""
        ...

    def success(self, staff_id: str, asked: shapes.PredictAsked) -> Answer:
        """How likely an approach is to work."""
        ...

    def feedback(self, staff_id: str, asked: shapes.FeedbackAsked) -> Answer:
        """Store a verdict."""
        ...


def api(answers: Asked, staff_of: StaffOf, *, per_minute: int = 60, seconds: Callable[[], float] = time.monotonic) -> FastAPI:
    """The application to mount at PREFIX. `per_minute` is how often one member of staff may ask, over all their tokens."""
    app = FastAPI(
        title="Tradecraft",
        version="1",
        description=(
            "Counted, anonymous sales craft, for one member of staff. Send `Authorization: Bearer TOKEN`; "
            "`tradecraft token issue` makes a token. Rates are associations, never promises."
        ),
        openapi_url=_OPEN,
        docs_url=None,
        redoc_url=None,
        responses={code: {"model": shapes.Refused} for code in (400, 401, 404, 413, 415, 422, 429, 503)},
    )
    _routes(app, answers)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for fault in (BotFault, MemoryFault, IntelligenceFault):
        app.add_exception_handler(fault, _fault)
    app.add_middleware(_Door, staff_of=staff_of, limit=RateLimit(per_minute, seconds))
    _document_tokens(app)
    return app


def _routes(app: FastAPI, answers: Asked) -> None:
    """Threads answer: what is behind blocks."""

    @app.post("/situations/analyze", response_model=shapes.Heard, summary="What kind of objection is it?")
    async def analyze(request: Request, asked: shapes.AnalyzeAsked) -> Answer:
        return await asyncio.to_thread(answers.analyze, _staff_id(request), asked)

    @app.post("/strategies/suggest", response_model=shapes.Suggestions, summary="What works best here?")
    async def suggest(request: Request, asked: shapes.SuggestAsked) -> Answer:
        return await asyncio.to_thread(answers.suggest, _staff_id(request), asked)

    @app.post("/templates/search", response_model=shapes.Templates, summary="Which wording converts best?")
    async def templates(request: Request, asked: shapes.TemplatesAsked) -> Answer:
        return await asyncio.to_thread(answers.templates, _staff_id(request), asked)

    @app.post("/predictions/success", response_model=shapes.Predicted, summary="How likely is this approach to work?")
    async def success(request: Request, asked: shapes.PredictAsked) -> Answer:
        return await asyncio.to_thread(answers.success, _staff_id(request), asked)

    @app.post("/suggestions/feedback", response_model=shapes.Thanked, summary="What came of a suggestion?")
    async def feedback(request: Request, asked: shapes.FeedbackAsked) -> Answer:
        return await asyncio.to_thread(answers.feedback, _staff_id(request), asked)


class _Door:
    """Lets nobody in without a right token, too often, or with too much."""

    def __init__(self, app: ASGIApp, staff_of: StaffOf, limit: RateLimit) -> None:
        self._app = app
        self._staff_of = staff_of
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path == _OPEN:
            await self._app(scope, receive, send)
            return
        refused = await self._verified(scope) or await self._capped(scope, receive)
        if isinstance(refused, JSONResponse):
            _log.info("api.refused", path=path, status=refused.status_code)
            await refused(scope, receive, send)
            return
        try:
            await self._app(scope, _replayed(refused, receive), send)
        except Exception as error:  # noqa: BLE001 - the last place that can still answer in one sentence
            _log.error("api.failed", path=path, exc_info=error)
            await _refusal(500, explain(error))(scope, receive, send)

    async def _verified(self, scope: Scope) -> JSONResponse | None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        staff_id = None
        if scheme.lower() == "bearer":
            try:
                staff_id = await asyncio.to_thread(self._staff_of, token.strip())
            except Exception as error:  # noqa: BLE001 - when nobody can tell whose it is, it is nobody's
                _log.error("api.token_not_checked", exc_info=error)
                return _refusal(503, "The token cannot be checked at the moment: try again in a few seconds.", {"Retry-After": "5"})
        if staff_id is None:
            sentence = "This needs a valid token: send `Authorization: Bearer TOKEN`, from `tradecraft token issue`."
            return _refusal(401, sentence, {"WWW-Authenticate": "Bearer"})
        wait = self._limit.wait(staff_id)
        if wait:
            return _refusal(429, f"You are asking too often: wait {wait} seconds.", {"Retry-After": str(wait)})
        scope.setdefault("state", {})["staff_id"] = staff_id
        media = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        if scope["method"] == "POST" and media != "application/json":
            return _refusal(415, "The body must be JSON: send `Content-Type: application/json`.")
        return None

    async def _capped(self, scope: Scope, receive: Receive) -> JSONResponse | bytes:
        if scope["method"] != "POST":
            return b""
        body = bytearray()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                while True:
                    part = await receive()
                    if part["type"] == "http.disconnect":
                        return _refusal(400, "The request was cut off.")
                    body += part.get("body", b"")
                    if len(body) > MOST_BYTES:
                        return _refusal(413, f"The body is larger than {MOST_BYTES} bytes: send the part that matters.", {"Connection": "close"})
                    if not part.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            return _refusal(408, "The body did not arrive in time: send it again.", {"Connection": "close"})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body again, for whoever reads the request next."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _staff_id(request: Request) -> str:
    return str(request.state.staff_id)


def _refusal(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status, headers=dict(headers or {}))


async def _fault(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Retryable):
        return _refusal(503, explain(error), {"Retry-After": "5"})
    return _refusal(404 if isinstance(error, UnknownSuggestion) else 422, explain(error))


async def _http(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "There is nothing at this address: /v1/openapi.json lists what can be asked.", 405: "Use POST here: /v1/openapi.json says how."}
    headers = error.headers if isinstance(error, HTTPException) else None
    return _refusal(status, said.get(status, "The request cannot be used as it is: /v1/openapi.json says how."), headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Names the field, never its value."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _refusal(400, "The body is not valid JSON: send one JSON object.")
    field = ".".join(str(part) for part in first["loc"] if part != "body")
    says = {
        "missing": f"The field '{field}' is missing" if field else "The body is missing: send one JSON object",
        "extra_forbidden": f"The field '{field[:60]}' is not known here",
        "string_too_long": f"The field '{field}' is too long",
    }.get(first["type"], f"The field '{field[:60]}' cannot be used ({first['msg'].lower()})" if field else "The body must be one JSON object")
    return _refusal(422, f"{says}: /v1/openapi.json says what is expected.")


def _document_tokens(app: FastAPI) -> None:
    """Say in OpenAPI that every path takes a token."""
    made = app.openapi

    def documented() -> dict[str, Any]:
        document = made()
        document.setdefault("components", {}).setdefault("securitySchemes", {})["token"] = {"type": "http", "scheme": "bearer"}
        document["security"] = [{"token": []}]
        document["servers"] = [{"url": PREFIX}]
        json.dumps(document)  # must stay plain JSON
        return document

    app.openapi = documented  # type: ignore[method-assign]
