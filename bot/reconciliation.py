"""What the webhooks did not bring: the account's own list, both sides, through the same door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog

from bot.channels.twilio_account import TwilioAccount
from bot.inbox import Inbox
from memory.errors import Retryable

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
    failed: int = 0
    """That could not be accepted; the next round tries them again."""


class Reconciliation:
    """Compares Twilio's list with what was accepted."""

    def __init__(self, account: TwilioAccount, inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._inbox = inbox
        self._clock = clock

    def reconcile(self, since: datetime) -> Reconciled:
        """Accept what of the list is not there yet; running it again adds nothing. Raises TwilioUnreachable, Retryable; what was accepted so far is kept."""
        listed = added = turned_away = failed = 0
        account = self._account.since(since)
        while batch := list(islice(account, _BATCH)):
            missing, nobodys = self._inbox.missing(batch)
            listed += len(batch)
            turned_away += nobodys
            for message in missing:
                try:
                    accepted = self._inbox.accept(message, self._clock())
                except Retryable:
                    raise  # the database: it would fail for all of them
                except Exception as error:  # noqa: BLE001 - one message must not keep back those behind it in the list
                    failed += 1
                    _log.error("reconciliation.message_failed", external_id=message.external_id, error=type(error).__name__)
                    continue
                added += bool(accepted and accepted.new)
        done = Reconciled(listed, added, turned_away, failed)
        _log.info("reconciliation.done", listed=listed, added=added, turned_away=turned_away, failed=failed)
        return done

    def recent(self) -> Reconciled:
        """The regular round."""
        return self.reconcile(self._clock() - _WINDOW)
