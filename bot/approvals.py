"""The approval of one message to one customer by the person whose customer it is. Nothing is sent to a customer without one.

An `Approval` comes into being in `approved_on` alone, from a verified Slack request in which its owner sent the window that showed the words. The import
contracts let nobody but the Slack door's table of listeners call it, so that no job, schedule, command or model can write to a customer.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.channels.slack_payloads import Heard
    from bot.messages import DroppedFile

APPROVE = "sending.approve"
"""The window whose sending approves."""
FILE = "file"
"""Its field for a file."""
_seal = object()


@dataclass(frozen=True, slots=True)
class Approval:
    """What was approved and by whom. Cannot be made from text, rows or settings."""

    staff_id: str
    key: str
    """The same for every delivery of the same request."""
    context: str
    """Which card and suggestion the window was about."""
    values: "Mapping[str, str]" = field(repr=False)
    """What stood in the window's fields."""
    file: "DroppedFile | None" = field(repr=False)
    """What was attached in it."""
    unfetched: str = field(repr=False)
    """Why what was attached could not be fetched, in a sentence."""
    seal: Any = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _seal:
            msg = "an approval is made from a verified Slack request only"
            raise TypeError(msg)


def approved_on(heard: "Heard", staff_id: str) -> Approval:
    """The approval in a window that was sent. `staff_id` is whom the verified Slack user was mapped to. Raises TypeError for any other request."""
    if heard.action != APPROVE or not heard.key or not heard.user or not staff_id:
        msg = "only the window that shows the words approves them"
        raise TypeError(msg)
    return Approval(staff_id, f"slack:{heard.user}:{heard.key}", heard.context, dict(heard.values), heard.file, heard.unfetched, _seal)
