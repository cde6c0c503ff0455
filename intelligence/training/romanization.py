"""Hindi words as people type them in Latin letters; no word list has that spelling."""

import re
import unicodedata

_CONSONANTS = dict(
    zip(
        "क ख ग घ ङ च छ ज झ ञ ट ठ ड ढ ण त थ द ध न प फ ब भ म य र ल व श ष स ह ळ".split(),
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h l".split(),
        strict=True,
    )
)
_DOTTED = {"k": "q", "j": "z", "ph": "f"}
_VIRAMA = "\u094d"
_SIGNS = {"ा": "A", "ि": "i", "ी": "I", "ु": "u", "ू": "U", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ृ": "ri", "ॉ": "o", "ॅ": "e", _VIRAMA: ""}
_OTHERS = {"अ": "a", "आ": "A", "इ": "i", "ई": "I", "उ": "u", "ऊ": "U", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au", "ऋ": "ri", "ऑ": "o"} | {
    "\u0901": "n", "\u0902": "n", "\u0903": "", "\u200c": "", "\u200d": "",
}  # fmt: skip
_PART = re.compile(rf"([{''.join(_CONSONANTS)}])(\u093c)?([{''.join(_SIGNS)}])?|([{''.join(_OTHERS)}])")
_WORD = re.compile(rf"(?:{_PART.pattern})+")
_INHERENT = "@"
"""The vowel that no sign writes, until it is known whether anybody says it."""
_CONSONANT = "(?:[kgcjtdpbs]h|[bcdfghjklmnpqrstvyz])"
_DROPPED = re.compile(rf"(.*[aeiouAIU{_INHERENT}]{_CONSONANT}){_INHERENT}(?={_CONSONANT}[aeiouAIU{_INHERENT}])")
"""From right to left: nobody says it between two single consonants with vowels around them."""
_FINAL = re.compile(rf"(?<=[aeiouAIU{_INHERENT}])([^aeiouAIU{_INHERENT}]+){_INHERENT}$")
_LONG = str.maketrans({"A": "aa", "I": "ee", "U": "oo"})
_SHORT = str.maketrans({"A": "a", "I": "i", "U": "u"})


def spellings(word: str) -> set[str]:
    """The usual ways to write a word of Devanagari letters; none for other words."""
    word = unicodedata.normalize("NFD", word)
    if not _WORD.fullmatch(word):
        return set()
    spoken = _spoken(word)
    ends = spoken[:-1] + spoken[-1:].lower()
    found = {form.translate(lengths) for form in (spoken, ends) for lengths in (_SHORT, _LONG)}
    for written, typed in (("v", "w"), ("chch", "cch"), ("chh", "ch")):
        found |= {form.replace(written, typed) for form in found}
    return found


def _spoken(word: str) -> str:
    """How it sounds, with capitals for long vowels."""
    sounds = _PART.sub(_sound, word.replace(f"ज{_VIRAMA}ञ", f"ग{_VIRAMA}य"))
    sounds = _FINAL.sub(r"\1", sounds)
    while dropped := _DROPPED.match(sounds):
        sounds = dropped.group(1) + sounds[dropped.end() :]
    return re.sub("n(?=[bp])", "m", sounds.replace(_INHERENT, "a"))


def _sound(part: re.Match[str]) -> str:
    consonant, dot, sign, other = part.groups()
    if other:
        return _OTHERS[other]
    sound = _CONSONANTS[consonant]
    return (_DOTTED.get(sound, sound) if dot else sound) + (_SIGNS[sign] if sign else _INHERENT)
