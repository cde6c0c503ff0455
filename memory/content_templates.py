"""The firm's Content templates as they were last read at Twilio: what may be sent when a 24-hour window is closed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, delete, select

from memory.database import Database
from memory.tables import ContentTemplate

APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template. `variables` are its placeholders' numbers with an example each; `body` holds `{{1}}`."""

    sid: str
    name: str
    language: str
    kind: str
    body: str
    variables: Mapping[str, str] = field(default_factory=dict)
    buttons: Sequence[str] = ()
    approval: str = "unsubmitted"
    category: str = ""
    rejection: str = ""


class ContentTemplates:
    """The table of them; a copy of what Twilio says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, templates: Sequence[KnownTemplate], now: datetime) -> None:
        """What Twilio has now: what it no longer has is gone here too."""
        with self._database.transaction() as session:
            session.exec(delete(ContentTemplate))
            session.add_all(_row(one, now) for one in templates)

    def put(self, template: KnownTemplate, now: datetime) -> None:
        """One that was just created or changed."""
        with self._database.transaction() as session:
            session.merge(_row(template, now))

    def all(self) -> list[KnownTemplate]:
        """Every one, by name and language."""
        with self._database.reading() as session:
            rows = session.exec(select(ContentTemplate).order_by(col(ContentTemplate.name), col(ContentTemplate.language), col(ContentTemplate.sid))).all()
        return [_known(row) for row in rows]

    def approved(self) -> list[KnownTemplate]:
        """Those that may be sent."""
        return [one for one in self.all() if one.approval == APPROVED and one.body.strip()]


def _row(one: KnownTemplate, now: datetime) -> ContentTemplate:
    return ContentTemplate(
        sid=one.sid,
        name=one.name,
        language=one.language,
        kind=one.kind,
        body=one.body,
        variables=json.dumps(dict(one.variables), ensure_ascii=False),
        buttons=json.dumps(list(one.buttons), ensure_ascii=False),
        approval=one.approval,
        category=one.category,
        rejection=one.rejection,
        synced_at=now,
    )


def _known(row: ContentTemplate) -> KnownTemplate:
    return KnownTemplate(
        row.sid,
        row.name,
        row.language,
        row.kind,
        row.body,
        json.loads(row.variables),
        tuple(json.loads(row.buttons)),
        row.approval,
        row.category,
        row.rejection,
    )
