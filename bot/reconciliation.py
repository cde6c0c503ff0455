"""What the webhooks did not bring: the account's own list, both sides, through the same door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog

from bot.channels.twilio_account import TwilioAccount
from bot.inbox import Inbox

_log = structlog.get_logger()

_WINDOW = timedelta(hours=26)
"""A day's outage and some more: what the regular round looks back."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How a round went, in messages."""

    listed: int
    added: int
    turned_away: int
    """Of addresses that belong to nobody of ours."""


class Reconciliation:
    """Compares Twilio's list with what was accepted."""

    def __init__(self, account: TwilioAccount, inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._inbox = inbox
        self._clock = clock

    def reconcile(self, since: datetime) -> Reconciled:
        """Accept whatever of the list is not there yet; running it again adds nothing. Raises TwilioUnreachable with what was accepted so far kept."""
        listed = added = turned_away = 0
        account = self._account.since(since)
        while batch := list(islice(account, _BATCH)):
            missing, nobodys = self._inbox.missing(batch)
            listed += len(batch)
            turned_away += nobodys
            for message in missing:
                accepted = self._inbox.accept(message, self._clock())
                added += bool(accepted and accepted.new)
        done = Reconciled(listed, added, turned_away)
        _log.info("reconciliation.done", listed=listed, added=added, turned_away=turned_away)
        return done

    def recent(self) -> Reconciled:
        """The regular round."""
        return self.reconcile(self._clock() - _WINDOW)
