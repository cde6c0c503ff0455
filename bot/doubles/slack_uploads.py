"""Files an app sends to the double of Slack: an upload address is given out, the bytes come, then the file is shown in a conversation."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.doubles.slack_workspace import Workspace

PATH = "/upload/{upload}"


@dataclass(slots=True)
class Upload:
    """One file on its way; in a conversation once `channel` is set."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    channel: str = ""


class Uploads:
    """All of a workspace, in the order they were begun."""

    def __init__(self, workspace: Workspace, address: Callable[[str], str]) -> None:
        """`address` is where the bytes of an upload are sent."""
        self._workspace = workspace
        self._address = address
        self.all: list[Upload] = []

    def begin(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `files.getUploadURLExternal`."""
        name, length = str(arguments.get("filename", "")), int(arguments.get("length") or 0)
        if not name or length <= 0:
            return {"ok": False, "error": "invalid_arguments"}
        self.all.append(Upload(f"F{secrets.token_hex(4).upper()}", name, length))
        return {"ok": True, "upload_url": self._address(self.all[-1].id), "file_id": self.all[-1].id}

    def complete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `files.completeUploadExternal`."""
        channel = str(arguments.get("channel_id") or "")
        wanted = {str(one.get("id")) for one in arguments.get("files") or ()}
        shown = [one for one in self.all if one.id in wanted and one.content is not None]
        if not wanted or len(shown) < len(wanted):
            return {"ok": False, "error": "file_not_found"}
        if not self._workspace.exists(channel):
            return {"ok": False, "error": "channel_not_found"}
        self._workspace.post(channel, text=str(arguments.get("initial_comment") or ""))
        for one in shown:
            one.channel = channel
        return {"ok": True, "files": [{"id": one.id, "title": one.name} for one in shown]}

    async def take(self, request: Request) -> Response:
        """The bytes of an upload; refused unless they are as many as were announced."""
        content = await request.body()
        with self._workspace.changed:
            upload = next((one for one in self.all if one.id == request.path_params["upload"]), None)
            if upload is None or len(content) != upload.length:
                return PlainTextResponse("no such upload", status_code=404)
            upload.content = content
            return PlainTextResponse(f"OK - {upload.length}")
