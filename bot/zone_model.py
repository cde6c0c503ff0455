"""The language model as one zone may use it: behind the zone's pseudonyms and the zone's guard. Part of the composition root."""

from typing import TYPE_CHECKING

from intelligence.identifier_guard import IdentifierGuard
from intelligence.llm import ClaudeModel, LanguageModel
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
