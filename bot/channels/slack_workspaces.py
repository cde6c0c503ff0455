"""The workspaces in which our app is: the one whose token stands in the settings, and those in which it was installed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.channels.slack_answering import SlackAnswering
from bot.channels.slack_delivery import Identity, SlackDelivery
from bot.errors import NotConfigured
from memory.slack_installations import Installed

_log = structlog.get_logger()


class Installations(Protocol):
    """Where installations are kept. All of it blocks."""

    def save(self, one: Installed) -> None:
        """Keep one. Raises for a workspace that is none of ours."""
        ...

    def get(self, team: str) -> Installed | None:
        """The one of a workspace."""
        ...

    def only(self) -> str:
        """The workspace, when there is exactly one; else empty."""
        ...

    def remove(self, team: str) -> None:
        """The app is gone from a workspace."""
        ...

    def begin(self) -> str:
        """The state of an installation that begins."""
        ...

    def finish(self, state: str) -> bool:
        """Whether an installation with this state was begun; asking is finishing."""
        ...


@dataclass(frozen=True, slots=True)
class Workspace:
    """How people of one workspace are answered."""

    token: str
    delivery: SlackDelivery
    answering: SlackAnswering


class SlackWorkspaces:
    """Finds the workspace of a request or of a person."""

    def __init__(self, connect: Callable[[str, Identity | None], Workspace], token: str, installations: Installations | None) -> None:
        """`connect` makes a workspace of a token; `token` is the settings' own, empty where there is none."""
        self._connect = connect
        self._own = connect(token, None) if token else None
        self._installations = installations
        self._known: dict[str, Workspace] = {}
        self._asking = asyncio.Lock()

    async def of(self, team: str) -> Workspace | None:
        """The workspace a request came from; None where the app is not installed. Raises DeliveryFailed when Slack does not say who we are."""
        if self._own is not None:
            async with self._asking:  # or the first hundred requests would each ask Slack
                who = await self._own.delivery.identity()
            if team in {who.team, ""}:
                return self._own
        return await asyncio.to_thread(self._installed, team)

    def reaching(self, team: str) -> Workspace:
        """The workspace in which a person is reached; `team` is empty where there is one only. Blocks. Raises NotConfigured."""
        alone = self._installations.only() if self._installations is not None and not team and self._own is None else ""
        found = self._installed(team or alone) or self._own
        if found is None:
            raise NotConfigured("The app is not installed in this person's Slack workspace: open /slack/install there.")
        return found

    async def gone(self, team: str) -> None:
        """The app was removed from a workspace: its token is deleted."""
        self._known.pop(team, None)
        if self._installations is not None:
            await asyncio.to_thread(self._installations.remove, team)
            _log.info("slack.uninstalled")

    async def close(self, seconds: float) -> None:
        """Let running answers finish for a moment."""
        for one in (self._own, *self._known.values()):
            if one is not None:
                await one.answering.close(seconds)

    def _installed(self, team: str) -> Workspace | None:
        held = self._installations.get(team) if self._installations is not None and team else None
        if held is None:
            return None
        known = self._known.get(team)
        if known is None or known.token != held.token:  # installed again: the token is another one
            known = self._known[team] = self._connect(held.token, Identity(held.team_id, held.bot_user_id, held.bot_id))
        return known
