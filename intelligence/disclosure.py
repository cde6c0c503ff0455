"""The gate: what may be seen outside its contributors' own zones. Pure; asked when a pattern is published and again when it is read."""

from dataclasses import dataclass
from typing import Protocol

from intelligence.errors import VocabularyInvalid

LOWEST_CONTRIBUTORS = 3
"""Below this a pattern could point at one person; a setting below it is refused."""


class Supported(Protocol):
    """Anything with support that could be shown."""

    contributors: int
    customers: int
    largest_share: float


@dataclass(frozen=True, slots=True)
class Gate:
    """k-anonymity over staff and customers, and no pattern that is mostly one person's."""

    contributors_needed: int = 5
    customers_needed: int = 10
    largest_share: float = 0.5

    def __post_init__(self) -> None:
        if self.contributors_needed < LOWEST_CONTRIBUTORS:
            msg = f"At least {LOWEST_CONTRIBUTORS} contributors must stand behind a pattern: raise TRADECRAFT_CONTRIBUTORS_NEEDED."
            raise VocabularyInvalid(msg)

    def visible(self, pattern: Supported) -> bool:
        """Whether anybody may see it."""
        return pattern.contributors >= self.contributors_needed and pattern.customers >= self.customers_needed and pattern.largest_share <= self.largest_share
