"""The HTTP side of the double of Anthropic: what its Messages API admits, and the shapes of its answers and errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

if TYPE_CHECKING:
    from bot.doubles.anthropic import AnthropicDouble

_VERSIONS = {"2023-06-01", "2026-10-21"}
_KINDS = {
    400: ("invalid_request_error", "The request is not valid."),
    401: ("authentication_error", "invalid x-api-key"),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not found"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    529: ("overloaded_error", "Overloaded"),
}


def application(account: "AnthropicDouble") -> FastAPI:
    """The API of one account."""
    from bot.doubles.anthropic import Request as Recorded

    app = FastAPI(openapi_url=None)

    @app.post("/v1/messages")
    async def create(request: Request) -> Response:
        recorded = Recorded(dict(request.headers.items()), await request.body())
        with account.guard:
            account.requests.append(recorded)
        refused = _refused(account, recorded)
        if refused is not None:
            return refused
        answer = account.answer(recorded.body)
        await asyncio.sleep(answer.seconds)
        if answer.status != 200:  # noqa: PLR2004 - OK
            return _error(answer.status, headers=dict(answer.headers))
        shown = answer.as_json(recorded.body)
        if answer.drip:
            return StreamingResponse(_dripping(json.dumps(shown).encode(), answer.drip), media_type="application/json")
        return JSONResponse(shown, headers=_headers())

    @app.exception_handler(404)
    async def absent(_request: Request, _error_raised: Exception) -> Response:
        return _error(404)

    return app


def _refused(account: "AnthropicDouble", request: Any) -> Response | None:  # noqa: ANN401, PLR0911 - a recorded request; one guard a line
    if account.api_key not in {request.headers.get("x-api-key"), request.headers.get("authorization", "").removeprefix("Bearer ")}:
        return _error(401)
    if request.headers.get("anthropic-version") not in _VERSIONS:
        return _error(400, "anthropic-version: header is required")
    try:
        body = request.body
    except ValueError:
        return _error(400, "The request body is not valid JSON")
    for name in ("model", "max_tokens", "messages"):
        if name not in body:
            return _error(400, f"{name}: Field required")
    if body["model"] not in account.models:
        return _error(404, f"model: {body['model']}")
    if "temperature" in body:
        return _error(400, "temperature: Extra inputs are not permitted")
    form = body.get("output_config", {}).get("format")
    if form is not None and (form.get("type") != "json_schema" or not _closed(form.get("schema", {}))):
        return _error(400, "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false")
    return None


def _closed(schema: dict[str, Any]) -> bool:
    """Whether every object of a schema forbids what it does not name, as the API demands."""
    below = [one for one in (*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), schema.get("items")) if isinstance(one, dict)]
    return (schema.get("type") != "object" or schema.get("additionalProperties") is False) and all(map(_closed, below))


async def _dripping(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    for at in range(len(content)):
        yield content[at : at + 1]
        await asyncio.sleep(seconds)


def _error(status: int, message: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    kind, usual = _KINDS.get(status, _KINDS[500])
    sent = _headers() | (headers or {})
    return JSONResponse({"error": {"message": message or usual, "type": kind}, "request_id": sent["request-id"], "type": "error"}, status, sent)


def _headers() -> dict[str, str]:
    return {"request-id": f"req_011C{uuid4().hex[:20]}"}
