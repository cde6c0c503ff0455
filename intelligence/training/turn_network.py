"""Fine-tunes an encoder on labelled turns, all three questions at once."""

import os
import random
import time
import unicodedata
from collections.abc import Callable, Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from intelligence.training.turn_rows import CUSTOMER, Row
from intelligence.turn_encoder import padded, pairs
from intelligence.vocabulary import NONE

SEED = 0
BATCH = 32
PROGRESS = 50
"""Batches between two lines of progress."""
HEAD_RATE = 1e-3
SMOOTHING = 0.1
REACTION_WEIGHT = 0.8
Labels = dict[str, Sequence[str]]
Gloss = Callable[[str, str], str]
"""(text, language) -> text."""


class TurnNetwork(nn.Module):
    """Mean over the turn's own pieces beside the first piece: a vector of 768, and a linear head for each question."""

    def __init__(self, encoder: BertModel, labels: Labels) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.2)
        width = 2 * self.encoder.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(words)) for name, words in labels.items()})

    def vector(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Float [turns, 768]."""
        seen = self.encoder(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state.float()
        own = (mask * (1 - kinds)).unsqueeze(-1).to(seen.dtype)
        return torch.cat([(seen * own).sum(1) / own.sum(1), seen[:, 0]], dim=1)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Logits [turns, labels] of each question."""
        vector = self.dropout(self.vector(ids, kinds, mask))
        return {name: head(vector) for name, head in self.heads.items()}


def train(network: TurnNetwork, rows: Sequence[Row], tokenizer: Tokenizer, labels: Labels, gloss: Gloss, *, glossed: float, rate: float, epochs: int) -> None:
    """Train what asks for it; the seed is fixed. `glossed` is the share of turns read through the glossary; the others stay as written."""
    torch.manual_seed(SEED)
    torch.set_num_threads(os.cpu_count() or 1)
    rng = random.Random(SEED)
    moving = [one for one in network.encoder.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW([{"params": moving, "lr": rate}, {"params": network.heads.parameters(), "lr": HEAD_RATE}], weight_decay=0.01)
    steps = epochs * (len(rows) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / (0.1 * steps)) * max(0, 1 - step / steps))
    began = time.monotonic()
    for epoch in range(1, epochs + 1):
        network.train()
        lost: list[float] = []
        for batch in _batches(rows, rng):
            texts, contexts = zip(*(_varied(row, gloss, glossed, rng) for row in batch), strict=True)
            inputs = {name: torch.from_numpy(array) for name, array in padded(pairs(tokenizer, texts, contexts)).items()}
            with torch.autocast("cpu", torch.bfloat16):
                answers = network(**inputs)
            loss = _loss({name: answer.float() for name, answer in answers.items()}, batch, labels)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            lost.append(loss.item())
            if len(lost) % PROGRESS == 0:
                print(f"  {len(lost) * BATCH} turns, loss {sum(lost[-PROGRESS:]) / PROGRESS:.3f}, {time.monotonic() - began:.0f} s", flush=True)
        print(f"epoch {epoch}/{epochs}: loss {sum(lost) / len(lost):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    network.eval()


def _batches(rows: Sequence[Row], rng: random.Random) -> list[list[Row]]:
    """Turns of similar length together, in random order."""
    shuffled = rng.sample(list(rows), len(rows))
    batches = []
    for start in range(0, len(shuffled), BATCH * 16):
        near = sorted(shuffled[start : start + BATCH * 16], key=lambda row: len(row.text) + len(row.context))
        batches += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    return rng.sample(batches, len(batches))


def _varied(row: Row, gloss: Gloss, glossed: float, rng: random.Random) -> tuple[str, str]:
    text, context = row.text, row.context
    if rng.random() < glossed:
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
