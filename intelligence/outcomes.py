"""What counts as success. Pure.

The customer's next words decide first; feedback of the owner, who was there, overrules them; where they left it open, the deal's end decides. Silence is not
success: an answer that got no reaction within `SILENCE` counts, as neutral.
"""

from datetime import timedelta

SILENCE = timedelta(days=14)
"""After this without a word, a reaction is no longer waited for."""
ANSWERED_WITHIN = timedelta(days=1)
"""A follow-up was worth its moment when the customer wrote within this."""
_VERDICTS = {"worked": "positive", "did-not-work": "negative"}


def reaction_after(verdicts: frozenset[str] | set[str], heard: str) -> str:
    """The reaction that counts, given the owner's verdicts on a suggestion and what the classifier heard."""
    return next((reaction for verdict, reaction in _VERDICTS.items() if verdict in verdicts), heard)


def succeeded(reaction: str, deal_outcome: str) -> bool:
    """Whether an exchange ended well."""
    return reaction == "positive" or (reaction == "neutral" and deal_outcome == "won")


def won(deal_outcome: str) -> bool | None:
    """Whether a deal was won; None while nobody knows. A stalled deal is not won."""
    return {"won": True, "lost": False, "stalled": False}.get(deal_outcome)
