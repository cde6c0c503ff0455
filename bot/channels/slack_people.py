"""Who somebody is in a workspace, as Slack says."""

import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

_log = structlog.get_logger()
_ADMINS = ("is_admin", "is_owner", "is_primary_owner")


class SlackPeople:
    """People of one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def is_admin(self, user: str) -> bool:
        """Whether this person may administer the workspace; no where Slack does not say. Never raises."""
        try:
            told = (await self._client.users_info(user=user))["user"]
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            _log.warning("slack.person_unknown", error=type(error).__name__)
            return False
        return not told.get("deleted") and not told.get("is_bot") and any(told.get(name) is True for name in _ADMINS)
