"""The Slack workspaces in which the app is installed, their tokens under the master key, and installations that were begun."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, delete, select

from memory.database import Database
from memory.encryption import KeyWrapper
from memory.errors import Permanent
from memory.tables import SlackInstallation, SlackOAuthState

_STATE_LASTS = timedelta(minutes=10)


class WorkspaceRefused(Permanent):
    """The workspace is none of the firm's."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The app in one workspace."""

    team_id: str
    team_name: str
    bot_user_id: str
    bot_id: str
    scopes: str
    token: str = field(repr=False)


class SlackInstallations:
    """Keeps them."""

    def __init__(self, database: Database, wrapper: KeyWrapper, allowed: Collection[str] = ()) -> None:
        """`allowed` are the ids of the firm's workspaces; without any the first that installs the app is the only one."""
        self._database = database
        self._wrapper = wrapper
        self._allowed = frozenset(allowed)

    def save(self, one: Installed, now: datetime) -> None:
        """Keep an installation; a later one of the same workspace takes its place. Raises WorkspaceRefused for a workspace that is none of ours."""
        with self._database.transaction() as session:
            known = set(session.exec(select(SlackInstallation.team_id)))
            if one.team_id not in (self._allowed or known or {one.team_id}):
                msg = f"The workspace {one.team_id} is none of this firm's: add it to TRADECRAFT_SLACK_TEAMS if it is."
                raise WorkspaceRefused(msg)
            session.merge(
                SlackInstallation(
                    team_id=one.team_id,
                    team_name=one.team_name,
                    bot_user_id=one.bot_user_id,
                    bot_id=one.bot_id,
                    scopes=one.scopes,
                    wrapped_token=self._wrapper.wrap(one.token.encode(), zone=bound_to(one.team_id)),
                    installed_at=now,
                )
            )

    def get(self, team_id: str) -> Installed | None:
        """The installation of a workspace; None where there is none, or the workspace is no longer one of the firm's."""
        with self._database.reading() as session:
            row = session.get(SlackInstallation, team_id)
        if row is None or (self._allowed and team_id not in self._allowed):
            return None
        token = self._wrapper.unwrap(row.wrapped_token, zone=bound_to(team_id)).decode()
        return Installed(row.team_id, row.team_name, row.bot_user_id, row.bot_id, row.scopes, token)

    def teams(self) -> Sequence[str]:
        """The ids of all workspaces."""
        with self._database.reading() as session:
            known = session.exec(select(SlackInstallation.team_id).order_by(col(SlackInstallation.team_id))).all()
        return [team for team in known if not self._allowed or team in self._allowed]

    def remove(self, team_id: str) -> bool:
        """The app is gone from a workspace, and so is its token; whether it was there."""
        with self._database.transaction() as session:
            return bool(session.exec(delete(SlackInstallation).where(col(SlackInstallation.team_id) == team_id)).rowcount)

    def begin(self, now: datetime) -> str:
        """The state of an installation that begins: good once, for ten minutes."""
        state = secrets.token_urlsafe(32)
        with self._database.transaction() as session:
            session.exec(delete(SlackOAuthState).where(col(SlackOAuthState.expires_at) < now))
            session.add(SlackOAuthState(digest=_digest(state), expires_at=now + _STATE_LASTS))
        return state

    def finish(self, state: str, now: datetime) -> bool:
        """Whether an installation with this state was begun and not finished yet; asking is finishing."""
        with self._database.transaction() as session:
            mine = (col(SlackOAuthState.digest) == _digest(state), col(SlackOAuthState.expires_at) >= now)
            return bool(session.exec(delete(SlackOAuthState).where(*mine)).rowcount)


def bound_to(team_id: str) -> str:
    """What a workspace's token is bound to under the master key."""
    return f"slack/{team_id}"


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
