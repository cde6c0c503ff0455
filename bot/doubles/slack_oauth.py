"""Installing an app in workspaces of the double of Slack: the page where somebody agrees, codes good once, a token for each workspace."""

import secrets
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

Answer = dict[str, Any]
AUTHORIZE_PATH = "/oauth/v2/authorize"


def basic(header: str) -> dict[str, str]:
    """Id and secret of an app from a header of basic authentication; nothing from others."""
    kind, _, encoded = header.partition(" ")
    if kind != "Basic":
        return {}
    client_id, _, secret = b64decode(encoded).decode().partition(":")
    return {"client_id": client_id, "client_secret": secret}


class OAuth:
    """Who agreed to what, and which token is of which workspace."""

    def __init__(self, token: str, team: str) -> None:
        """`token` is the one that was there from the beginning."""
        self.client_id, self.client_secret = "1.2", "double-client-secret"
        self.agrees_in = team
        """The workspace of the person at the browser; empty: they decline."""
        self._teams = {token: team}
        self._codes: dict[str, tuple[str, str]] = {}

    def team(self, token: str) -> str:
        """The workspace of a token; empty for a wrong or revoked one."""
        return self._teams.get(token, "")

    def token(self, team: str) -> str:
        """The newest token of a workspace; empty where the app is not installed."""
        return next((token for token, known in reversed(self._teams.items()) if known == team), "")

    def uninstall(self, team: str) -> None:
        """Revoke every token of a workspace."""
        self._teams = {token: known for token, known in self._teams.items() if known != team}

    async def authorize(self, request: Request) -> Response:
        """The page where somebody agrees; they do at once."""
        asked = request.query_params
        if asked.get("client_id") != self.client_id or not asked.get("scope") or not asked.get("redirect_uri"):
            return Response("invalid_client_id", status_code=400)
        code = secrets.token_hex(8)
        self._codes[code] = (self.agrees_in, asked["scope"])
        told = {"code": code} if self.agrees_in else {"error": "access_denied"}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**told, 'state': asked.get('state', '')})}", status_code=302)

    def access(self, arguments: Mapping[str, Any]) -> Answer:
        """`oauth.v2.access`, fields as in Slack's sample of it."""
        if (arguments.get("client_id"), arguments.get("client_secret")) != (self.client_id, self.client_secret):
            return {"ok": False, "error": "invalid_client_id"}
        team, scope = self._codes.pop(str(arguments.get("code", "")), ("", ""))
        if not team:
            return {"ok": False, "error": "invalid_code"}
        token = f"xoxb-{team}-{secrets.token_hex(4)}"
        self._teams[token] = team
        return {
            "ok": True,
            "app_id": "A0DOUBLE",
            "authed_user": {"id": "U0INSTALLER"},
            "scope": scope,
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": "U0BOT",
            "team": {"id": team, "name": f"Workspace {team}"},
            "enterprise": None,
            "is_enterprise_install": False,
        }
