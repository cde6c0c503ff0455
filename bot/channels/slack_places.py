"""Where a card can be shown in Slack, and where it stands. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Direct:
    """The direct conversation between the app and one person, or a thread in it."""

    user: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that only the person who asked sees, where they asked; falls back to Direct when Slack no longer takes it."""

    user: str
    url: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A message in a channel that one person sees, when they are there."""

    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class Home:
    """The home tab of one person."""

    user: str


@dataclass(frozen=True, slots=True)
class Modal:
    """A window of one person; falls back to Direct when its trigger has expired."""

    user: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Window:
    """A window of one person that is open; falls back to Direct when it was closed meanwhile."""

    user: str
    view: str


@dataclass(frozen=True, slots=True)
class Channel:
    """Everybody in a channel."""

    channel: str


Place = Direct | Reply | Hint | Home | Modal | Window | Channel


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a card stands now; empty where Slack does not say."""

    channel: str = ""
    ts: str = ""
    user: str = ""
    """Whose direct conversation it is; tells the workspace where there are several."""
