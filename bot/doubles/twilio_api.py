"""The HTTP side of the double of Twilio: paths, shapes, paging and errors of its Messages API."""

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from bot.doubles import twilio_content, twilio_sending

if TYPE_CHECKING:
    from bot.doubles.twilio import Sent, TwilioDouble

_BASE = "/2010-04-01/Accounts/{account}"
_UNFINISHED = {"accepted", "queued", "sending", "receiving", "scheduled"}
_LARGEST_PAGE = 1_000


def application(account: "TwilioDouble") -> FastAPI:  # noqa: C901 - a table of routes
    """The API of one account."""
    app = FastAPI(openapi_url=None)

    @app.middleware("http")
    async def admitted(request: Request, forward: Any) -> Response:  # noqa: ANN401 - Starlette's own type
        account.calls.append((request.method, request.url.path))
        if account.failures:
            return _error(account.failures.pop(0), 20500, "An internal server error has occurred")
        expected = base64.b64encode(f"{account.account_sid}:{account.auth_token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return _error(401, 20003, "Authenticate")
        if f"/Accounts/{account.account_sid}/" not in request.url.path and not request.url.path.startswith("/v1/"):
            return _error(404, 20404, "The requested resource was not found")
        response: Response = await forward(request)
        return response

    @app.get(_BASE + "/Messages.json")
    async def messages(request: Request) -> JSONResponse:
        asked = request.query_params
        size, page = min(int(asked.get("PageSize", 50)), _LARGEST_PAGE), int(asked.get("Page", 0))
        found = account.listed(
            sender=asked.get("From", ""),
            recipient=asked.get("To", ""),
            after=_moment(asked.get("DateSent>", "")),
            before=_moment(asked.get("DateSent<", "")),
        )
        shown = found[page * size : (page + 1) * size]
        query = [(name, value) for name, value in parse_qsl(request.url.query) if name not in {"Page", "PageToken"}]
        more = (page + 1) * size < len(found)
        uri = f"{request.url.path}?{urlencode([*query, ('Page', str(page + 1)), ('PageToken', 'PA' + shown[-1].sid)])}" if more else None
        return JSONResponse(
            {
                "messages": [message.as_json(account.account_sid) for message in shown],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(len(shown) - 1, 0),
                "first_page_uri": request.url.path,
                "next_page_uri": uri,
                "previous_page_uri": None,
                "uri": request.url.path,
            },
        )

    @app.post(_BASE + "/Messages.json")
    async def create(request: Request) -> Response:
        fields = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        account.post.requests.append(fields)
        happens = next(twilio_sending.in_turn(account), "")
        if happens == "429":
            return _error(429, 20429, "Too Many Requests", {"Retry-After": "1"})
        if (refused := twilio_sending.problem(account, fields)) is not None:
            return _error(refused.status, refused.code, refused.message)
        message = None if happens.endswith("-refused") else twilio_sending.create(account, fields)
        if happens.startswith("500"):
            return _error(500, 20500, "An internal server error has occurred")
        if message is None or happens.startswith("dropped"):
            # More is promised than comes: the server closes the connection in the middle of the answer.
            return Response(b"{", status_code=201, headers={"Content-Length": "1000"}, media_type="application/json")
        return JSONResponse(message.as_json(account.account_sid), status_code=201)

    @app.get(_BASE + "/Messages/{sid}.json")
    async def fetch(sid: str) -> JSONResponse:
        message = account.messages.get(sid)
        return JSONResponse(message.as_json(account.account_sid)) if message else _absent(sid)

    @app.post(_BASE + "/Messages/{sid}.json")
    async def redact(sid: str, request: Request) -> JSONResponse:
        message = account.messages.get(sid)
        if message is None:
            return _absent(sid)
        fields = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        if fields.get("Body", message.body) == "":
            message.body = ""
        return JSONResponse(message.as_json(account.account_sid))

    @app.delete(_BASE + "/Messages/{sid}.json")
    async def delete(sid: str) -> Response:
        message = account.messages.get(sid)
        if message is None:
            return _absent(sid)
        if message.status in _UNFINISHED:
            return _error(409, 20009, "Cannot delete this resource before it is complete.")
        del account.messages[sid]
        return Response(status_code=204)

    @app.get(_BASE + "/Messages/{sid}/Media.json")
    async def media(sid: str, request: Request) -> JSONResponse:
        message = account.messages.get(sid)
        if message is None:
            return _absent(sid)
        entries = [_media_json(account.account_sid, message, index) for index in range(len(message.media))]
        return JSONResponse({"media_list": entries, "page": 0, "page_size": 50, "next_page_uri": None, "uri": request.url.path})

    @app.get(_BASE + "/Messages/{sid}/Media/{media_sid}")
    async def content(sid: str, media_sid: str) -> Response:
        message = account.messages.get(sid)
        found = [one for one in message.media if one[0] == media_sid] if message else []
        return Response(found[0][2], media_type=found[0][1]) if found else _absent(media_sid)

    _serve_conversations(app, account)
    twilio_content.serve(app, account)
    return app


def _serve_conversations(app: FastAPI, account: "TwilioDouble") -> None:
    """The paths of the Conversations API."""

    @app.get("/v1/Services")
    async def services() -> JSONResponse:
        return JSONResponse({"services": [{"sid": sid, "account_sid": account.account_sid} for sid in account.services], "meta": _meta("services")})

    @app.get("/v1/Conversations/{sid}/Participants")
    @app.get("/v1/Services/{service}/Conversations/{sid}/Participants")
    async def participants(sid: str, service: str = "") -> JSONResponse:
        talk = account.conversations.get(sid)
        if talk is None or talk.service != service:
            return _absent(sid)
        return JSONResponse({"participants": talk.participants, "meta": _meta("participants")})

    @app.delete("/v1/Conversations/{sid}/Messages/{message_sid}")
    @app.delete("/v1/Services/{service}/Conversations/{sid}/Messages/{message_sid}")
    async def unsay(sid: str, message_sid: str, service: str = "") -> Response:
        talk = account.conversations.get(sid)
        if talk is None or talk.service != service or message_sid not in talk.messages:
            return _absent(message_sid)
        del talk.messages[message_sid]
        return Response(status_code=204)


def _meta(key: str) -> dict[str, Any]:
    """Paging of the newer APIs, for a list that fits on one page."""
    return {"key": key, "page": 0, "page_size": 50, "next_page_url": None, "previous_page_url": None}


def _media_json(account_sid: str, message: "Sent", index: int) -> dict[str, Any]:
    media_sid, content_type, _ = message.media[index]
    shown = message.as_json(account_sid)
    return {
        "account_sid": account_sid,
        "content_type": content_type,
        "date_created": shown["date_created"],
        "date_updated": shown["date_updated"],
        "parent_sid": message.sid,
        "sid": media_sid,
        "uri": f"{shown['uri'].removesuffix('.json')}/Media/{media_sid}.json",
    }


def _moment(text: str) -> datetime | None:
    """A day or a moment, as the API takes them."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    content = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
    return JSONResponse(content, status_code=status, headers=headers)


def _absent(name: str) -> JSONResponse:
    return _error(404, 20404, f"The requested resource {name} was not found")
