"""Socket Mode of the double of Slack: who opened a socket, and what is brought over it."""

import asyncio
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.doubles.slack_requests import Outgoing
from bot.doubles.slack_workspace import Workspace

ACK_SECONDS = 3.0
"""Slack gives an app this long."""
_OK = 200


class NobodyListens(Exception):
    """A request was to be delivered, but no request URL is set and no socket is open."""


@dataclass(slots=True)
class _Socket:
    connection: WebSocket
    loop: asyncio.AbstractEventLoop
    acknowledged: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class Sockets:
    """Every open one; each request goes to one of them in turn."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[_Socket] = []
        self._turn = itertools.count()
        self._envelope = itertools.count()

    def __len__(self) -> int:
        return len(self._open)

    def disconnect(self) -> None:
        """Close every one, as Slack does when it refreshes connections."""
        for socket in list(self._open):
            asyncio.run_coroutine_threadsafe(socket.connection.close(), socket.loop).result(ACK_SECONDS)

    def bring(self, outgoing: Outgoing) -> tuple[int, str]:
        """Status (200 when acknowledged in time, else 0) and answer. Raises NobodyListens."""
        if not self._open:
            msg = "set request_url, or let the app open Socket Mode first"
            raise NobodyListens(msg)
        socket = self._open[next(self._turn) % len(self._open)]
        envelope_id = f"envelope-{next(self._envelope)}"
        envelope: dict[str, Any] = {"type": outgoing.kind, "envelope_id": envelope_id, "payload": outgoing.payload}
        if outgoing.kind == "events_api":
            envelope |= {"accepts_response_payload": False, "retry_attempt": outgoing.retry, "retry_reason": "timeout" if outgoing.retry else ""}
        else:
            envelope["accepts_response_payload"] = True
        asyncio.run_coroutine_threadsafe(socket.connection.send_text(json.dumps(envelope)), socket.loop).result(ACK_SECONDS)
        try:
            answer = self._workspace.wait_for(lambda: socket.acknowledged.get(envelope_id), ACK_SECONDS)
        except TimeoutError:
            return 0, ""
        return _OK, json.dumps(answer["payload"]) if answer.get("payload") else ""

    async def accept(self, connection: WebSocket) -> None:
        """An app opens a socket with a ticket it was given."""
        if connection.query_params.get("ticket", "") not in self._workspace.tickets:
            await connection.close(code=4000)
            return
        await connection.accept()
        await connection.send_text(json.dumps({"type": "hello", "num_connections": len(self._open) + 1, "connection_info": {"app_id": "A0DOUBLE"}}))
        socket = _Socket(connection, asyncio.get_running_loop())
        with self._workspace.changed:
            self._open.append(socket)
            self._workspace.changed.notify_all()
        try:
            while True:
                answer = json.loads(await connection.receive_text())
                with self._workspace.changed:
                    socket.acknowledged[answer["envelope_id"]] = answer
                    self._workspace.changed.notify_all()
        except WebSocketDisconnect:
            pass
        finally:
            with self._workspace.changed:
                self._open.remove(socket)
