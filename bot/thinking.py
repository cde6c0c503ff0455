"""What thinks in a house: the models, the vocabulary and what is made of them alone. Each is built when it is first asked for."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from intelligence.anonymizer import Anonymizer
    from intelligence.classifier import TurnClassifier
    from intelligence.disclosure import Gate
    from intelligence.industry import Industries
    from intelligence.templates import Templates
    from intelligence.vocabulary import Vocabulary
    from memory.embeddings import OnnxEmbedder


class Thinking:
    """Knows nobody: no database, no zone."""

    settings: Settings

    @cached_property
    def embedder(self) -> "OnnxEmbedder":
        """The bundled model."""
        from memory.embeddings import OnnxEmbedder

        return OnnxEmbedder()

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """The fixed words."""
        from intelligence.vocabulary import Vocabulary

        return Vocabulary.load(self.settings.vocabulary)

    @cached_property
    def gate(self) -> "Gate":
        """What may be seen outside a zone."""
        from intelligence.disclosure import Gate

        chosen = self.settings
        return Gate(chosen.contributors_needed, chosen.customers_needed, changes_needed=chosen.changes_needed)

    @cached_property
    def anonymizer(self) -> "Anonymizer":
        """Presidio with our recognizers and the trained model."""
        from intelligence.anonymizer import Anonymizer
        from intelligence.ner import NamedEntityModel

        return Anonymizer(NamedEntityModel.load())

    @cached_property
    def classifier(self) -> "TurnClassifier":
        """What understands a turn."""
        from intelligence.classifier import TurnClassifier

        return TurnClassifier.load(self.embedder)

    @cached_property
    def templates(self) -> "Templates":
        """Authored wordings."""
        from intelligence.templates import Templates

        return Templates.load(self.vocabulary)

    @cached_property
    def starter_playbook(self) -> Mapping[str, Mapping[str, str]]:
        """General practice for the first day."""
        from intelligence.templates import starter_playbook

        return starter_playbook(self.vocabulary)

    @cached_property
    def industries(self) -> "Industries":
        """What tells the business a text is about."""
        from intelligence.industry import Industries

        return Industries(self.vocabulary, self.embedder)

    def guess_industry(self, texts: Sequence[str], company: str = "") -> str:
        """The industry these texts speak of, or `unknown`."""
        return self.industries.guess(texts, company).industry

    def industry_of(self, text: str) -> str:
        """The industry a text speaks of, or empty."""
        guess = self.guess_industry([text])
        return "" if guess == "unknown" else guess
