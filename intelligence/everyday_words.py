"""Which words are everyday words: a deny-list must not take them for somebody's misspelled name."""

from pathlib import Path

from intelligence.word_features import FLAGS, Lexicon, Word

_LEXICON = Path(__file__).parent / "models" / "recognizer" / "lexicon.npz"
_USUAL_NAME, _COMMON = 0.6, 0.9
_ALSO_NAMES = frozenset(
    "will mark rose may april june august grace hope faith joy sky summer autumn dawn eve ivy lily daisy olive pearl ruby amber jade crystal "
    "gene jack bill rob pat sue drew "
    "frank rich grant chase chance hunter cook baker price young long short green brown white black gray grey king bishop page pope fox wolf "
    "bush field fields hill hall "
    "wood woods stone rivers lake banks bank park parks street church house cross bell ball case cash bond gold silver day early best good "
    "love sweet sharp strong wise "
    "noble power powers major marshal miles art dean earl duke prince ray rusty sandy sunny stormy misty star angel charity mercy patience "
    "prudence constance victor victory "
    "max guy dick buddy chuck nick norm pierce reed rock rod roman scout sage sterling skip spike stew tucker van wade walker ward warren "
    "web west wells winter penny poppy "
    "holly heather hazel ginger iris jasmine melody harmony carol dolly dot josh lance lane mason miller porter potter carter carpenter "
    "taylor tailor turner fisher butcher "
    "farmer cooper parker read reader bird birds burns cole crane drake marsh moon moss paris rush savage small snow sparks spring stark "
    "temple tower waters weeks will "
    "luz sol paz mar rosa blanca dolores consuelo pilar mercedes nieves reyes rey cruz flores campos bueno leal delgado rubio moreno calvo "
    "guerra prado castillo alma estrella "
    "vitoria esperanca neves santos reis rocha branco klein gross schwarz weiss braun koch bauer becker vogel konig kaiser ernst lang kurz "
    "herbst sommer stark jung alt "
    "schneider fischer weber richter asha kiran jyoti deep khushi puja pooja aarti chand suraj sagar prem anand vijay claire blanc petit "
    "grand stella luna marina gioia bianca "
    "vale serena clemente justo domingo amor mas no si".split(),
)
"""Names that are also words; folded."""


class EverydayWords:
    """Looks folded words up in the trained model's lexicon; without one, only the words above are known and more is masked."""

    def __init__(self, lexicon: Lexicon | None) -> None:
        self._lexicon = lexicon

    @classmethod
    def load(cls) -> "EverydayWords":
        """With the lexicon shipped beside the trained model."""
        return cls(Lexicon.load(_LEXICON) if _LEXICON.exists() else None)

    def common(self, word: str) -> bool:
        """Whether a word is known to some language, be it a name or not."""
        return word in _ALSO_NAMES or "common" in self._flags(word)

    def ambiguous(self, word: str) -> bool:
        """Whether a word usually means something else than a name."""
        flags = self._flags(word)
        return word in _ALSO_NAMES or ("usual" in flags and not flags & {"given", "family"})

    def doubt(self, word: str) -> float:
        """How sure a guess must be that takes this word for a name: 0 for words that only names have, much for words that everybody uses."""
        flags = self._flags(word)
        if "common" not in flags:
            return 0.0
        return _USUAL_NAME if "usual" in flags and flags & {"given", "family"} else _COMMON

    def place(self, word: str) -> bool:
        """Whether a word is known as a place and is none of the words that every message has."""
        flags = self._flags(word)
        return "place" in flags and "frequent" not in flags

    def _flags(self, word: str) -> set[str]:
        if self._lexicon is None:
            return set()
        return {name for name, is_set in zip(FLAGS, self._lexicon.flags([Word(0, len(word), word)])[0], strict=True) if is_set}
