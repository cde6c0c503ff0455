"""A trained turn encoder, without its heads, as an int8 graph whose weights take six bits."""

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from intelligence.training.quantized_graph import WIDTH, Array, Graph

_BITS = 6


def built(weights: Mapping[str, Array], *, layers: int) -> bytes:
    """Weights by the names that transformers gives a BERT model.

    Pieces of turns of one length, and whether they belong to the context, become the mean over the turn's own pieces beside the first piece.
    """
    graph = Graph(_BITS)
    x = graph.embedded("ids", weights["embeddings.word_embeddings.weight"], weights["embeddings.position_embeddings.weight"])
    x = graph.node("Add", x, graph.node("Gather", graph.constant("kinds.embeddings", weights["embeddings.token_type_embeddings.weight"]), "kinds"))
    x = graph.transformed(graph.normalized(x, "embeddings.LayerNorm", weights), weights, layers)
    last, tokens = graph.constant("last", np.array([-1])), graph.constant("tokens_axis", np.array([1]))
    theirs = graph.node("Cast", graph.node("Unsqueeze", "kinds", last), to=TensorProto.FLOAT)
    own = graph.node("Sub", graph.constant("whole", np.float32(1)), theirs)
    summed = graph.node("ReduceSum", graph.node("Mul", x, own), tokens, keepdims=0)
    mean = graph.node("Div", summed, graph.node("ReduceSum", own, tokens, keepdims=0))
    first = graph.node("Squeeze", graph.node("Gather", x, graph.constant("first", np.array([0])), axis=1), tokens)
    graph.node("Concat", mean, first, axis=1)
    return graph.model("turns", ("ids", "kinds"), "vector", 2 * WIDTH).SerializeToString()
