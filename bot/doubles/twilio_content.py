"""Twilio's Content API as the double has it: templates, approvals by WhatsApp, lists with both."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

if TYPE_CHECKING:
    from bot.doubles.twilio import TwilioDouble

_PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")
_CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")


@dataclass(slots=True)
class Contents:
    """The account's templates."""

    by_sid: dict[str, dict[str, Any]] = field(default_factory=dict)
    approvals: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    """What was asked to be made or approved."""

    def approval(self, sid: str) -> str:
        """The state of a template's approval."""
        return str(self.approvals.get(sid, {}).get("status", "unsubmitted"))

    def add(self, name: str, body: str, *, variables: Mapping[str, str] | None = None, approval: str = "", language: str = "en") -> str:
        """A template that is there already; its SID."""
        sid = f"HX{uuid4().hex}"
        self.by_sid[sid] = entry(
            sid, {"friendly_name": name, "language": language, "variables": dict(variables or {}), "types": {"twilio/text": {"body": body}}}
        )
        if approval:
            self.approvals[sid] = request(name, "UTILITY", approval)
        return sid

    def decide(self, sid: str, status: str, reason: str = "") -> None:
        """WhatsApp approves or rejects."""
        self.approvals[sid] |= {"status": status, "rejection_reason": reason}


def entry(sid: str, asked: Mapping[str, Any], account_sid: str = "") -> dict[str, Any]:
    """A Content resource."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    url = f"https://content.twilio.com/v1/Content/{sid}"
    return {
        "sid": sid,
        "account_sid": account_sid,
        "friendly_name": asked.get("friendly_name"),
        "language": asked["language"],
        "variables": asked.get("variables") or {},
        "types": asked["types"],
        "url": url,
        "date_created": now,
        "date_updated": now,
        "links": {"approval_create": f"{url}/ApprovalRequests/whatsapp", "approval_fetch": f"{url}/ApprovalRequests"},
    }


def request(name: str, category: str, status: str = "received") -> dict[str, Any]:
    """An approval request."""
    return {"name": name, "category": category, "content_type": "twilio/text", "status": status, "rejection_reason": "", "allow_category_change": True}


def rendered(content: Mapping[str, Any], variables: Mapping[str, str]) -> str:
    """The words as the customer reads them."""
    kind = next(iter(content["types"]))
    given = {**content["variables"], **variables}
    return _PLACEHOLDER.sub(lambda found: str(given.get(found[1], found[0])), str(content["types"][kind].get("body", "")))


def serve(app: FastAPI, account: "TwilioDouble") -> None:  # noqa: C901 - a table of routes
    """The paths."""

    @app.get("/v1/ContentAndApprovals")
    async def listed(request: Request) -> JSONResponse:
        size, page = int(request.query_params.get("PageSize", 50)), int(request.query_params.get("Page", 0))
        known = account.post.contents
        entries = list(known.by_sid.values())
        shown = [{**one, "approval_requests": known.approvals.get(one["sid"], {"status": "unsubmitted"})} for one in entries[page * size : (page + 1) * size]]
        more = f"{account.url}/v1/ContentAndApprovals?PageSize={size}&Page={page + 1}" if len(entries) > (page + 1) * size else None
        meta = {"key": "contents", "page": page, "page_size": size, "next_page_url": more, "previous_page_url": None, "url": str(request.url)}
        return JSONResponse({"contents": shown, "meta": meta})

    @app.post("/v1/Content")
    async def create(request: Request) -> JSONResponse:
        asked = await request.json()
        account.post.contents.requests.append(asked)
        if not asked.get("language") or not asked.get("types"):
            return _error(400, 20001, "Missing required parameter")
        sid = f"HX{uuid4().hex}"
        account.post.contents.by_sid[sid] = entry(sid, asked, account.account_sid)
        return JSONResponse(account.post.contents.by_sid[sid], status_code=201)

    @app.post("/v1/Content/{sid}/ApprovalRequests/whatsapp")
    async def submit(sid: str, asked: Request) -> JSONResponse:
        wanted = await asked.json()
        account.post.contents.requests.append(wanted)
        if sid not in account.post.contents.by_sid:
            return _error(404, 20404, f"The requested resource {sid} was not found")
        if wanted.get("category") not in _CATEGORIES or not re.fullmatch(r"[a-z0-9_]+", wanted.get("name", "")):
            return _error(400, 20001, "Invalid name or category")
        account.post.contents.approvals[sid] = request(wanted["name"], wanted["category"])
        return JSONResponse(account.post.contents.approvals[sid], status_code=201)

    @app.get("/v1/Content/{sid}/ApprovalRequests")
    async def approval(sid: str) -> JSONResponse:
        if sid not in account.post.contents.by_sid:
            return _error(404, 20404, f"The requested resource {sid} was not found")
        known = account.post.contents.approvals.get(sid)
        return JSONResponse({"sid": sid, "account_sid": account.account_sid, "whatsapp": known, "url": ""})

    @app.delete("/v1/Content/{sid}")
    async def delete(sid: str) -> Response:
        if account.post.contents.by_sid.pop(sid, None) is None:
            return _error(404, 20404, f"The requested resource {sid} was not found")
        return Response(status_code=204)


def _error(status: int, code: int, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}, status_code=status)
