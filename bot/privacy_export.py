"""Exports of personal data: one's own, or the answer to a customer's request for access. A zip of JSON lines for programs and Markdown for people.

A member of staff gets everything they wrote and noted, with customers as numbers and names in texts masked; a customer gets what is stored about them, with
our side's words marked as such and without the name of who wrote them.
"""

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.errors import InputRefused
from intelligence.deny_list import DenyList
from intelligence.errors import CannotAnonymize
from intelligence.normalization import fold
from memory.answer_verdicts import AnswerVerdicts
from memory.contributions import Contributions
from memory.conversations import Conversations, StoredMessage
from memory.curated_plays import CuratedPlays
from memory.customers import Customers, KnownCustomer
from memory.deals import Deals
from memory.follow_ups import FollowUps
from memory.letters import Letter
from memory.notes import Notes
from memory.outbox import Outbox
from memory.preferences import Preferences
from memory.saved_plays import SavedPlays
from memory.staff_choices import StaffChoices
from memory.suggestions import Suggestions

if TYPE_CHECKING:
    from bot.bootstrap import House
    from intelligence.anonymizer import Anonymizer

Rows = Sequence[Mapping[str, Any]]
_WITHHELD = "(withheld: it could not be decided whether this names somebody)"
_SHARED = ("epoch", "objection", "response", "reaction", "deal_outcome", "industry", "size_band", "amount_band", "weekday_part", "state")
_OURS = "our staff"
_OTHERS = frozenset({"PERSON", "ORGANIZATION", "PHONE", "EMAIL", "HANDLE"})
"""What tells of other people in our notes about a customer; amounts and places are about the customer."""
_MOMENTS = frozenset({"at", "due", "opted_out_at", "consented_at", "settled_at", "snoozed_until"})


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. `subject` is the id of whoever it is about."""

    file: Path
    subject: str
    records: int

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"file": str(self.file), "subject": self.subject, "records": self.records}


class Exports:
    """Writes files; stores nothing."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def of_staff(self, staff_id: str, target: Path) -> Exported:
        """One's own data without customers' identities. Raises InputRefused when the file is there."""
        return self._written(target, staff_id, *self._own(staff_id), self._zone_of(staff_id))

    def archive_of_staff(self, staff_id: str) -> tuple[bytes, int]:
        """The same file as bytes, which never lie readable on a disk of ours, and how many records it holds."""
        told, parts = self._own(staff_id)
        written = io.BytesIO()
        self._archived(written, told, parts, self._zone_of(staff_id))
        return written.getvalue(), sum(map(len, parts.values()))

    def _own(self, staff_id: str) -> tuple[str, dict[str, Rows]]:
        house, zone = self._house, self._house.zones.open(staff_id)
        member = house.staff.get(staff_id)
        customers = Customers(house.database, zone).all()
        alias = {customer.id: f"Customer {number}" for number, customer in enumerate(customers, 1)}
        mask = _Mask(house.anonymizer, _known(customers), own=[member.name])
        conversations = Conversations(house.database, zone)
        messages = [
            {**_message(one, "me" if one.role == "marketer" else alias[thread.customer_id]), "conversation": alias[thread.customer_id], "text": mask(one.text)}
            for thread in conversations.threads()
            for one in conversations.history(thread.id)
        ]
        shown, feedback = Suggestions(house.database, zone).shown(), Suggestions(house.database, zone).feedback()
        profile = {
            "name": member.name,
            "slack_user_id": member.slack_user_id,
            "slack_workspace": member.slack_team_id,
            "active": member.deactivated_at is None,
            "addresses": [one.address for one in house.staff.addresses(staff_id)],
            "industry": member.default_industry,
            "time_zone": member.time_zone,
            "contributes": member.contributes,
        }
        quiet, chosen = Preferences(house.database, zone).get(), StaffChoices(house.database, zone).get()
        muted = Preferences(house.database, zone).muted(house.clock())
        parts: dict[str, Rows] = {
            "profile": [profile],
            "messages": messages,
            "outgoing": [_outgoing(one, mask) | {"to": alias[one.customer_id], "text": mask(one.body)} for one in Outbox(house.database, zone).all()],
            "preferences": [_dated(asdict(quiet)) | {"muted": [alias[one] for one in muted if one in alias]}],
            "choices": [_dated(asdict(chosen))],
            "deals": [self._deal(deal, alias[deal.customer_id], mask(deal.name)) for deal in Deals(house.database, zone).all()],
            "notes": [
                {"at": note.created_at.isoformat(), "about": alias.get(note.customer_id or "", ""), "text": mask(note.text)}
                for note in Notes(house.database, zone).all()
            ],
            "follow_ups": [
                {"due": one.due_at.isoformat(), "about": alias[one.customer_id], "text": mask(one.note), "state": one.state}
                for one in FollowUps(house.database, zone).all()
            ],
            "plays": [
                {"at": one.changed_at.isoformat(), "title": one.title, "objection": one.objection, "text": one.wording, "state": one.state}
                for one in CuratedPlays(house.database).of(staff_id)
            ],
            "saved_plays": [{"at": one.saved_at.isoformat(), "id": one.play_id} for one in SavedPlays(house.database, zone).all()],
            "contributions": [{name: getattr(line, name) for name in _SHARED} for line in Contributions(house.database, zone).ledger()],
            "suggestions": [{"at": one.shown_at.isoformat(), "objection": one.objection, "response": one.response, "rank": one.rank} for one in shown],
            "feedback": [{"at": one.given_at.isoformat(), "verdict": one.verdict} for one in feedback],
            "answer_verdicts": [{"at": one.given_at.isoformat(), "answer": one.route, "good": one.good} for one in AnswerVerdicts(house.database, zone).all()],
        }
        told = f"Everything stored about {member.name}. Customers are numbered, and names and numbers in texts are masked: they are other people's data."
        return told, parts

    def of_customer(self, staff_id: str, name: str, target: Path) -> Exported:
        """What is stored about one customer of one zone. Raises UnknownCustomer, InputRefused."""
        house, zone = self._house, self._house.zones.open(staff_id)
        customer = Customers(house.database, zone).named(name)
        others, staff = [one for one in Customers(house.database, zone).all() if one.id != customer.id], [one.name for one in house.staff.all()]
        mask = _Mask(house.anonymizer, _known(others, staff), own=[customer.name, customer.company, *customer.addresses], kinds=_OTHERS)
        conversations = Conversations(house.database, zone)
        messages = [
            _message(one, "you" if one.role == "customer" else _OURS)
            for thread in conversations.with_any_of([customer.id])
            for one in conversations.history(thread)
        ]
        token = house.counting_token(customer.id)
        lines = [line for line in Contributions(house.database, zone).ledger() if line.customer_token == token]
        profile = {
            "name": customer.name,
            "company": customer.company,
            "addresses": list(customer.addresses),
            "industry": customer.industry,
            "size_band": customer.size_band,
            "opted_out_at": customer.opted_out_at.isoformat() if customer.opted_out_at else None,
        }
        parts: dict[str, Rows] = {
            "profile": [profile],
            "messages": messages,
            "outgoing": [_outgoing(one) | {"written_by": _OURS, "text": one.body} for one in Outbox(house.database, zone).of_customer(customer.id)],
            "deals": [self._deal(deal, customer.name, deal.name) for deal in Deals(house.database, zone).all(customer.id)],
            "notes": [
                {"at": note.created_at.isoformat(), "written_by": _OURS, "text": mask(note.text)} for note in Notes(house.database, zone).all(customer.id)
            ],
            "follow_ups": [
                {"due": one.due_at.isoformat(), "written_by": _OURS, "text": mask(one.note), "state": one.state}
                for one in FollowUps(house.database, zone).all(customer.id)
            ],
            "derived": [{name: getattr(line, name) for name in _SHARED} for line in lines],
        }
        told = f"Everything stored about {customer.name}. What `{_OURS}` wrote is marked; `derived` is what was counted anonymously from your conversations."
        return self._written(target, customer.id, f"{told} Other people named in notes are masked.", parts, self._zone_of(staff_id))

    def _zone_of(self, staff_id: str) -> ZoneInfo:
        return ZoneInfo(self._house.staff.get(staff_id).time_zone)

    def _deal(self, deal: Any, customer: str, name: str) -> dict[str, Any]:  # noqa: ANN401 - a KnownDeal
        return {"customer": customer, "name": name, "amount": deal.amount, "stage": deal.stage, "outcome": deal.outcome, "at": deal.updated_at.isoformat()}

    def _written(self, target: Path, subject: str, told: str, parts: Mapping[str, Rows], zone: ZoneInfo) -> Exported:
        if target.exists():
            raise InputRefused(f"{target} is already there: give another name.")
        fresh = target.with_name(f".{target.name}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            self._archived(file, told, parts, zone)
        fresh.replace(target)
        return Exported(target, subject, sum(map(len, parts.values())))

    def _archived(self, file: IO[bytes], told: str, parts: Mapping[str, Rows], zone: ZoneInfo) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in parts.items():
                archive.writestr(f"{name}.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
            archive.writestr("README.md", _readable(told, self._house.clock().astimezone(zone), parts))


class _Mask:
    """Masks other people in a text, and leaves those whose text it is; what cannot be decided is withheld."""

    def __init__(self, anonymizer: "Anonymizer", known: DenyList, *, own: Iterable[str], kinds: frozenset[str] = frozenset()) -> None:
        """`own` are names and addresses that stay, but for words which `known` people are called too. `kinds` are the types that are masked; empty for all."""
        self._anonymizer = anonymizer
        self._known = known
        self._own = _words(own) - _words((*known.persons, *known.organizations))
        self._kinds = kinds

    def __call__(self, text: str) -> str:
        try:
            masked = self._anonymizer.mask(text, self._known)
        except CannotAnonymize:
            return _WITHHELD
        pieces, read, at = [], 0, 0
        for entity in masked.entities:
            between, said = text[read : entity.start], text[entity.start : entity.end]
            at += len(between)
            end = masked.text.index(">", at) + 1
            words = _words([said])
            stays = (words and words <= self._own) or (self._kinds and entity.type not in self._kinds)
            pieces += [between, said if stays else masked.text[at:end]]
            read, at = entity.end, end
        return "".join((*pieces, text[read:]))


def _known(customers: Iterable[KnownCustomer], staff: Iterable[str] = ()) -> DenyList:
    everybody = tuple(customers)
    return DenyList(
        persons=tuple({*staff, *(customer.name for customer in everybody)}),
        organizations=tuple({customer.company for customer in everybody if customer.company}),
        numbers=tuple({address for customer in everybody for address in customer.addresses}),
    )


def _words(names: Iterable[str]) -> set[str]:
    """Of a number all digits together."""
    return {word for name in names for word in re.findall(r"[^\W_]+", re.sub(r"(?<=\d)[\s().-]+(?=\d)", "", fold(name)))}


def _message(one: StoredMessage, who: str) -> dict[str, Any]:
    return {"at": one.sent_at.isoformat(), "from": who, "kind": one.kind, "text": one.text}


def _dated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _outgoing(one: Letter, said: Callable[[str], str] = str) -> dict[str, Any]:
    """What was drafted or sent from a card, and what became of it; of a file its name, `said` by whoever may read it: its bytes are kept while it is sent."""
    file = {"file": said(one.file.name), "content_type": one.file.content_type, "bytes": one.file.size} if one.file else {}
    return {"at": one.updated_at.isoformat(), "state": one.state, "template": one.template_sid, **file}


def _readable(told: str, now: datetime, parts: Mapping[str, Rows]) -> str:
    """One page for people; the same rows as the files beside it, at times of `now`'s zone."""
    lines = [f"# Your data, {now:%Y-%m-%d}", "", told, "", f"Times are those of {now.tzinfo}; in the other files they are in UTC.", ""]

    def shown(key: str, value: object) -> str:
        return _escaped(datetime.fromisoformat(str(value)).astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M") if key in _MOMENTS else str(value))

    for name, rows in parts.items():
        lines += [f"## {name.capitalize()} ({len(rows)})", ""]
        for row in rows:
            if name == "messages":
                lines.append(f"- {shown('at', row['at'])} **{_escaped(row['from'])}**: {_escaped(row['text'])}")
            else:
                lines.append("- " + ", ".join(f"{key}: {shown(key, value)}" for key, value in row.items() if value not in (None, "", [])))
        lines.append("")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """On one line, and never read as Markdown or HTML."""
    plain = " ".join(text.split())
    return "".join(f"\\{one}" if one in "\\`*_[]<>#|!" else one for one in plain)
