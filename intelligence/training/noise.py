"""Augmentation: other names in the same place, other case, typos, emoji and punctuation glued on."""

import random

from intelligence.training.examples import Example, Run
from intelligence.training.generation import capitals
from intelligence.training.lexicons import Lexicons

GLUED = ("!!", "!", "❤️", "😊", "🙏", "🎉", "😂", "...", "..", "?", "?!", "🔥", "✨", ",", ")", ":", "👍", "🥰", ".", "-")
SWAPPED = {"PERSON": 0.55, "ORGANIZATION": 0.4, "LOCATION": 0.35, "ADDRESS": 0.35}


def augment(example: Example, lexicons: Lexicons, rng: random.Random, strength: float = 1.0) -> Example:
    """Return a noisy copy; `strength` scales how often names are swapped."""
    runs = [_swap(run, example, lexicons, rng, strength) for run in example.runs]
    runs = _glue(runs, rng)
    if rng.random() < 0.12:
        runs = _typos(runs, rng)
    case = rng.random()
    if case < 0.30:
        runs = [Run(run.text.lower(), run.label) for run in runs]
    elif case < 0.36:
        runs = [Run(run.text.upper(), run.label) for run in runs]
    elif case < 0.39:
        runs = [Run(run.text.title(), run.label) for run in runs]
    elif case < 0.45:
        runs = [Run(run.text.lower(), run.label) if run.label and rng.random() < 0.7 else run for run in runs]
    return Example(tuple(run for run in runs if run.text), example.source, example.group, example.language)


def _swap(run: Run, example: Example, lexicons: Lexicons, rng: random.Random, strength: float) -> Run:
    if run.label not in SWAPPED or rng.random() >= SWAPPED[run.label] * strength:
        return run
    language = example.language.split("_")[0]
    words = len(run.text.split())
    if run.label == "PERSON":
        kind = rng.choices(("first", "last", "nick", "word"), (70, 12, 8, 10))[0] if words == 1 else "full"
        text = lexicons.slot(kind, rng, language)
    elif run.label == "ORGANIZATION":
        text = lexicons.slot("co", rng, language)
    elif run.label == "LOCATION":
        text = lexicons.slot("loc", rng, language)
    else:
        text = lexicons.slot("addr", rng, language)
    if run.text.islower():
        text = text.lower()
    elif run.text.isupper() and len(run.text) > 3:
        text = text.upper()
    else:
        text = capitals(text)
    return Run(text, run.label)


def _glue(runs: list[Run], rng: random.Random) -> list[Run]:
    out = []
    for index, run in enumerate(runs):
        out.append(run)
        if run.label and run.label in SWAPPED and rng.random() < 0.05:
            following = runs[index + 1].text if index + 1 < len(runs) else " "
            if following[:1].isspace() or index + 1 == len(runs):
                out.append(Run(rng.choice(GLUED)))
    return out


def _typos(runs: list[Run], rng: random.Random) -> list[Run]:
    out = []
    for run in runs:
        text = run.text
        if len(text) > 4 and rng.random() < (0.5 if run.label is None else 0.15):
            at = rng.randrange(1, len(text) - 1)
            if text[at : at + 2].isalpha():
                form = rng.randrange(4)
                if form == 0:
                    text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
                elif form == 1:
                    text = text[:at] + text[at + 1 :]
                elif form == 2:
                    text = text[:at] + text[at] + text[at:]
                else:
                    text = text[:at] + rng.choice("aeiourstn") + text[at + 1 :]
        out.append(Run(text, run.label))
    return out
