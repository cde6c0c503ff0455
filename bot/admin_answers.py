"""What admins are shown. Values; nothing of anybody's zone or use. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `fix` is empty when nothing needs to be done."""

    name: str
    status: str
    why: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that people did. `at_least` is 0 where it would tell about single ones."""

    what: str
    at_least: int


@dataclass(frozen=True, slots=True)
class AnswersJudged:
    """What enough people said of the answers of one kind. Rounded: two looks, before and after one more person said something, shall not differ by it."""

    route: str
    tenths: int
    """How many in ten were of use."""
    at_least: int
    """By how many people, at least."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """The directory's own numbers, what enough people did, and what enough people said of answers."""

    linked: int
    unlinked: int
    deactivated: int
    needed: int
    """How many people must stand behind a count."""
    taken: tuple[Taken, ...]
    judged: tuple[AnswersJudged, ...]
