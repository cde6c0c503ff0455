"""The shipped encoder and heads as floats again, so that training can go on from them: nobody kept the network they came from."""

import json
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

_PREFIX = "network."
_OF_A_LAYER = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
"""The order in which the exporter numbers the matrices of a layer."""


def encoder_weights(path: Path) -> dict[str, Tensor]:
    """The network's state without its heads, read from an encoder.onnx; as exact as eight bits are."""
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(str(path)).graph.initializer}
    state: dict[str, Tensor] = {}
    matrices: dict[int, str] = {}
    for name, array in stored.items():
        numbered = re.fullmatch(r"onnx::MatMul_(\d+)_quantized", name)
        if numbered:
            matrices[int(numbered.group(1))] = name.removesuffix("_quantized")
        elif name.startswith(_PREFIX) and name.endswith("_quantized"):
            state[name.removeprefix(_PREFIX).removesuffix("_quantized")] = _floats(stored, name.removesuffix("_quantized"))
        elif name.startswith(_PREFIX) and array.dtype == np.float32 and not name.endswith(("_scale", "_zero_point")):
            state[name.removeprefix(_PREFIX)] = torch.from_numpy(array.copy())
    for place, number in enumerate(sorted(matrices)):
        layer, part = divmod(place, len(_OF_A_LAYER))
        state[f"encoder.encoder.layer.{layer}.{_OF_A_LAYER[part]}.weight"] = _floats(stored, matrices[number]).T.contiguous()
    return state


def head_weights(directory: Path) -> dict[str, Tensor]:
    """The network's heads, read from heads.npz; how much they count against the n-grams is taken out again."""
    settings = json.loads((directory / "measures.json").read_text(encoding="utf-8"))["settings"]
    state = {}
    with np.load(directory / "heads.npz", allow_pickle=False) as stored:
        for name in ("objection", "reaction", "response"):
            factor = settings[name]["share"] * settings[name]["sharpness"]
            state[f"heads.{name}.weight"] = torch.from_numpy(stored[f"{name}.vectors"].astype(np.float32).T / factor)
            state[f"heads.{name}.bias"] = torch.from_numpy(stored[f"{name}.vectors_bias"].astype(np.float32) / factor)
    return state


def _floats(stored: dict[str, np.ndarray], name: str) -> Tensor:
    # Symmetrical weights lose their zero, which nothing reads, when each token gets a scale of its own.
    scale, zero = stored[f"{name}_scale"], stored.get(f"{name}_zero_point", np.zeros((), np.int8)).astype(np.float32)
    return torch.from_numpy(((stored[f"{name}_quantized"].astype(np.float32) - zero) * scale).astype(np.float32))
