"""From the exact to the general: amounts to bands, wording to templates with slots."""

from intelligence.amounts import amount_of


def parse_amount(text: str) -> float | None:
    """The amount of money a text names, in units of its currency; of a range the upper end; None if it names none."""
    return amount_of(text)
