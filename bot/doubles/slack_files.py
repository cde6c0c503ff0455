"""Files of the double of Slack: who dropped them, what `files.info` says of them, and where they are fetched with the app's token."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

PATH = "/files-pri/{file}/download/{name}"


@dataclass(slots=True)
class File:
    """One file. `more` are further fields of `files.info`, or others in their place."""

    id: str
    user: str
    name: str
    content: bytes
    more: Mapping[str, Any] = field(default_factory=dict)


class Files:
    """All of a workspace."""

    def __init__(self, token: str) -> None:
        """`token` is the app's: without it a file leads to the page where people sign in."""
        self._token = token
        self._held: dict[str, File] = {}
        self._number = itertools.count(1)
        self.url = ""
        """Where the double listens."""
        self.readable = True
        """Whether the app has the permission `files:read`."""
        self.fetched: list[str] = []
        """Ids, in the order in which the app got their content."""

    def add(self, user: str, name: str, content: bytes, more: Mapping[str, Any] | None = None) -> File:
        """A new file."""
        file = File(f"F{next(self._number):08d}", user, name, content, more or {})
        self._held[file.id] = file
        return file

    def listed(self) -> list[dict[str, Any]]:
        """All of them, as payloads show them."""
        return [self.shown(one) for one in self._held.values()]

    def remove(self, file_id: str) -> None:
        """Its owner deleted it."""
        del self._held[file_id]

    def info(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `files.info`."""
        file = self._held.get(str(arguments.get("file", "")))
        if not self.readable:
            return {"ok": False, "error": "missing_scope", "needed": "files:read", "provided": "chat:write"}
        return {"ok": False, "error": "file_not_found"} if file is None else {"ok": True, "file": self.shown(file), "comments": []}

    def shown(self, file: File) -> dict[str, Any]:
        """A file as Slack's payloads show it."""
        kind = file.name.rpartition(".")[2]
        url = f"{self.url}{PATH.format(file=file.id, name=file.name.replace(' ', '_'))}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.name,
            "mimetype": {"txt": "text/plain", "zip": "application/zip"}.get(kind, "application/octet-stream"),
            "filetype": {"txt": "text"}.get(kind, kind),
            "user": file.user,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "size": len(file.content),
            "url_private": url,
            "url_private_download": url,
            **file.more,
        }

    async def fetch(self, request: Request) -> Response:
        """The content, for who has the token; others are sent to the page where people sign in."""
        if request.headers.get("authorization") != f"Bearer {self._token}" or not self.readable:
            return RedirectResponse(f"{self.url}/signin", status_code=302)
        file = self._held.get(request.path_params["file"])
        if file is None:
            return HTMLResponse("<html></html>", status_code=404)
        self.fetched.append(file.id)
        return Response(file.content, media_type="application/octet-stream")
