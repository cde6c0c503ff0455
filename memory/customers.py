"""The customers of one zone: who they are, under which addresses they write, what business they are in."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.errors import UnknownCustomer
from memory.tables import Conversation, Customer, CustomerAlias, new_id
from memory.zones import Zone

IndustrySource = Literal["none", "default", "inferred", "told"]
_TRUST = ("none", "default", "inferred", "told")
_MOST_WORDS = 50
"""Of one customer: a row does not grow with how often somebody says it."""
_STOP, _START = "STOP", "START"

Interval = tuple[datetime, datetime | None]
"""From a STOP to the START after it, or without end."""


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer, unsealed. Private to the zone's owner."""

    id: str
    name: str
    company: str
    industry: str
    industry_source: str
    size_band: str
    opted_out_at: datetime | None
    addresses: tuple[str, ...] = ()
    stopped: tuple[Interval, ...] = ()
    """When nothing may be learned from what is said, oldest first; the last may have no end."""

    def is_stopped(self, at: datetime) -> bool:
        """Whether STOP held at this moment."""
        return any(began <= at and (ended is None or at < ended) for began, ended in self.stopped)


class Customers:
    """Find, add and describe the customers of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these customers can be of."""
        self._database = database
        self._zone = zone

    def at_address(self, session: Session, channel: str, address: str) -> Customer | None:
        """Whoever writes from this address, inside the caller's transaction."""
        token = self._zone.cipher.token(address, f"address/{channel}")
        return session.exec(
            select(Customer)
            .join(CustomerAlias)
            .where(CustomerAlias.staff_id == self._zone.staff_id, CustomerAlias.channel == channel, CustomerAlias.address_token == token),
        ).first()

    def called(self, session: Session, name: str) -> Customer | None:
        """Whoever has this name, ignoring case and spacing, inside the caller's transaction."""
        return session.exec(
            select(Customer).where(Customer.staff_id == self._zone.staff_id, Customer.name_token == self._name_token(name)).order_by(col(Customer.created_at)),
        ).first()

    def add(self, session: Session, name: str, *, now: datetime, company: str = "") -> Customer:
        """A new customer, inside the caller's transaction."""
        row = new_id()
        customer = Customer(
            id=row,
            staff_id=self._zone.staff_id,
            name_token=self._name_token(name),
            sealed_name=self._zone.cipher.seal(name, Cell("customer", "sealed_name", row)),
            sealed_company=self._zone.cipher.seal(company, Cell("customer", "sealed_company", row)) if company else None,
            created_at=now,
        )
        session.add(customer)
        session.flush()
        return customer

    def link(self, session: Session, customer: Customer, channel: str, address: str, now: datetime) -> None:
        """Remember that this customer writes from this address too; an address that is already linked stays where it is."""
        if self.at_address(session, channel, address) is not None:
            return
        row = new_id()
        session.add(
            CustomerAlias(
                id=row,
                staff_id=self._zone.staff_id,
                customer_id=customer.id,
                channel=channel,
                address_token=self._zone.cipher.token(address, f"address/{channel}"),
                sealed_address=self._zone.cipher.seal(address, Cell("customer_alias", "sealed_address", row)),
                created_at=now,
            ),
        )
        session.flush()

    def set_industry(self, session: Session, customer: Customer, industry: str, source: IndustrySource) -> None:
        """Say what business the customer is in, unless a better source already said so."""
        if _TRUST.index(source) >= _TRUST.index(customer.industry_source):
            customer.industry, customer.industry_source = industry, source
            session.add(customer)

    def set_name(self, session: Session, customer: Customer, name: str, *, instead_of: str) -> None:
        """Give a customer their name, but only where nothing better than `instead_of` (an address) stood for it."""
        if not name or self._zone.cipher.unseal(customer.sealed_name, Cell("customer", "sealed_name", customer.id)) != instead_of:
            return
        customer.name_token = self._name_token(name)
        customer.sealed_name = self._zone.cipher.seal(name, Cell("customer", "sealed_name", customer.id))
        session.add(customer)

    def set_company(self, session: Session, customer: Customer, company: str, size_band: str = "") -> None:
        """Name the customer's company, and its size band when known."""
        customer.sealed_company = self._zone.cipher.seal(company, Cell("customer", "sealed_company", customer.id))
        customer.size_band = size_band or customer.size_band
        session.add(customer)

    def note_opt_out(self, session: Session, customer: Customer, word: str, said_at: datetime) -> None:
        """STOP or START as the customer said it then; other words change nothing. `opted_out_at` becomes the first STOP after the last START.

        Sources tell of the past in any order (an export, a list read after an outage), so what was said before is kept and read again.
        """
        if word not in {_STOP, _START}:
            return
        said = _bounded(sorted({*_said(customer.opt_words), (said_at.astimezone(UTC), word == _START)}))
        customer.opt_words = " ".join(f"{'+' if started else '-'}{at.isoformat()}" for at, started in said)
        stopped = _stopped(said)
        customer.opted_out_at = stopped[-1][0] if stopped and stopped[-1][1] is None else None
        session.add(customer)

    def named(self, name: str) -> KnownCustomer:
        """By full name or by a part of it that only one customer has. Raises UnknownCustomer."""
        wanted = folded(name)
        everybody = self.all()
        matching = [one for one in everybody if folded(one.name) == wanted] or [one for one in everybody if wanted and wanted in folded(one.name)]
        if len(matching) != 1:
            reason = "Several customers match" if matching else "No customer of yours matches"
            msg = f"{reason} '{name[:60]}': give the full name as it stands in the conversation."
            raise UnknownCustomer(msg)
        return matching[0]

    def get(self, customer_id: str) -> KnownCustomer:
        """By id. Raises UnknownCustomer, also for a customer of another zone."""
        found = [one for one in self.all([customer_id]) if one.id == customer_id]
        if not found:
            msg = "No customer of yours has this id: look the name up instead."
            raise UnknownCustomer(msg)
        return found[0]

    def names(self) -> dict[str, str]:
        """The name of every customer of the zone, by id."""
        with self._database.reading() as session:
            rows = session.exec(select(Customer.id, Customer.sealed_name).where(Customer.staff_id == self._zone.staff_id)).all()
        return {row: self._zone.cipher.unseal(sealed, Cell("customer", "sealed_name", row)) for row, sealed in rows}

    def known_by_conversation(self) -> dict[str, tuple[str, str]]:
        """The customer's name and company (empty where unknown) of each conversation of the zone."""
        with self._database.reading() as session:
            query = (
                select(Conversation.id, Customer.id, Customer.sealed_name, Customer.sealed_company)
                .join(Customer, col(Customer.id) == col(Conversation.customer_id))
                .where(Conversation.staff_id == self._zone.staff_id)
            )
            rows = session.exec(query).all()
        names = self._zone.cipher.unseal_all([row[2] for row in rows], "customer", "sealed_name", [row[1] for row in rows])
        placed = [row for row in rows if row[3]]
        companies = self._zone.cipher.unseal_all([row[3] or b"" for row in placed], "customer", "sealed_company", [row[1] for row in placed])
        company_of = {row[0]: company.decode() for row, company in zip(placed, companies, strict=True)}
        return {row[0]: (name.decode(), company_of.get(row[0], "")) for row, name in zip(rows, names, strict=True)}

    def of_conversation(self, conversation_id: str) -> KnownCustomer:
        """Who the other side of a conversation is. Raises UnknownCustomer, also for a conversation of another zone."""
        with self._database.reading() as session:
            query = select(Conversation.customer_id).where(Conversation.staff_id == self._zone.staff_id, Conversation.id == conversation_id)
            return self.get(session.exec(query).first() or "")

    def all(self, ids: Sequence[str] | None = None) -> list[KnownCustomer]:
        """Every customer of the zone, or those with these ids, unsealed, oldest first."""
        with self._database.reading() as session:
            query = select(Customer).where(Customer.staff_id == self._zone.staff_id).order_by(col(Customer.created_at), col(Customer.id))
            aliases = select(CustomerAlias).where(CustomerAlias.staff_id == self._zone.staff_id)
            if ids is not None:
                query = query.where(col(Customer.id).in_(ids))
                aliases = aliases.where(col(CustomerAlias.customer_id).in_(ids))
            rows = session.exec(query).all()
            addresses: dict[str, list[str]] = {}
            for alias in session.exec(aliases):
                plain = self._zone.cipher.unseal(alias.sealed_address, Cell("customer_alias", "sealed_address", alias.id))
                addresses.setdefault(alias.customer_id, []).append(plain)
        return [self._unsealed(row, tuple(addresses.get(row.id, ()))) for row in rows]

    def _unsealed(self, row: Customer, addresses: tuple[str, ...]) -> KnownCustomer:
        open_ = self._zone.cipher.unseal
        return KnownCustomer(
            id=row.id,
            name=open_(row.sealed_name, Cell("customer", "sealed_name", row.id)),
            company=open_(row.sealed_company, Cell("customer", "sealed_company", row.id)) if row.sealed_company else "",
            industry=row.industry,
            industry_source=row.industry_source,
            size_band=row.size_band,
            opted_out_at=row.opted_out_at,
            addresses=addresses,
            stopped=tuple(_stopped(_said(row.opt_words))),
        )

    def _name_token(self, name: str) -> str:
        return self._zone.cipher.token(folded(name), "name")


def _said(words: str) -> list[tuple[datetime, bool]]:
    """When STOP (false) and START (true) were said, oldest first.

    Rows of earlier versions hold the last START without a sign (or a lone `-`), then the STOPs after it.
    """
    kept = words.split()
    signed = [one for one in kept if one[0] in "+-" and len(one) > 1]
    older = [(one, at == 0) for at, one in enumerate(kept) if one[0] not in "+-"]
    told = [(one[1:], one[0] == "+") for one in signed] + older
    return sorted((datetime.fromisoformat(text).astimezone(UTC), started) for text, started in told)


def _stopped(said: Sequence[tuple[datetime, bool]]) -> list[Interval]:
    found: list[Interval] = []
    for at, started in said:
        if not started and (not found or found[-1][1] is not None):
            found.append((at, None))
        elif started and found and found[-1][1] is None:
            found[-1] = (found[-1][0], at)
    return found


def _bounded(said: list[tuple[datetime, bool]]) -> list[tuple[datetime, bool]]:
    """At most so many words: repetitions go first, then the oldest ends of a silence, so that rather too much than too little is left alone."""
    if len(said) <= _MOST_WORDS:
        return said
    changes = [one for at, one in enumerate(said) if at == 0 or one[1] != said[at - 1][1]]
    surplus = len(said) - _MOST_WORDS
    repeated = [one for one in said if one not in changes][surplus:]
    kept = sorted([*changes, *repeated])
    while len(kept) > _MOST_WORDS:
        end = next(at for at, one in enumerate(kept) if one[1] and at)
        del kept[end : end + 2]
    return kept


def folded(name: str) -> str:
    """A name as it is compared: compatibility form, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
