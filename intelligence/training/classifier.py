"""Train the turn classifier from the bundled labelled turns and write its weights."""

import argparse
import json
from pathlib import Path

import numpy as np

from intelligence.training.turn_rows import CUSTOMER, MARKETER, rows
from intelligence.turn_model import EmbeddedPairs, TurnFeatures, TurnModel
from intelligence.vocabulary import NONE
from memory.embeddings import OnnxEmbedder


def main() -> None:
    """Fit every head and write heads.npz and config.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    encoder = EmbeddedPairs(OnnxEmbedder())
    labelled = rows()
    customers = [row for row in labelled if row.role == CUSTOMER]
    marketers = [row for row in labelled if row.role == MARKETER]
    print(f"{len(customers)} customer turns, {len(marketers)} marketer turns")
    heard = TurnFeatures.of(encoder, [row.text for row in customers], [row.context for row in customers])
    told = TurnFeatures.of(encoder, [row.text for row in marketers], [row.context for row in marketers])
    models = {
        "objection": TurnModel.fit(heard, [row.objections or (NONE,) for row in customers]),
        "reaction": TurnModel.fit(heard, [(row.reaction,) for row in customers]),
        "response": TurnModel.fit(told, [(row.response,) for row in marketers]),
    }
    out.mkdir(parents=True, exist_ok=True)
    arrays = {key: array for name, model in models.items() for key, array in model.arrays(name).items()}
    np.savez_compressed(out / "heads.npz", **arrays)
    (out / "config.json").write_text(json.dumps({"decision": {"objection": 0.6, "second": 0.6}}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
