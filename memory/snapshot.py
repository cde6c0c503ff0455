"""What recall holds of an open zone: its messages as columns, their blinded words, and their vectors while the zone is of ordinary size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from memory.embeddings import Vectors
from memory.index_rows import Indexed
from memory.lexical import Bm25

_SAME_TALK = np.timedelta64(timedelta(hours=8))
"""A longer silence ends a talk: the next message is no neighbour."""
_A_DAY = np.timedelta64(1, "D")
_PER_MESSAGE = 400
"""Bytes of a message's id, thread and place, roughly."""
_Any = TypeVar("_Any")


@dataclass(frozen=True)
class Snapshot:
    """Immutable: what arrives makes a new one."""

    of: Indexed

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each message stands."""
        return {one: at for at, one in enumerate(self.of.ids)}

    @cached_property
    def number_of(self) -> dict[str, int]:
        """A number for each conversation: thousands of comparisons of ids would take as long as all the rest of a question."""
        return {one: number for number, one in enumerate(dict.fromkeys(self.of.threads))}

    @cached_property
    def thread(self) -> NDArray[np.int64]:
        """The number of the conversation of each message."""
        return np.array([self.number_of[one] for one in self.of.threads], dtype=np.int64)

    @cached_property
    def from_customer(self) -> NDArray[np.bool_]:
        """Whether the customer wrote a message."""
        return np.array([role == "customer" for role in self.of.roles], dtype=np.bool_)

    def within(self, conversations: Iterable[str]) -> NDArray[np.bool_]:
        """Whether a message is of one of these conversations."""
        return np.isin(self.thread, [self.number_of[one] for one in conversations if one in self.number_of])

    @cached_property
    def joined(self) -> NDArray[np.bool_]:
        """Whether message i + 1 continues the talk of message i."""
        thread, sent = self.thread, self.of.sent_at
        return np.asarray((thread[1:] == thread[:-1]) & (sent[1:] - sent[:-1] <= _SAME_TALK), dtype=np.bool_)

    @cached_property
    def words(self) -> Bm25:
        """The word index."""
        return Bm25(self.of.words, self.joined)

    @cached_property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return self.of.vectors.nbytes + 3 * sum(map(len, self.of.words)) + _PER_MESSAGE * len(self.of.ids)

    def during(self, span: tuple[datetime, datetime] | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether a message was sent in a span of time, and whether in it or within a day of it; nowhere when there is no span."""
        if span is None:
            nowhere = np.zeros(len(self.of.ids), dtype=np.bool_)
            return nowhere, nowhere
        sent, (first, end) = self.of.sent_at, map(_plain, span)
        return (sent >= first) & (sent < end), (sent + _A_DAY >= first) & (sent - _A_DAY < end)

    def nearest(self, vector: Vectors, k: int, allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The cosine of every message allowed to one vector [dimensions], clipped to [0, 1]; 0 for all but the k nearest. Exact."""
        # Not `@`: it hands so short a job to several threads, which wait for each other whenever the machine is busy.
        cosines = np.einsum("ij,j->i", self.of.vectors, vector)
        scores: NDArray[np.float64] = np.clip(cosines, 0.0, 1.0).astype(np.float64) * allowed
        if k < len(scores):
            scores[np.argpartition(-scores, k)[k:]] = 0.0
        return scores

    def having(self, added: Indexed) -> "Snapshot":
        """With these messages, which take the place of older copies of themselves."""
        fresh = set(added.ids)
        kept = [at for at, one in enumerate(self.of.ids) if one not in fresh]
        ids = _joined(self.of.ids, kept, added.ids)
        threads = _joined(self.of.threads, kept, added.threads)
        sent_at = np.concatenate([self.of.sent_at[kept], added.sent_at])
        stored_at = np.concatenate([self.of.stored_at[kept], added.stored_at])
        roles, words = _joined(self.of.roles, kept, added.roles), _joined(self.of.words, kept, added.words)
        vectors = np.concatenate([self.of.vectors[kept], added.vectors]) if len(added.vectors) else added.vectors
        order = np.lexsort((np.array(ids), stored_at, sent_at, np.array(threads))).tolist()
        return Snapshot(
            Indexed(
                ids=[ids[at] for at in order],
                threads=[threads[at] for at in order],
                roles=[roles[at] for at in order],
                sent_at=sent_at[order],
                stored_at=stored_at[order],
                words=[words[at] for at in order],
                vectors=vectors[order] if len(vectors) else vectors,
            ),
        )


def _joined(old: Sequence[_Any], kept: Sequence[int], new: Sequence[_Any]) -> list[_Any]:
    return [*(old[at] for at in kept), *new]


def _plain(moment: datetime) -> np.datetime64:
    """As times are held here: UTC without saying so."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
