"""The gate: what may be seen outside its contributors' own zones. Pure; asked when a pattern is published and again when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from intelligence.errors import VocabularyInvalid

LOWEST_CONTRIBUTORS = 3
"""Below this a pattern could point at one person; a setting below it is refused."""

Shares = Mapping[str, tuple[int, int]]
"""Contributor token -> (cases, successes) in one pattern."""


class Supported(Protocol):
    """Anything with support that could be shown."""

    @property
    def contributors(self) -> int: ...  # noqa: D102
    @property
    def customers(self) -> int: ...  # noqa: D102
    @property
    def largest_share(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Gate:
    """k-anonymity over staff and customers, and no pattern that is mostly one person's."""

    contributors_needed: int = 5
    customers_needed: int = 10
    largest_share: float = 0.5
    changes_needed: int = 1
    """How many contributors must have changed a pattern since its last release before new counts replace the old ones within a release epoch (ISO week).
    1 releases everything at once; 3, what an installation begins with, keeps anybody from reading one newcomer's cases off two releases."""

    def __post_init__(self) -> None:
        if self.contributors_needed < LOWEST_CONTRIBUTORS:
            msg = f"At least {LOWEST_CONTRIBUTORS} contributors must stand behind a pattern: raise TRADECRAFT_CONTRIBUTORS_NEEDED."
            raise VocabularyInvalid(msg)

    def visible(self, pattern: Supported) -> bool:
        """Whether anybody may see it."""
        return pattern.contributors >= self.contributors_needed and pattern.customers >= self.customers_needed and pattern.largest_share <= self.largest_share

    def releasable(self, before: Shares, now: Shares) -> bool:
        """Whether new counts may replace released ones within the same epoch.

        Something taken back always goes at once: a person's right outranks the secrecy of a difference. Additions wait until enough people made them.
        """
        changed = {token for token in before.keys() | now.keys() if before.get(token) != now.get(token)}
        taken_back = any(now.get(token, (0, 0))[0] < before[token][0] for token in changed & before.keys())
        return not changed or taken_back or len(changed) >= self.changes_needed
