"""Fine-tunes MiniLM-L6 on labelled turns, all three questions at once, and exports it as an int8 ONNX graph."""

import random
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from intelligence.training.turn_rows import CUSTOMER, Row
from intelligence.turn_encoder import padded, pairs
from intelligence.vocabulary import NONE

SEED = 0
BATCH = 32
PROGRESS = 20
"""Batches between two lines of progress."""
RATE = 1.5e-4
HEAD_RATE = 1e-3
SMOOTHING = 0.1
REACTION_WEIGHT = 0.8
GLOSSED = 0.75
"""Share of turns read through the glossary; the others as written, so that the encoder copes with both."""

REHEARSED = 0.4
"""When training goes on: share of the scenes learnt before that is read again in each epoch, so that they are not forgotten."""
FROZEN_LAYERS = 3
"""When training goes on: lower layers left as they are, which saves a third of the time."""
ON_RATE, ON_HEAD_RATE = 8e-5, 5e-4

Labels = dict[str, Sequence[str]]
Gloss = Callable[[str, str], str]
"""(text, language) -> text."""


class TurnNetwork(nn.Module):
    """Mean over the turn's own pieces beside the first piece: a vector of 768, and a linear head for each question."""

    def __init__(self, weights: Path, labels: Labels) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(weights, add_pooling_layer=False, attn_implementation="eager")
        self.dropout = nn.Dropout(0.2)
        width = 2 * self.encoder.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(words)) for name, words in labels.items()})

    def vector(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Float [turns, 768]."""
        seen = self.encoder(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
        own = (mask * (1 - kinds)).unsqueeze(-1).to(seen.dtype)
        return torch.cat([(seen * own).sum(1) / own.sum(1), seen[:, 0]], dim=1)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Logits [turns, labels] of each question."""
        vector = self.dropout(self.vector(ids, kinds, mask))
        return {name: head(vector) for name, head in self.heads.items()}


class _Exported(nn.Module):
    def __init__(self, network: TurnNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        return self.network.vector(ids, kinds, mask)


def train(rows: Sequence[Row], weights: Path, labels: Labels, gloss: Gloss, *, epochs: int) -> TurnNetwork:
    """Train from the general sentence encoder in `weights`; the seed is fixed."""
    torch.manual_seed(SEED)
    network = TurnNetwork(weights, labels)
    optimizer = torch.optim.AdamW(
        [{"params": network.encoder.parameters(), "lr": RATE}, {"params": network.heads.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
    )
    return _run(network, optimizer, weights, labels, gloss, lambda _: rows, epochs=epochs)


def train_on(  # noqa: PLR0917 - what is learnt, and from where
    fresh: Sequence[Row], known: Sequence[Row], state: dict[str, Tensor], weights: Path, labels: Labels, gloss: Gloss, *, epochs: int
) -> TurnNetwork:
    """Go on from a network's `state` with turns it has not seen, rehearsing some of those it has; only the upper layers move."""
    torch.manual_seed(SEED)
    network = TurnNetwork(weights, labels)
    network.load_state_dict(state)
    for part in (network.encoder.embeddings, *network.encoder.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(requires_grad=False)
    moving = [one for one in network.encoder.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW([{"params": moving, "lr": ON_RATE}, {"params": network.heads.parameters(), "lr": ON_HEAD_RATE}], weight_decay=0.01)
    again = round(REHEARSED * len(known))
    return _run(network, optimizer, weights, labels, gloss, lambda rng: [*fresh, *rng.sample(list(known), again)], epochs=epochs)


def _run(  # noqa: PLR0917 - what is learnt, and how
    network: TurnNetwork,
    optimizer: torch.optim.Optimizer,
    weights: Path,
    labels: Labels,
    gloss: Gloss,
    epoch_rows: Callable[[random.Random], Sequence[Row]],
    *,
    epochs: int,
) -> TurnNetwork:
    rng = random.Random(SEED)
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    steps = epochs * (len(epoch_rows(random.Random(SEED))) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / (0.1 * steps)) * max(0, 1 - step / steps))
    began = time.monotonic()
    for epoch in range(epochs):
        network.train()
        lost: list[float] = []
        for batch in _batches(epoch_rows(rng), rng):
            texts, contexts = zip(*(_varied(row, gloss, rng) for row in batch), strict=True)
            inputs = {name: torch.from_numpy(array) for name, array in padded(pairs(tokenizer, texts, contexts)).items()}
            loss = _loss(network(**inputs), batch, labels)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            lost.append(loss.item())
            if len(lost) % PROGRESS == 0:
                print(f"  {len(lost) * BATCH} turns, loss {sum(lost[-PROGRESS:]) / PROGRESS:.3f}, {time.monotonic() - began:.0f} s", flush=True)
        print(f"epoch {epoch + 1}/{epochs}: loss {sum(lost) / len(lost):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return network.eval()


def export(network: TurnNetwork, path: Path) -> None:
    """Write the encoder without its heads, weights in 8 bits."""
    network.eval()
    example = torch.ones((2, 6), dtype=torch.int64)
    axes = {name: {0: "turns", 1: "pieces"} for name in ("ids", "kinds", "mask")} | {"vector": {0: "turns"}}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            _Exported(network),
            (example, torch.zeros_like(example), example),
            str(full),
            input_names=["ids", "kinds", "mask"],
            output_names=["vector"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(full, path, weight_type=QuantType.QInt8, per_channel=True)


def _batches(rows: Sequence[Row], rng: random.Random) -> list[list[Row]]:
    """Turns of similar length together, in random order."""
    shuffled = rng.sample(list(rows), len(rows))
    batches = []
    for start in range(0, len(shuffled), BATCH * 16):
        near = sorted(shuffled[start : start + BATCH * 16], key=lambda row: len(row.text) + len(row.context))
        batches += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    return rng.sample(batches, len(batches))


def _varied(row: Row, gloss: Gloss, rng: random.Random) -> tuple[str, str]:
    text, context = row.text, row.context
    if rng.random() < GLOSSED:
        text, context = gloss(text, row.lang), gloss(context, row.lang)
    return _noisy(text, rng), "" if rng.random() < 0.1 else context


def _noisy(text: str, rng: random.Random) -> str:
    """Half of the texts as they are; others without accents, with typos, or with a word left out."""
    kind = rng.random()
    if kind < 0.5 or not text:
        return text
    if kind < 0.6:
        return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    if kind < 0.8:
        letters = list(text)
        for _ in range(max(1, len(letters) // 40)):
            at = rng.randrange(len(letters))
            letters[at] = rng.choice(["", letters[at] * 2, letters[at] + letters[at - 1]])
        return "".join(letters)
    words = text.split()
    for _ in range(max(1, len(words) // 10) if len(words) > 5 else 0):
        words.pop(rng.randrange(len(words)))
    return " ".join(words)


def _loss(answers: dict[str, Tensor], batch: Sequence[Row], labels: Labels) -> Tensor:
    customers = [at for at, row in enumerate(batch) if row.role == CUSTOMER]
    marketers = [at for at, row in enumerate(batch) if row.role != CUSTOMER]
    share = len(customers) / len(batch)
    loss = torch.zeros(())
    if customers:
        objections = [_raised(batch[at], labels["objection"]) for at in customers]
        reactions = torch.tensor([labels["reaction"].index(batch[at].reaction) for at in customers])
        objection = nn.functional.cross_entropy(answers["objection"][customers], torch.tensor(objections), label_smoothing=SMOOTHING)
        reaction = nn.functional.cross_entropy(answers["reaction"][customers], reactions, label_smoothing=SMOOTHING)
        loss = loss + share * (objection + REACTION_WEIGHT * reaction)
    if marketers:
        responses = torch.tensor([labels["response"].index(batch[at].response) for at in marketers])
        loss = loss + (1 - share) * nn.functional.cross_entropy(answers["response"][marketers], responses, label_smoothing=SMOOTHING)
    return loss


def _raised(row: Row, words: Sequence[str]) -> list[float]:
    """The wanted distribution over objections: each further one counts half of the one before."""
    raised = row.objections or (NONE,)
    weights = {label: 1 / 2**place for place, label in enumerate(raised)}
    return [weights.get(word, 0.0) / sum(weights.values()) for word in words]
