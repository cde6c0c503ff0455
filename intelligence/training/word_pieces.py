"""Which pieces of a vocabulary are worth their place: those that the turns and the frequent words of their languages need."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from wordfreq import top_n_list, word_frequency

from intelligence.training.turn_rows import Row

LANGUAGES = {"en": 1.0, "es": 1.0, "pt": 1.0, "de": 1.0, "fr": 1.0, "it": 0.2, "nl": 0.2, "hi": 0.1}
"""How much the words of a language count against the turns; Hinglish is known from the turns only."""
FREQUENT = 40_000
_ALWAYS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_INSIDE = "##"


def counted(turns: Iterable[Row], languages: Sequence[str], gloss: Callable[[str, str], str] = lambda text, _: text) -> Counter[str]:
    """Texts and how often they are met: the turns, and frequent words, which of each language count about as often together as all words of the turns."""
    texts = Counter(gloss(row.text, row.lang) for row in turns)
    said = sum(len(text.split()) for text in texts)
    for language in languages:
        for word in top_n_list(language, FREQUENT):
            texts[word] += said * LANGUAGES[language] * word_frequency(word, language)
    return texts


def fewer(tokenizer: Tokenizer, embeddings: NDArray[np.float32], texts: Counter[str], *, size: int) -> tuple[str, NDArray[np.float32]]:
    """A vocabulary of word pieces cut to the `size` most used and every single letter, and the embeddings of what is left."""
    uses: Counter[str] = Counter()
    every = list(texts)
    for text, encoding in zip(every, tokenizer.encode_batch(every, add_special_tokens=False), strict=True):
        for piece in encoding.tokens:
            uses[piece] += texts[text]
    known = tokenizer.get_vocab()
    letters = {piece for piece in known if len(piece.removeprefix(_INSIDE)) == 1}
    wanted = [*_ALWAYS, *sorted(letters), *(piece for piece, _ in uses.most_common() if piece not in letters and piece not in _ALWAYS)][:size]
    described = json.loads(tokenizer.to_str())
    described["model"]["vocab"] = {piece: number for number, piece in enumerate(wanted)}
    described["added_tokens"] = [one | {"id": wanted.index(one["content"])} for one in described["added_tokens"] if one["content"] in _ALWAYS]
    described["post_processor"] = None
    return json.dumps(described, ensure_ascii=False), embeddings[[known[piece] for piece in wanted]]
