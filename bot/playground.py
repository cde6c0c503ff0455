"""The playground: the real service over the doubles of Slack and Twilio, and what a page needs to show both sides and to act on them."""

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from bot.bootstrap import House
from bot.demo import Cast
from bot.demo_service import DemoService
from bot.doubles.slack import Delivered
from bot.doubles.slack_workspace import BOT_USER, Message
from bot.errors import InputRefused
from bot.playground_phone import Phone, Said
from bot.rendering_html import fragment
from bot.rendering_text import lines
from memory.tables import Staff

_MOST_SHOWN = 60
_LONGEST = 4_000
_LONGEST_NAME = 200
_REFUSED = 400
_CHANNELS = {"C0GENERAL": "#general", "C0SALES": "#sales"}
_MENTION = re.compile(r"^@tradecraft\b[\s,:]*", re.IGNORECASE)
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A marketer, as the page names them."""

    member: Staff
    slug: str

    @property
    def user(self) -> str:
        """Their Slack user id."""
        return self.member.slack_user_id or ""


class Playground:
    """A context manager around a house in which the demo's cast is told. Everything it shows is what the doubles and the marketer's own zone hold."""

    def __init__(self, house: House, cast: Cast, people: Mapping[str, Staff]) -> None:
        """`people` are the staff by slug. The newcomer comes first: the story of the demo begins there."""
        first = cast.ninth["slug"]
        self._people = {slug: Person(people[slug], slug) for slug in (first, *(one for one in people if one != first))}
        self._service = DemoService(house)
        self._phone = Phone(house)
        self._stack = ExitStack()
        house.staff.set_admin(people[first].id, admin=True)  # as of the workspace, so that curated plays can be approved
        self._names = {person.user: person.member.name for person in self._people.values()}

    def __enter__(self) -> Self:
        self._stack.enter_context(self._service)
        self._phone.give_numbers(self._people.values())
        self._service.slack.workspace.admins.add(next(iter(self._people.values())).user)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    @property
    def slugs(self) -> Sequence[str]:
        """Of everybody who can be played."""
        return list(self._people)

    def state(self, slug: str, customer: str = "") -> Found:
        """All the page shows of one person: the customers and one thread on the phone, the conversations, home and windows in Slack."""
        person = self._person(slug)
        contacts = self._phone.contacts(person, self._service.twilio)
        chosen = next((contact for contact in contacts if contact.number == customer), contacts[0] if contacts else None)
        workspace = self._service.slack.workspace
        with workspace.changed:
            home, views = workspace.homes.get(person.user), list(workspace.views)
        return {
            "people": [{"slug": one.slug, "name": one.member.name} for one in self._people.values()],
            "me": {"slug": person.slug, "name": person.member.name},
            "contacts": [{"number": contact.number, "name": contact.name} for contact in contacts],
            "customer": chosen.number if chosen else "",
            "thread": [_said(one) for one in self._phone.thread(person, chosen, self._service.twilio)] if chosen else [],
            "places": {name: self._messages(person, channel) for name, channel in self._places(person).items()},
            "home": fragment(home["blocks"]) if home else "",
            "view": _view(views[-1]) if views else None,
        }

    def customer_writes(self, slug: str, number: str, name: str, text: str) -> None:
        """A customer sends a WhatsApp message; a new number is a new customer."""
        person = self._person(slug)
        contact = self._phone.contact(person, number, name.strip())
        self._service.customer_writes(contact.number, self._phone.ours(person), contact.name, _words(text))

    def marketer_writes(self, slug: str, number: str, text: str) -> None:
        """The marketer answers with the own phone: it comes in as what Twilio's list of messages shows."""
        person = self._person(slug)
        self._service.marketer_writes(self._phone.ours(person), self._phone.contact(person, number, "").number, _words(text))

    def says(self, slug: str, place: str, text: str) -> None:
        """Something typed in Slack: a slash command, a direct message, or a mention in the channel."""
        person, words = self._person(slug), _words(text)
        slack = self._service.slack
        if words.startswith("/"):
            command, _, rest = words.partition(" ")
            _checked(slack.slash(command, rest.strip(), user=person.user, channel=self._places(person).get(place, "C0GENERAL")))
        elif place == "direct":
            _checked(slack.says(words, user=person.user))
        else:
            # Typed as it is read: the mention is made here, and twice would be taken for a customer's words.
            words = _MENTION.sub("", words) or "help"
            _checked(slack.mentions(words, user=person.user, channel=self._places(person).get(place, "C0GENERAL")))

    def drops(self, slug: str, name: str, encoded: str) -> None:
        """A file dropped in the direct conversation; its bytes in base 64."""
        try:
            content = b64decode(encoded, validate=True)
        except ValueError as error:
            raise InputRefused("The file did not arrive whole: drop it again.") from error
        if not content or not name.strip():
            raise InputRefused("The file is empty: choose another.")
        _checked(self._service.slack.drops(name.strip()[:_LONGEST_NAME], content, user=self._person(slug).user))

    def opens_home(self, slug: str) -> None:
        """Open the home tab of the app."""
        _checked(self._service.slack.opens_home(self._person(slug).user))

    def clicks(self, slug: str, where: str, action: str, value: str) -> None:
        """Use a button: `where` is `home`, `view`, or a message's channel and time stamp as `channel:ts`."""
        user = self._person(slug).user
        slack = self._service.slack
        try:
            if where == "home":
                _checked(slack.click_home(action, user=user, value=value))
            elif where == "view":
                _checked(slack.click_view(self._view(slug), action, user=user, value=value))
            else:
                channel, _, ts = where.rpartition(":")
                message = slack.workspace.find(channel, ts)
                if message is None or not self._may_see(user, message):
                    msg = "This message is gone: reload the page."
                    raise InputRefused(msg)
                _checked(slack.click(message, action, user=user, value=value))
        except LookupError as error:
            msg = "This button is gone: reload the page."
            raise InputRefused(msg) from error

    def submits(self, slug: str, values: Mapping[str, str | Sequence[str]]) -> Mapping[str, str]:
        """Send the window that is open, with values by block id; what the app says is wrong, by block id."""
        delivered = self._service.slack.submit(self._view(slug), user=self._person(slug).user, values=values)
        _checked(delivered)
        answer = json.loads(delivered.body) if delivered.body else {}
        return dict(answer.get("errors", {})) if answer.get("response_action") == "errors" else {}

    def options(self, slug: str, block: str, action: str, typed: str) -> list[Found]:
        """What a list of the open window offers for what was typed."""
        found = self._service.slack.look_up(self._view(slug), block, action, typed, user=self._person(slug).user)
        return [{"text": option["text"]["text"], "value": option["value"]} for option in found]

    def closes(self, slug: str) -> None:
        """Close the window that is open, if any."""
        self._person(slug)
        workspace = self._service.slack.workspace
        with workspace.changed:
            opened = [view["id"] for view in workspace.views]
        for view_id in opened:
            workspace.close_view(view_id)

    def _person(self, slug: str) -> Person:
        if slug not in self._people:
            msg = "Nobody of that name plays here: choose one of the people in the list."
            raise InputRefused(msg)
        return self._people[slug]

    def _places(self, person: Person) -> dict[str, str]:
        return {"direct": self._service.slack.workspace.direct_channel(person.user), "channel": "C0GENERAL", "sales": "C0SALES"}

    def _may_see(self, user: str, message: Message) -> bool:
        direct = self._service.slack.workspace.direct_channel(user)
        return message.only_for in {"", user} and message.channel in {direct, *self._service.slack.workspace.channels}

    def _messages(self, person: Person, channel: str) -> list[Found]:
        workspace = self._service.slack.workspace
        with workspace.changed:
            seen = [one for one in workspace.messages if one.channel == channel and self._may_see(person.user, one)][-_MOST_SHOWN:]
            return [self._message(one) for one in seen]

    def _message(self, message: Message) -> Found:
        ours = message.user == BOT_USER
        return {
            "where": f"{message.channel}:{message.ts}",
            "who": "Tradecraft" if ours else self._names.get(message.user, message.user),
            "app": ours,
            "at": _clock(datetime.fromtimestamp(float(message.ts), UTC)),
            "only": bool(message.only_for),
            "reply": bool(message.thread_ts and message.thread_ts != message.ts),
            "html": fragment(message.blocks) if message.blocks else lines(_unescaped(message.text or _doing(message))),
        }

    def _view(self, slug: str) -> Mapping[str, Any]:
        self._person(slug)
        workspace = self._service.slack.workspace
        if not workspace.views:
            msg = "The window is closed already: open it again."
            raise InputRefused(msg)
        return workspace.views[-1]


def _doing(message: Message) -> str:
    """What an answer that still grows says it does."""
    return "\n".join(f"{title}\u2026" for title, state in message.tasks.values() if state == "in_progress")


def fingerprint(state: Found) -> str:
    """Changes whenever what is shown does."""
    return f"{hash(json.dumps(state, sort_keys=True)) & (2**64 - 1):016x}"


def _view(view: Mapping[str, Any]) -> Found:
    said: Callable[[str], str] = lambda name: str((view.get(name) or {}).get("text", ""))  # noqa: E731 - three uses below
    return {
        "id": view["id"],
        "title": said("title"),
        "submit": said("submit"),
        "close": said("close") or "Close",
        "html": fragment([_with_channels(block) for block in view["blocks"]]),
    }


def _with_channels(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """Slack fills lists of conversations itself; the page is given them."""
    element = block.get("element", {})
    if element.get("type") != "conversations_select":
        return block
    options = [{"text": {"type": "plain_text", "text": name}, "value": channel} for channel, name in _CHANNELS.items()]
    return {**block, "element": {**element, "type": "static_select", "options": options}}


def _said(one: Said) -> Found:
    return {"mine": one.mine, "text": one.text, "at": _clock(one.at), "day": f"{one.at:%d %b %Y}", "status": one.status}


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%H:%M}"


def _unescaped(text: str) -> str:
    return text.replace("<@U0BOT>", "@Tradecraft").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _words(text: str) -> str:
    words = text.strip()[:_LONGEST]
    if not words:
        msg = "The message is empty: write something first."
        raise InputRefused(msg)
    return words


def _checked(delivered: Delivered) -> None:
    if not 0 < delivered.status < _REFUSED:
        msg = f"The service did not acknowledge ({delivered.status}): look at the terminal the playground runs in."
        raise InputRefused(msg)
