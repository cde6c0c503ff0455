"""The routes Twilio and operators call. A request is acknowledged after its message is committed, and never before."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import quote

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from bot import file_links
from bot.channels import twilio_conversations, twilio_events, whatsapp
from bot.channels.twilio_signature import MOST_BYTES, MOST_EVENT_BYTES, SignedRequest, TwilioSignature
from bot.channels.whatsapp import NotAMessage
from bot.errors import BotFault, SignatureRefused
from bot.file_links import Fetched
from bot.twilio_door import TwilioDoor

_log = structlog.get_logger()

MESSAGES_PATH = "/webhooks/twilio/whatsapp"
STATUSES_PATH = "/webhooks/twilio/status"
CONVERSATIONS_PATH = "/webhooks/twilio/conversations"
EVENTS_PATH = "/webhooks/twilio/events"
_BODY_SECONDS = 10.0
_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def routes(signature: TwilioSignature, door: TwilioDoor, clock: Callable[[], datetime], *, account_sid: str = "") -> APIRouter:  # noqa: C901 - a table of routes
    """Twilio's webhooks. The door blocks: it is called in threads. With `account_sid` only that account's requests are taken."""
    router = APIRouter()

    async def fields(request: Request, path: str) -> dict[str, str]:
        verified = signature.form(await _received(request, path))
        if account_sid and verified.get("AccountSid") != account_sid:
            raise SignatureRefused("The request is for another Twilio account: compare TRADECRAFT_TWILIO_ACCOUNT_SID.")
        return verified

    @router.post(MESSAGES_PATH)
    async def message(request: Request) -> Response:
        try:
            received = whatsapp.inbound(await fields(request, MESSAGES_PATH), clock())
        except (BotFault, ClientDisconnect, TimeoutError) as error:
            return _refused(request, error)
        return await _committed(door.message, received)

    @router.post(STATUSES_PATH)
    async def status(request: Request) -> Response:
        try:
            told = whatsapp.status(await fields(request, STATUSES_PATH), request.query_params.get("letter", ""))
        except (BotFault, ClientDisconnect, TimeoutError) as error:
            return _refused(request, error)
        return await _committed(door.status, told)

    @router.post(CONVERSATIONS_PATH)
    async def conversation(request: Request) -> Response:
        try:
            said = twilio_conversations.added(await fields(request, CONVERSATIONS_PATH), clock())
        except (BotFault, ClientDisconnect, TimeoutError) as error:
            return _refused(request, error)
        return _acknowledged() if said is None else await _committed(door.added, said)

    @router.post(EVENTS_PATH)
    async def events(request: Request) -> Response:
        try:
            told = twilio_events.events(signature.text(await _received(request, EVENTS_PATH, MOST_EVENT_BYTES)))
        except (BotFault, ClientDisconnect, TimeoutError) as error:
            return _refused(request, error)
        return await _committed(door.events, told, account_sid)

    return router


def files(fetched: Callable[[str, str, str], Fetched | None]) -> APIRouter:
    """Where Twilio fetches the file of a message that is being sent; there is nothing at any other address. `fetched` may block."""
    router = APIRouter()

    @router.api_route(f"{file_links.PATH}/{{letter}}/{{expires}}/{{mark}}", methods=["GET", "HEAD"])
    async def file(letter: str, expires: str, mark: str) -> Response:
        found = await asyncio.to_thread(fetched, letter, expires, mark)
        if found is None:
            raise HTTPException(404)
        plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in found.file.name)
        headers = {
            "Content-Disposition": f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(found.file.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        }
        return Response(found.content, media_type=found.file.content_type, headers=headers)

    return router


def health(missing: Callable[[], Sequence[str]]) -> APIRouter:
    """`/healthz`: the process answers. `/readyz`: nothing is `missing` (names of parts; may block) and messages can be accepted."""
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        try:
            absent = list(await asyncio.to_thread(missing))
        except Exception as error:  # noqa: BLE001 - a check that fails is an answer too
            absent = [type(error).__name__]
        return JSONResponse({"status": "not ready" if absent else "ready", "missing": absent}, status_code=503 if absent else 200)

    return router


async def _received(request: Request, path: str, most: int = MOST_BYTES) -> SignedRequest:
    """The request as its signature sees it, read up to the limit. Raises SignatureRefused when it is larger."""
    body = bytearray()
    async with asyncio.timeout(_BODY_SECONDS):
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise SignatureRefused("The request is larger than any message.")
    headers = request.headers
    return SignedRequest(
        path=path,
        query=request.scope["query_string"].decode("latin-1"),
        content_type=headers.get("content-type", ""),
        body=bytes(body),
        signature=headers.get("x-twilio-signature"),
        signature_settings=headers.get("x-twilio-webhooks-signature-settings"),
    )


async def _committed(work: Callable[..., object], *values: object) -> Response:
    """200 once the work is committed; 503 when it could not be, which makes Twilio deliver again."""
    try:
        await asyncio.to_thread(work, *values)
    except NotAMessage as error:
        # Genuine, and yet nothing to store: told again it would be the same.
        _log.info("webhook.nothing_to_store", reason=str(error))
    except Exception as error:  # noqa: BLE001 - whatever failed, nothing was stored: the sender must keep the message
        _log.error("webhook.not_stored", exc_info=error)
        return Response(status_code=503, headers={"Retry-After": "5"})
    return _acknowledged()


def _acknowledged() -> Response:
    return Response(_EMPTY_TWIML, media_type="text/xml")


def _refused(request: Request, error: Exception) -> Response:
    """403 without a reason: the reason is for our log."""
    _log.warning("webhook.refused", path=request.url.path, reason=str(error) if isinstance(error, BotFault) else type(error).__name__)
    return Response(status_code=403)
