"""Writes the trained network as an int8 ONNX graph with its configuration."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from intelligence.ner import Thresholds
from intelligence.training.examples import LABELS
from intelligence.training.network import Tagger
from intelligence.training.token_scales import by_row, per_token
from intelligence.word_features import FLAGS, LETTERS

_WORDS = "encoder.embeddings.word_embeddings.weight"
_EXACT = frozenset({_WORDS, "encoder.embeddings.position_embeddings.weight"})
"""Tables whose rows differ so much in size that one scale for all would leave some a handful of levels."""
_TEXT = {0: "texts", 1: "pieces"}


def to_onnx(network: Tagger, path: Path, *, quantized: bool = True) -> None:
    """Export the graph, by default with 8-bit weights and a scale a token."""
    network.eval()
    shape = (2, 6)
    inputs = {
        "ids": torch.ones(shape, dtype=torch.int64),
        "mask": torch.ones(shape, dtype=torch.int64),
        "shape": torch.ones(shape, dtype=torch.int64),
        "case": torch.ones(shape, dtype=torch.int64),
        "flags": torch.ones((*shape, len(FLAGS))),
        "letters": torch.ones((*shape, LETTERS), dtype=torch.int64),
        "first": torch.ones((2, 4), dtype=torch.int64),
    }
    axes = dict.fromkeys(inputs, _TEXT) | {"first": {0: "texts", 1: "words"}, "logits": {0: "texts", 1: "words"}}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            str(full),
            input_names=list(inputs),
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        if quantized:
            exact = [node.name for node in onnx.load(str(full)).graph.node if _EXACT.intersection(node.input)]
            quantize_dynamic(full, path, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=exact)
            onnx.save(by_row(per_token(onnx.load(str(path))), _WORDS), path)
        else:
            path.write_bytes(full.read_bytes())


def write_config(directory: Path, thresholds: dict[str, Thresholds]) -> None:
    """Write labels and thresholds beside the weights."""
    config = {
        "labels": list(LABELS),
        "thresholds": {label: asdict(both) for label, both in thresholds.items()},
    }
    (directory / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
