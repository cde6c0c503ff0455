"""Roughly how many units of a currency make one unit of the amount bands (about a euro or a dollar). Offline, on purpose rounded.

A band spans a factor of four to ten, so a rate that is wrong by a third moves few amounts; without any, 50,000 rupees would stand
beside 50,000 euros. Euro, dollar, pound and franc count as one. docs/adr says why no rates are fetched.
"""

import re

_PER_BAND_UNIT: dict[float, str] = {
    1: "€ $ £ us$ eur euro euros usd dollar dollars buck bucks gbp pound pounds quid chf franc francs franken sfr",
    1.5: "cad aud nzd sgd c$ ca$ a$ au$ nz$ s$",
    4: "pln zł zloty złotych zlotych aed dirham dirhams dh dhs sar riyal riyals ils ₪",
    5: "myr ron lei",
    6: "r$ brl real reais conto contos",
    8: "cny rmb yuan hkd hk$",
    10: "sek nok dkk kr kronor kroner kronen",
    20: "mxn mx$ peso pesos zar rand rands",
    25: "czk",
    40: "thb ฿ uah ₴ try ₺ lira liras",
    65: "php ₱ egp",
    100: "inr ₹ rs rupee rupees rupaye rupay rupien rub ₽ kes cents cent céntimos centimos centavos centimes pence",
    150: "jpy yen ¥ bdt",
    300: "pkr lkr huf forint",
    1000: "ars clp",
    1500: "ngn naira ₦ krw ₩",
    4500: "cop",
    10_000: "paise",
    20_000: "idr",
    25_000: "vnd ₫",
}
_UNITS = {word: units for units, listed in _PER_BAND_UNIT.items() for word in listed.split()}
_LISTED = "|".join(re.escape(word) for word in sorted(_UNITS, key=len, reverse=True))
_BEFORE = re.compile(rf"(?<![^\W\d_])({_LISTED})\.?\s{{0,2}}-?$")
_AFTER = re.compile(rf"\s{{0,2}}(?:(?:de|di|of)\s)?({_LISTED})(?![^\W\d_])")
_LAKHS = re.compile(r"\b(?:lakhs?|lacs?|laakh|crores?|cr|karod)\b")
_RUPEES = 100.0


def units(folded: str, start: int, end: int) -> float:
    """Units of the currency that one band unit is worth, for the number [start, end) of a folded text; 1 where no currency is said."""
    said = _BEFORE.search(folded, max(0, start - 12), start) or _AFTER.match(folded, end)
    if said:
        return _UNITS[said[1]]
    return _RUPEES if _LAKHS.search(folded, start, end) else 1.0
