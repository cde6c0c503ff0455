"""The network: MiniLM-L6 with case, lexicon and letter features added to its word embeddings."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from intelligence.word_features import ALPHABET_SIZE, FLAGS, SHAPES, TEXT_CASES

CHANNELS = 128


class Tagger(nn.Module):
    """Labels words. Inputs are those of `intelligence.ner.batch_inputs`; logits are [texts, words, classes]."""

    def __init__(self, weights: Path, classes: int) -> None:
        """Start from the encoder's weights; what is added starts near zero, so that training begins where the encoder is."""
        super().__init__()
        self.encoder = BertModel.from_pretrained(weights, add_pooling_layer=False, attn_implementation="eager")
        width = self.encoder.config.hidden_size
        self.shapes = nn.Embedding(len(SHAPES), width, padding_idx=0)
        self.cases = nn.Embedding(len(TEXT_CASES), width)
        self.flags = nn.Linear(len(FLAGS), width, bias=False)
        self.alphabet = nn.Embedding(ALPHABET_SIZE, 32, padding_idx=0)
        self.convolution = nn.Conv1d(32, CHANNELS, 3, padding=1)
        self.spelling = nn.Linear(CHANNELS, width, bias=False)
        self.dropout = nn.Dropout(0.15)
        self.hidden = nn.Linear(width + CHANNELS + len(FLAGS), width)
        self.out = nn.Linear(width, classes)
        for part in (self.shapes.weight, self.cases.weight, self.flags.weight, self.spelling.weight):
            nn.init.normal_(part, std=0.005)

    def forward(  # noqa: PLR0917 - the exported graph's inputs, in order
        self, ids: Tensor, mask: Tensor, shape: Tensor, case: Tensor, flags: Tensor, letters: Tensor, first: Tensor
    ) -> Tensor:
        """Return logits float32 [texts, words, classes]."""
        texts, pieces, size = letters.shape
        spelled = self.alphabet(letters).reshape(texts * pieces, size, 32).transpose(1, 2)
        spelled = torch.relu(self.convolution(spelled)).amax(dim=2).reshape(texts, pieces, CHANNELS)
        embedded = self.encoder.embeddings.word_embeddings(ids) + self.shapes(shape) + self.cases(case)
        embedded = embedded + self.flags(flags) + self.spelling(spelled)
        seen = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        joined = torch.cat([seen, spelled, flags], dim=2)
        words = joined.gather(1, first.unsqueeze(2).expand(-1, -1, joined.shape[2]))
        return self.out(self.dropout(nn.functional.gelu(self.hidden(self.dropout(words)))))
