"""Weights to go on from: a checkpoint of an earlier run, or the 8-bit graph that ships with the package."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

Arrays = dict[str, NDArray[np.generic]]
_QUANTIZED = "_quantized"


def load(network: nn.Module, path: Path) -> None:
    """Put the weights of a `network.pt`, a `model.onnx` or a directory with one into a network of the same shape.

    8-bit weights come back rounded, which one more round of training forgets. ValueError when a weight is missing.
    """
    if path.is_dir():
        path = next(found for name in ("network.pt", "model.onnx") if (found := path / name).exists())
    stored = torch.load(path, weights_only=True) if path.suffix == ".pt" else _from_graph(path)
    missing, _ = network.load_state_dict(stored, strict=False)
    if missing := [name for name in missing if not name.endswith("position_ids")]:
        raise ValueError(f"{path} has no {', '.join(missing[:3])}: it is no graph of this network, train without --start")


def _from_graph(path: Path) -> dict[str, Tensor]:
    """Return the weights under the names the network gives them."""
    graph = onnx.load(str(path)).graph
    arrays: Arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    weights = {name: array for name, array in arrays.items() if array.dtype == np.float32 and "::" not in name and "." in name}
    for name in arrays:
        # Embeddings and the convolution keep their names, matrices only that of the node that multiplies by them.
        if name.endswith(f".weight{_QUANTIZED}"):
            weights[name.removesuffix(_QUANTIZED)] = _rounded(arrays, name.removesuffix(_QUANTIZED))
    for node in graph.node:
        if node.op_type in {"MatMulInteger", "MatMulIntegerToFloat"} and node.input[1] in arrays:
            module = ".".join(node.name.split("/")[1:-1])
            weights[f"{module}.weight"] = _rounded(arrays, node.input[1].removesuffix(_QUANTIZED)).T
    named = {name.replace("/", "."): torch.from_numpy(np.array(array, np.float32)) for name, array in weights.items()}
    return {name.removeprefix("model."): tensor for name, tensor in named.items()}


def _rounded(arrays: Arrays, name: str) -> NDArray[np.float32]:
    # Symmetrical weights lose their zero, which nothing reads, when each token gets a scale of its own.
    scale, zero = arrays[f"{name}_scale"].astype(np.float32), arrays.get(f"{name}_zero_point", np.zeros((), np.int8)).astype(np.float32)
    return ((arrays[f"{name}{_QUANTIZED}"].astype(np.float32) - zero) * scale).astype(np.float32)
