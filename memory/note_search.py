"""Which notes of a zone answer a question, by words and meaning like messages.

Nobody writes thousands of notes, so they are read and compared when a question is asked: nothing about them is derived on disk that would have to be sealed,
forgotten and scanned too. Only vectors are kept, in memory, while the zone is open.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sqlmodel import col, select

from memory.database import Database
from memory.embeddings import Embedder, Vectors
from memory.lexical import stems
from memory.notes import KnownNote, Notes
from memory.retrieval import ENOUGH, Focus
from memory.tables import Conversation
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note, and how well it fits: its cosine and the share of the question's words it holds, rare words counting more."""

    note: KnownNote
    fit: float


class NoteSearch:
    """Over one zone's notes. Thread-safe: what is kept is only ever replaced."""

    def __init__(self, database: Database, zone: Zone, embedder: Embedder) -> None:
        """`zone` is the only zone these notes can be of."""
        self._database = database
        self._zone = zone
        self._embedder = embedder
        self._notes = Notes(database, zone)
        self._vectors: dict[str, Vectors] = {}

    def find(self, vector: Vectors, words: str, focus: Focus, rarity: Callable[[str], float]) -> list[FoundNote]:
        """Those that fit well enough to answer, best first. `rarity` says how much a stem tells in this zone."""
        notes = self._within(focus)
        if not notes:
            return []
        self._embed(notes)
        asked = {stem: rarity(stem) for stem in set(stems(words))}
        possible = sum(asked.values()) or 1.0
        found = []
        for one in notes:
            held = sum(asked[stem] for stem in asked.keys() & set(stems(one.text)))
            found.append(FoundNote(one, float(np.dot(self._vectors[one.id], vector)) + held / possible))
        return sorted((one for one in found if one.fit >= ENOUGH), key=lambda one: -one.fit)

    def close(self) -> None:
        """Let the vectors go."""
        self._vectors = {}

    def _within(self, focus: Focus) -> list[KnownNote]:
        """Notes about whom the question is about, or about nobody in particular, of when it is about."""
        notes = self._notes.all()
        if focus.then_only and focus.during:
            start, end = focus.during
            notes = [one for one in notes if start <= one.created_at < end]
        if not (notes and focus.only):
            return notes
        mine = (Conversation.staff_id == self._zone.staff_id, col(Conversation.id).in_(focus.conversations))
        with self._database.reading() as session:
            about = {None, *session.exec(select(Conversation.customer_id).where(*mine))}
        return [one for one in notes if one.customer_id in about]

    def _embed(self, notes: list[KnownNote]) -> None:
        kept = self._vectors
        new = [one for one in notes if one.id not in kept]
        made = self._embedder.embed([one.text for one in new]) if new else ()
        self._vectors = kept | dict(zip((one.id for one in new), made, strict=True))
