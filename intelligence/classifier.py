"""What a chat turn is: the customer's objection and reaction, the marketer's response, read together with the turn before it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from zipfile import BadZipFile

import numpy as np

from intelligence.glossary import Glossaries, bundled
from intelligence.turn_encoder import BothEncoders
from intelligence.turn_features import CONTEXT_CHARACTERS, MAX_CHARACTERS, ngrams
from intelligence.turn_model import EmbeddedPairs, Floats, PairEncoder, TurnFeatures, TurnModel
from intelligence.vocabulary import NONE
from memory.embeddings import Embedder
from memory.errors import ModelFileWrong

DIRECTORY = Path(__file__).parent / "models" / "turns"
BATCH = 64


@dataclass(frozen=True, slots=True)
class CustomerTurn:
    """What a customer's turn does to the sale."""

    objection: str
    """The main objection, or "none"."""
    objections: tuple[tuple[str, float], ...]
    """Every objection raised with its probability, best first; empty when there is none."""
    reaction: str
    reaction_scores: Mapping[str, float]
    """The probability of each reaction."""


@dataclass(frozen=True, slots=True)
class MarketerTurn:
    """What a marketer's turn tries."""

    response: str
    scores: Mapping[str, float]
    """The probability of each response."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How probabilities become labels, chosen on held-out scenarios."""

    objection: float
    """From which probability of any objection at all a turn is said to hold one."""
    second: float
    """From which share of the main objection's probability a further one is said to be raised too."""


class TurnClassifier:
    """Deterministic and thread-safe: nothing is kept between calls."""

    def __init__(
        self, encoder: PairEncoder, models: Mapping[str, TurnModel], decision: Decision, glossaries: Glossaries | None = None, *, version: str = ""
    ) -> None:
        """`models` are "objection", "reaction" and "response"; `glossaries` are those the models were trained with (default: the bundled ones).

        `version` names the weights: what was read with other weights is read again.
        """
        self.version = version
        self._encoder = encoder
        self._objection, self._reaction, self._response = models["objection"], models["reaction"], models["response"]
        self._decision = decision
        self._glossaries = glossaries or bundled()

    @classmethod
    def load(cls, embedder: Embedder, directory: Path | None = None) -> "TurnClassifier":
        """Read the weights in `directory` (default: the bundled ones); weights without an encoder of their own stand on `embedder`.

        Raises ModelFileWrong.
        """
        source = directory or DIRECTORY
        try:
            config = json.loads((source / "config.json").read_text(encoding="utf-8"))
            with np.load(source / "heads.npz", allow_pickle=False) as stored:
                arrays = dict(stored)
            models = {name: TurnModel.load(arrays, name) for name in ("objection", "reaction", "response")}
            decision = Decision(**config["decision"])
            encoder = BothEncoders.load(source / "encoders.npz", bundled()) if config.get("own_encoder", False) else EmbeddedPairs(embedder)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            msg = f"The turn classifier in {source} cannot be read: install the package again, or train it with make train-classifier."
            raise ModelFileWrong(msg) from error
        weights = b"".join((source / name).read_bytes() for name in ("config.json", "heads.npz"))  # heads are fitted on their encoder: a new one changes them
        return cls(encoder, models, decision, version=hashlib.sha256(weights).hexdigest()[:12])

    def customer(self, texts: Sequence[str], contexts: Sequence[str]) -> list[CustomerTurn]:
        """Read customers' turns; `contexts` are the turns they answer, "" where nothing was said before."""
        found: list[CustomerTurn] = []
        for features in self._batches(texts, contexts):
            found += [
                self._customer_turn(objections, reactions)
                for objections, reactions in zip(self._objection.scores(features), self._reaction.scores(features), strict=True)
            ]
        return found

    def marketer(self, texts: Sequence[str], contexts: Sequence[str]) -> list[MarketerTurn]:
        """Read marketers' turns; `contexts` are the turns they answer, "" where nothing was said before."""
        found: list[MarketerTurn] = []
        for features in self._batches(texts, contexts):
            for row in self._response.scores(features):
                scores = _named(self._response.labels, row)
                found.append(MarketerTurn(max(scores, key=scores.__getitem__), scores))
        return found

    def _batches(self, texts: Sequence[str], contexts: Sequence[str]) -> Iterator[TurnFeatures]:
        if len(texts) != len(contexts):
            msg = f"{len(texts)} texts came with {len(contexts)} contexts: give one context for each text, empty where there is none."
            raise ValueError(msg)
        for start in range(0, len(texts), BATCH):
            yield read(self._encoder, self._glossaries, texts[start : start + BATCH], contexts[start : start + BATCH])

    def _customer_turn(self, objections: Floats, reactions: Floats) -> CustomerTurn:
        scores = _named(self._objection.labels, objections)
        ranked = sorted(((label, score) for label, score in scores.items() if label != NONE), key=lambda one: -one[1])
        if 1 - scores[NONE] < self._decision.objection:
            raised: tuple[tuple[str, float], ...] = ()
        else:
            raised = tuple((label, score) for label, score in ranked if score >= self._decision.second * ranked[0][1])
        by_reaction = _named(self._reaction.labels, reactions)
        return CustomerTurn(raised[0][0] if raised else NONE, raised, max(by_reaction, key=by_reaction.__getitem__), by_reaction)


def read(encoder: PairEncoder, glossaries: Glossaries, texts: Sequence[str], contexts: Sequence[str]) -> TurnFeatures:
    """Features of turns as the models were trained on them: cut to what is read; n-grams of other languages through the glossary."""
    said = [text[:MAX_CHARACTERS] for text in texts]
    heard = [context[-CONTEXT_CHARACTERS:] for context in contexts]
    return TurnFeatures(encoder.encode(said, heard), ngrams(*glossaries.in_english(said, heard)))


def _named(labels: Sequence[str], scores: Floats) -> Mapping[str, float]:
    return MappingProxyType({label: round(float(score), 6) for label, score in zip(labels, scores, strict=True)})
