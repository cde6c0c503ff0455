"""The language model as one zone may use it: behind the zone's pseudonyms and the zone's guard. Part of the composition root."""

from typing import TYPE_CHECKING

from intelligence.identifier_guard import IdentifierGuard
from intelligence.labelling import Labels, LocalLabels
from intelligence.llm import ClaudeModel, LanguageModel
from intelligence.model_labels import ModelLabels
from intelligence.pseudonymizing import PseudonymizingModel
from intelligence.pseudonyms import Pseudonyms
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House


def zone_model(house: "House", zone: Zone) -> LanguageModel | None:
    """Claude for this zone, or None without a key. Calls nobody."""
    chosen = house.settings
    key = chosen.anthropic_api_key.get_secret_value() if chosen.anthropic_api_key else ""
    if not key:
        return None
    known = house.deny_list(zone)
    guard = IdentifierGuard(known)
    claude = ClaudeModel(key, chosen.anthropic_model, holds=guard.holds, base_url=chosen.anthropic_api_url, seconds=chosen.anthropic_seconds)
    return PseudonymizingModel(claude, house.anonymizer, known, Pseudonyms(zone.cipher.secret("pseudonyms")))


def zone_labels(house: "House", zone: Zone) -> Labels:
    """The language model where there is a key and it was allowed, always with the classifier behind it; otherwise the classifier."""
    local = LocalLabels(house.classifier)
    model = zone_model(house, zone) if house.settings.learn_with_model else None
    return ModelLabels(model, house.vocabulary, local) if model is not None else local
