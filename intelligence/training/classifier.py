"""Trains the turn classifier that ships with the package, from the labelled turns beside this file.

    python -m intelligence.training.classifier --out DIRECTORY [--networks DIRECTORY]

Two encoders learn: an English one and a multilingual one. One part of the scenarios in ten is left out: it measures, and chooses shares and
temperature. Then the English encoder is averaged with one that learnt the hard scenes only, which knows those better and ordinary chats worse.
Development only: `make train-classifier` installs what it needs into .venv-train. Two idle cores need about an hour. `--networks` keeps
trained networks; one that is there is read instead of trained again.
"""

import argparse
import json
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from intelligence.classifier import read
from intelligence.glossary import bundled
from intelligence.training.turn_learners import ENGLISH_LAYERS, ENGLISH_PIECES, LAYERS, Learner, english, multilingual
from intelligence.training.turn_measures import objection_report, plain_report, sharpness, surprise
from intelligence.training.turn_rows import CUSTOMER, MARKETER, Row, fold, rows
from intelligence.training.word_pieces import counted
from intelligence.turn_encoder import NAMES, BothEncoders
from intelligence.turn_model import Floats, Linear, PairEncoder, TurnFeatures, TurnModel, grams_linear
from intelligence.vocabulary import NONE, REACTIONS
from intelligence.vocabulary import bundled as vocabulary

LABELS = {"objection": (NONE, *vocabulary().objections), "reaction": REACTIONS, "response": tuple(vocabulary().responses)}
ROLES = {"objection": CUSTOMER, "reaction": CUSTOMER, "response": MARKETER}
EPOCHS = 8
FOLDS = 10
NOT_SCENES = ("long_*", "ordinary_*", "hard_*", "discovery_*", "subtle_*")
"""Files that the English encoder of hard scenes does not learn."""
SHARES = tuple((round((1 - grams) / 2, 2), round((1 - grams) / 2, 2), grams) for grams in (0.1, 0.2, 0.3, 0.4, 0.5))
"""Of the English encoder, the multilingual one, as much, and the n-grams."""
THRESHOLD, SECOND = 0.5, 0.6
"""Probabilities are calibrated, so that a turn holds an objection where one is more likely than none."""


def main() -> None:
    """Train, measure on held-out scenarios, write encoders.npz, heads.npz, config.json and measures.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--networks", type=Path)
    asked = parser.parse_args()
    every = rows()
    kept = [row for row in every if fold(row.scenario, FOLDS) == 0]
    others = [row for row in every if fold(row.scenario, FOLDS) != 0]
    scenes = [row for row in others if not any(fnmatch(row.source, pattern) for pattern in NOT_SCENES)]
    asked.out.mkdir(parents=True, exist_ok=True)

    def learnt(learner: Learner, name: str, of: Sequence[Row]) -> Learner:
        learner.learn(of, LABELS, epochs=EPOCHS, saved=asked.networks / f"{name}.pt" if asked.networks else None)
        return learner

    both = (learnt(english(LABELS), "english", others), learnt(multilingual(every, LABELS), "multilingual", others))
    grams = grams_models(others)
    write_encoders(asked.out, both, every)
    settings, measures = held_out(asked.out, [one.heads() for one in both], grams, kept)
    both[0].meet(learnt(english(LABELS), "scenes", scenes).moved())
    write_encoders(asked.out, both, every)
    models = assemble([one.heads() for one in both], grams, settings)
    arrays = {key: array for name, model in models.items() for key, array in model.arrays(name).items()}
    np.savez_compressed(asked.out / "heads.npz", **arrays)
    config = {"own_encoder": True, "decision": {"objection": THRESHOLD, "second": SECOND}}
    (asked.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (asked.out / "measures.json").write_text(json.dumps({"settings": settings, **measures}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"settings": settings, **measures}, indent=1))


def write_encoders(folder: Path, both: Sequence[Learner], turns: Sequence[Row]) -> None:
    """Both graphs with their vocabularies, compressed."""
    texts = counted(turns, ("en",)) + counted(turns, (), bundled().english)
    parts = (both[0].encoder(texts, layers=ENGLISH_LAYERS, pieces=ENGLISH_PIECES), both[1].encoder(texts, layers=LAYERS))
    stored = {f"{name}.graph": np.frombuffer(graph, np.uint8) for name, (graph, _) in zip(NAMES, parts, strict=True)}
    stored |= {f"{name}.vocabulary": np.frombuffer(words.encode(), np.uint8) for name, (_, words) in zip(NAMES, parts, strict=True)}
    np.savez_compressed(folder / "encoders.npz", **stored)


class _NoVectors:
    """For models that read n-grams only."""

    def encode(self, texts: Sequence[str], _contexts: Sequence[str]) -> Floats:
        return np.empty((len(texts), 0), dtype=np.float32)


def features(encoder: PairEncoder, of: list[Row]) -> TurnFeatures:
    """As at run time, the quantized encoder included."""
    return read(encoder, bundled(), [row.text for row in of], [row.context for row in of])


def wanted(name: str, of: list[Row]) -> list[tuple[str, ...]]:
    """The labels of each turn for one question."""
    if name == "objection":
        return [row.objections or (NONE,) for row in of]
    return [(row.reaction if name == "reaction" else row.response,) for row in of]


def grams_models(of: list[Row]) -> dict[str, Linear]:
    """For each question a model over n-grams, learnt from these turns."""
    models = {}
    for name, labels in LABELS.items():
        mine = [row for row in of if row.role == ROLES[name]]
        models[name] = grams_linear(features(_NoVectors(), mine), wanted(name, mine), labels)
    return models


def assemble(heads: Sequence[dict[str, Linear]], grams: dict[str, Linear], settings: dict[str, Any]) -> dict[str, TurnModel]:
    """The networks' heads, over both vectors side by side, joined by the n-gram models."""
    models = {}
    for name, labels in LABELS.items():
        factor = settings[name]["sharpness"]
        *shares, of_grams = (share * factor for share in settings[name]["shares"])
        scaled = [one[name].scaled(share) for one, share in zip(heads, shares, strict=True)]
        joined = Linear(np.vstack([one.weights for one in scaled]), np.sum([one.bias for one in scaled], axis=0))
        models[name] = TurnModel(labels, joined, grams[name].scaled(of_grams))
    return models


def held_out(folder: Path, heads: Sequence[dict[str, Linear]], grams: dict[str, Linear], kept: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Choose shares, sharpness and threshold on scenarios nothing was learnt from, and say what they give there."""
    settings: dict[str, Any] = {}
    measures: dict[str, Any] = {}
    encoders = BothEncoders.load(folder / "encoders.npz", bundled())
    for name, labels in LABELS.items():
        mine = [row for row in kept if row.role == ROLES[name]]
        seen = features(encoders, mine)
        width = seen.vectors.shape[1] // 2
        said = [heads[0][name].opinions(seen.vectors[:, :width]), heads[1][name].opinions(seen.vectors[:, width:]), grams[name].opinions(seen.grams)]
        gold = [row[0] for row in wanted(name, mine)]
        target = np.array([labels.index(one) for one in gold])
        opinions = {shares: np.tensordot(shares, said, 1) for shares in SHARES}
        factors = {shares: sharpness(one, target) for shares, one in opinions.items()}
        shares = min(SHARES, key=lambda one: surprise(opinions[one] * factors[one], target))
        settings[name] = {"shares": shares, "sharpness": round(factors[shares], 3)}
        scores = np.exp(opinions[shares] * factors[shares])
        scores /= scores.sum(axis=1, keepdims=True)
        if name == "objection":
            measures[name] = objection_report(mine, scores, labels, THRESHOLD)
        else:
            measures[name] = plain_report(mine, gold, scores, labels)
    return settings, measures


if __name__ == "__main__":
    main()
