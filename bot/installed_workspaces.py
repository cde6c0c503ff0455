"""The Slack workspaces in which the app is installed, as the door asks for them."""

from typing import TYPE_CHECKING

from memory.slack_installations import Installed, SlackInstallations

if TYPE_CHECKING:
    from bot.bootstrap import House


class InstalledWorkspaces:
    """Implements bot.channels.slack_workspaces.Installations over the database; coming and going is in the audit log."""

    def __init__(self, house: "House") -> None:
        self._house = house
        allowed = [team.strip() for team in house.settings.slack_teams.split(",") if team.strip()]
        self._kept = SlackInstallations(house.database, house.master_key, allowed)

    def save(self, one: Installed) -> None:
        """Keep one. Raises WorkspaceRefused."""
        self._kept.save(one, self._house.clock())
        self._house.audit.record("slack.installed", actor="slack", subject=one.team_id, now=self._house.clock())

    def get(self, team: str) -> Installed | None:
        """The one of a workspace."""
        return self._kept.get(team)

    def only(self) -> str:
        """The workspace, when there is exactly one; else empty."""
        teams = self._kept.teams()
        return teams[0] if len(teams) == 1 else ""

    def remove(self, team: str) -> None:
        """The app is gone from a workspace."""
        if self._kept.remove(team):
            self._house.audit.record("slack.uninstalled", actor="slack", subject=team, now=self._house.clock())

    def begin(self) -> str:
        """The state of an installation that begins."""
        return self._kept.begin(self._house.clock())

    def finish(self, state: str) -> bool:
        """Whether an installation with this state was begun; asking is finishing."""
        return self._kept.finish(state, self._house.clock())
