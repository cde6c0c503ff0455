"""Graphs of int8 transformers: weights with a scale a column, activations with a scale a token.

The usual dynamic quantisation scales all tokens of a batch alike: a text would get another vector with every other company, and one odd token would cost all
others their precision.
"""

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

WIDTH, HEADS = 384, 12
_ONNXRUNTIME = "com.microsoft"
_LEVELS = 127
Array = NDArray[np.float32]


class Graph:
    """A graph under construction: each method adds nodes and returns the name of what they give."""

    def __init__(self, bits: int = 8) -> None:
        """`bits` of a weight that are used: fewer make no smaller graph, but one that is stored in less when it is compressed."""
        self._weight_levels = 2 ** (bits - 1) - 1
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
        scales = np.abs(weights).max(1) / self._weight_levels
        whole = np.round(weights / scales[:, None]).astype(np.int8)
        bytes_, row_scales = self.quantized(x)
        matrix, columns = self.constant(f"{name}.weight", whole.T), self.constant(f"{name}.scales", scales.astype(np.float32))
        product = self.node("MatMulIntegerToFloat", bytes_, matrix, self._one(), columns, self._middle(), domain=_ONNXRUNTIME)
        return self.node("Add", self.node("Mul", product, row_scales), self.constant(f"{name}.bias", bias))

    def normalized(self, x: str, name: str, weights: Mapping[str, Array]) -> str:
        """Layer normalisation."""
        scale, bias = (self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)

    def embedded(self, ids: str, words: Array, places: Array) -> str:
        """Embeddings of pieces [texts, tokens], in 8 bits with a scale a piece, with those of their places added."""
        scales = np.maximum(np.abs(words).max(1, keepdims=True), 1e-10) / self._weight_levels
        rows = self.node("Gather", self.constant("words", np.round(words / scales).astype(np.int8)), ids)
        row_scales = self.node("Gather", self.constant("words.scales", scales.astype(np.float32)), ids)
        said = self.node("Mul", self.node("Cast", rows, to=TensorProto.FLOAT), row_scales)
        length = self.node("Shape", ids, start=1)
        return self.node("Add", said, self.node("Slice", self.constant("places", places), self.constant("first", np.array([0])), length))

    def transformed(self, x: str, weights: Mapping[str, Array], layers: int) -> str:
        """What `layers` layers of a BERT make of x; every text of the batch is of one length, so that no mask is needed."""
        for number in range(layers):
            layer = f"encoder.layer.{number}"
            attended = self._linear(self._attention(x, layer, weights), f"{layer}.attention.output.dense", weights)
            x = self.normalized(self.node("Add", attended, x), f"{layer}.attention.output.LayerNorm", weights)
            wide = self.node("Gelu", self._linear(x, f"{layer}.intermediate.dense", weights), domain=_ONNXRUNTIME)
            narrow = self._linear(wide, f"{layer}.output.dense", weights)
            x = self.normalized(self.node("Add", narrow, x), f"{layer}.output.LayerNorm", weights)
        return x

    def model(self, name: str, inputs: tuple[str, ...], output: str, width: int) -> onnx.ModelProto:
        """The finished graph: inputs int64 [texts, tokens]; its last node gives the vectors."""
        self._nodes[-1].output[0] = output
        given = [helper.make_tensor_value_info(one, TensorProto.INT64, ["texts", "tokens"]) for one in inputs]
        outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["texts", width])]
        graph = helper.make_graph(self._nodes, name, given, outputs, list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_ONNXRUNTIME, 1)], ir_version=8)
        onnx.checker.check_model(model)
        return model

    def _attention(self, x: str, layer: str, weights: Mapping[str, Array]) -> str:
        split = self.constant("heads", np.array([0, 0, HEADS, WIDTH // HEADS]))
        query, key, value = (
            self.node("Transpose", self.node("Reshape", self._linear(x, f"{layer}.attention.self.{part}", weights), split), perm=order)
            for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
        )
        scale = self.constant("attention.scale", np.float32((WIDTH // HEADS) ** -0.5))
        shares = self.node("Softmax", self.node("Mul", self.node("MatMul", query, key), scale), axis=-1)
        joined = self.node("Transpose", self.node("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self.node("Reshape", joined, self.constant("joined", np.array([0, 0, WIDTH])))

    def _linear(self, x: str, name: str, weights: Mapping[str, Array]) -> str:
        return self.linear(x, name, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def _one(self) -> str:
        return self.constant("one", np.float32(1))

    def _middle(self) -> str:
        return self.constant("middle", np.uint8(128))
