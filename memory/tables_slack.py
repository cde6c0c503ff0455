"""SQL rows of the Slack workspaces in which the app is installed."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime


class SlackInstallation(SQLModel, table=True):
    """The app in one workspace. Who installed it is not kept."""

    __tablename__ = "slack_installation"
    team_id: str = Field(primary_key=True)
    team_name: str
    bot_user_id: str
    bot_id: str
    scopes: str
    """Separated by commas, as Slack gave them."""
    wrapped_token: bytes = Field(sa_type=LargeBinary)
    """The bot token under the master key, bound to the workspace."""
    installed_at: datetime = Field(sa_type=UtcDateTime)


class SlackOAuthState(SQLModel, table=True):
    """An installation that was begun in a browser. The state itself is stored nowhere: only its hash."""

    __tablename__ = "slack_oauth_state"
    digest: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
