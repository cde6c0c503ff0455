"""Rewrites an int8 graph so that each token has a scale of its own: what is read no longer depends on what else is in the batch.

    python -m intelligence.training.token_scales model.onnx

The usual dynamic quantisation scales all activations of a run by the largest of them: one odd token costs all others their precision, and the same text
gets another answer with every other company. Here each row of a matrix is divided by its own largest value. Weights and their names stay as they are.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

ONNXRUNTIME = "com.microsoft"
"""Domain of the product of integers that comes out as floats."""
_OPSET = 17
"""Later ones take the axes of a reduction as an input."""
_LEVELS, _MIDDLE, _TINY = 127, 128, 1e-10
_DYNAMIC = "DynamicQuantizeLinear"
_KEEPS_VALUES = ("Reshape", "Transpose")


def per_token(model: onnx.ModelProto) -> onnx.ModelProto:
    """A graph with a scale a token, from what `onnxruntime.quantization.quantize_dynamic` makes of a float graph.

    The input of a convolution gets the scale of the table it was read from, which is exact. ValueError for any other.
    """
    if _OPSET not in {one.version for one in model.opset_import if not one.domain}:
        raise ValueError(f"the graph is not of opset {_OPSET}: export it with that one")
    made = onnx.ModelProto()
    made.CopyFrom(model)
    rewriting = _Rewriting(made.graph)
    nodes = [new for node in model.graph.node for new in rewriting.replaced(node)]
    del made.graph.node[:]
    made.graph.node.extend(nodes)
    made.graph.initializer.extend(rewriting.constants())
    _drop_unused(made.graph)
    if ONNXRUNTIME not in {one.domain for one in made.opset_import}:
        made.opset_import.append(helper.make_opsetid(ONNXRUNTIME, 1))
    onnx.checker.check_model(made)
    return made


def by_row(model: onnx.ModelProto, table: str) -> onnx.ModelProto:
    """A graph whose float table of embeddings is int8 with a scale a row: one for all rows would cost the usual words most of their levels."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    (stored,) = [one for one in made.graph.initializer if one.name == table]
    values = numpy_helper.to_array(stored)
    scales = np.maximum(np.abs(values).max(axis=1, keepdims=True), _TINY).astype(np.float32) / np.float32(_LEVELS)
    made.graph.initializer.remove(stored)
    made.graph.initializer.extend(
        (
            numpy_helper.from_array(np.round(values / scales).astype(np.int8), f"{table}_quantized"),
            numpy_helper.from_array(scales, f"{table}_scale"),
        )
    )
    nodes = [new for node in made.graph.node for new in (_looked_up(node, table) if table in node.input else [node])]
    del made.graph.node[:]
    made.graph.node.extend(nodes)
    return made


def _looked_up(node: onnx.NodeProto, table: str) -> Iterator[onnx.NodeProto]:
    if node.op_type != "Gather":
        raise ValueError(f"{node.name} reads {table} otherwise than row by row")
    (ids,), (found,) = [name for name in node.input if name != table], node.output
    yield helper.make_node("Gather", [f"{table}_quantized", ids], [f"{found}.bytes"], name=f"{node.name}.bytes")
    yield helper.make_node("Gather", [f"{table}_scale", ids], [f"{found}.scales"], name=f"{node.name}.scales")
    yield helper.make_node("Cast", [f"{found}.bytes"], [f"{found}.levels"], name=f"{node.name}.levels", to=onnx.TensorProto.FLOAT)
    yield helper.make_node("Mul", [f"{found}.levels", f"{found}.scales"], [found], name=f"{node.name}.values")


class _Rewriting:
    """What takes the place of each node of a graph."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._stored = {one.name: one for one in graph.initializer}
        self._by_output = {name: node for node in graph.node for name in node.output}
        self._readers: dict[str, list[onnx.NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self._readers.setdefault(name, []).append(node)
        self._dropped: set[str] = set()

    @staticmethod
    def constants() -> list[onnx.TensorProto]:
        """What the new nodes share."""
        values = {"one": np.float32(1), "middle": np.uint8(_MIDDLE), "levels": np.float32(_LEVELS), "tiny": np.float32(_TINY)}
        return [numpy_helper.from_array(np.asarray(value), f"token.{name}") for name, value in values.items()]

    def replaced(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        """The nodes in the place of this one, none if an earlier one did its work."""
        if node.output[0] in self._dropped:
            return
        if node.op_type == _DYNAMIC:
            yield from self._by_table(node) if self._is_for("ConvInteger", node) else _by_row(node)
        elif node.op_type == "MatMulInteger":
            yield from self._product(node)
        else:
            yield node

    def _product(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        """The integer product with the scales of the columns, times those of the rows."""
        cast = self._only_reader(node.output[0], "Cast")
        scaled = self._only_reader(cast.output[0], "Mul")
        quantizing, (scales,) = self._by_output[node.input[0]], [name for name in scaled.input if name != cast.output[0]]
        if quantizing.op_type != _DYNAMIC or numpy_helper.to_array(self._stored[node.input[3]]).any():
            raise ValueError(f"{node.name} is no product of dynamic bytes and symmetric weights: quantise with per_channel and QInt8")
        (columns,) = [name for name in self._by_output[scales].input if name in self._stored]
        self._dropped |= {cast.output[0], scaled.output[0]}
        product = f"{node.output[0]}.columns"
        yield helper.make_node(
            "MatMulIntegerToFloat",
            [node.input[0], node.input[1], "token.one", columns, "token.middle"],
            [product],
            name=node.name,
            domain=ONNXRUNTIME,
        )
        yield helper.make_node("Mul", [product, quantizing.output[1]], [scaled.output[0]], name=f"{node.name}.rows")

    def _by_table(self, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
        """Bytes in the scale of the table that the values were looked up in."""
        source = self._by_output[node.input[0]]
        while source.op_type in _KEEPS_VALUES:
            source = self._by_output[source.input[0]]
        if source.op_type != "DequantizeLinear":
            raise ValueError(f"{node.name} quantises what comes from no table: leave that convolution in floats")
        _, scale, zero = source.input
        yield helper.make_node("QuantizeLinear", [node.input[0], scale, zero], [node.output[0]], name=node.name)
        yield helper.make_node("Identity", [scale], [node.output[1]], name=f"{node.name}.scale")
        yield helper.make_node("Identity", [zero], [node.output[2]], name=f"{node.name}.zero")

    def _is_for(self, kind: str, node: onnx.NodeProto) -> bool:
        return any(reader.op_type == kind for reader in self._readers[node.output[0]])

    def _only_reader(self, name: str, kind: str) -> onnx.NodeProto:
        (reader,) = self._readers[name]
        if reader.op_type != kind:
            raise ValueError(f"{reader.name} is no {kind}: the graph was not made by quantize_dynamic, or already rewritten")
        return reader


def _by_row(node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """Unsigned bytes around the middle, and the scale of each row."""
    (x,), (rounded, scale, _) = node.input, node.output
    steps = (
        ("Abs", [x], f"{rounded}.sizes", {}),
        ("ReduceMax", [f"{rounded}.sizes"], f"{rounded}.largest", {"axes": [-1], "keepdims": 1}),
        ("Max", [f"{rounded}.largest", "token.tiny"], f"{rounded}.most", {}),
        ("Div", ["token.levels", f"{rounded}.most"], f"{rounded}.factor", {}),
        ("Mul", [x, f"{rounded}.factor"], f"{rounded}.scaled", {}),
        ("QuantizeLinear", [f"{rounded}.scaled", "token.one", "token.middle"], rounded, {}),
        ("Div", [f"{rounded}.most", "token.levels"], scale, {}),
    )
    for kind, inputs, output, attributes in steps:
        yield helper.make_node(kind, inputs, [output], name=f"{node.name}.{kind}.{output}", **attributes)


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Without nodes and weights that nothing reads any more."""
    wanted = {one.name for one in graph.output}
    kept: list[onnx.NodeProto] = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    initializers = [one for one in graph.initializer if one.name in wanted]
    del graph.initializer[:]
    graph.initializer.extend(initializers)


def main() -> None:
    """Rewrite the file that is named, in its place."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("graph", type=Path)
    path = arguments.parse_args().graph
    onnx.save(per_token(onnx.load(str(path))), path)


if __name__ == "__main__":
    main()
