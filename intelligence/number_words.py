"""Numbers written as words in English, Spanish, Portuguese, German, French, Italian and Hinglish."""

import re
from collections.abc import Sequence
from functools import lru_cache

_LISTED = {
    0: "zero oh cero null nul zéro shunya zerou",
    1: "one uno una un um uma eins ein eine einen une ek",
    2: "two dos dois duas zwei zwo deux due do",
    3: "three tres três drei trois tre teen",
    4: "four cuatro quatro vier quatre quattro char chaar",
    5: "five cinco fünf fuenf cinq cinque paanch panch",
    6: "six seis sechs sei chhe chhah cheh",
    7: "seven siete sete sieben sept sette saat",
    8: "eight ocho oito acht huit otto aath",
    9: "nine nueve nove neun neuf nau",
    10: "ten diez dez zehn dix dieci das dus",
    11: "eleven once onze elf undici gyarah",
    12: "twelve doce doze zwölf zwoelf douze dodici barah",
    13: "thirteen trece treze dreizehn treize tredici",
    14: "fourteen catorce quatorze catorze vierzehn quattordici",
    15: "fifteen quince quinze fünfzehn quindici pandrah",
    16: "sixteen dieciséis dieciseis dezesseis dezasseis sechzehn seize sedici",
    17: "seventeen diecisiete dezessete dezassete siebzehn diciassette",
    18: "eighteen dieciocho dezoito achtzehn diciotto",
    19: "nineteen diecinueve dezenove dezanove neunzehn diciannove",
    20: "twenty veinte vinte zwanzig vingt vingts venti bees",
    25: "veinticinco pachees pachis",
    30: "thirty treinta trinta dreißig dreissig trente trenta tees",
    40: "forty fourty cuarenta quarenta vierzig quarante quaranta chalis chalees",
    50: "fifty cincuenta cinquenta fünfzig fuenfzig cinquante cinquanta pachas pachaas",
    60: "sixty sesenta sessenta sechzig soixante sessanta saath",
    70: "seventy setenta siebzig septante settanta sattar",
    80: "eighty ochenta oitenta achtzig huitante octante ottanta assi",
    90: "ninety noventa neunzig nonante novanta nabbe",
    200: "doscientos doscientas duzentos duzentas duecento",
    300: "trescientos trescientas trezentos trezentas trecento",
    400: "cuatrocientos cuatrocientas quatrocentos quatrocentas quattrocento",
    500: "quinientos quinientas quinhentos quinhentas cinquecento",
    600: "seiscientos seiscientas seiscentos seiscentas seicento",
    700: "setecientos setecientas setecentos setecentas settecento",
    800: "ochocientos ochocientas oitocentos oitocentas ottocento",
    900: "novecientos novecientas novecentos novecentas novecento",
    2000: "duemila",
    3000: "tremila",
    5000: "cinquemila",
    10000: "diecimila",
}
_HALVES = {0.5: "half medio media meio meia demi halbe mezzo", 1.5: "dedh anderthalb", 2.5: "dhai dhaai"}
_VEINTI = {"uno": 21, "ún": 21, "dos": 22, "dós": 22, "tres": 23, "trés": 23, "cuatro": 24, "seis": 26, "séis": 26, "siete": 27, "ocho": 28, "nueve": 29}
SMALL: dict[str, float] = {
    **{word: float(value) for value, listed in _LISTED.items() for word in listed.split()},
    **{word: value for value, listed in _HALVES.items() for word in listed.split()},
    **{f"veinti{word}": float(value) for word, value in _VEINTI.items()},
}
HUNDRED = frozenset("hundred cien ciento cem cento hundert cent cents sau so".split())
MULTIPLIERS: dict[str, float] = {
    word: value
    for value, listed in {
        1e3: "k thousand thousands thsd grand mil mille mila tausend tsd hazaar hazar hajar",
        1e5: "lakh lakhs lac lacs laakh",
        1e6: "m mn mm mio million millions millionen millón millon millones milhão milhao milhões milhoes milione milioni mill",
        1e7: "crore crores cr karod",
        1e9: "bn billion billions mrd milliarde milliarden milliard milliards miliardo miliardi bilhão bilhões",
    }.items()
    for word in listed.split()
}
CONNECTORS = frozenset("and y e et und".split())
ARTICLES = frozenset("a an".split())
_GERMAN = re.compile(
    r"(?:einhalb|und|tausend|hundert|million(?:en)?|(?:drei|vier|fünf|fuenf|sech|sieb|acht|neun)zehn|elf|zwölf|zehn|(?:zwan|vier|fünf|fuenf|sech|sieb|"
    r"acht|neun)zig|drei(?:ß|ss)ig|ein|zwei|zwo|drei|vier|fünf|fuenf|sechs|sieben|acht|neun)"
)


def is_number_word(word: str) -> bool:
    """Whether a folded word is part of a number."""
    return word in SMALL or word in HUNDRED or word in MULTIPLIERS or _german(word) is not None


def value_of(words: Sequence[str]) -> float | None:
    """The number that folded words say, or None if they say none."""
    total = current = 0.0
    said = False
    for word in words:
        if word in CONNECTORS or word in ARTICLES:
            continue
        small = SMALL.get(word)
        if small is not None:
            current += 76 if word.startswith("vingt") and current % 100 == 4 else small  # noqa: PLR2004 - quatre-vingts
        elif word in HUNDRED:
            current = max(current, 1) * 100
        elif word in MULTIPLIERS:
            total += max(current, 1) * MULTIPLIERS[word] if current != 0.5 else MULTIPLIERS[word] / 2  # noqa: PLR2004 - half a million
            current = 0
        elif (compound := _german(word)) is not None:
            current += compound
        else:
            return None
        said = True
    return total + current if said else None


@lru_cache(maxsize=4096)
def _german(word: str) -> float | None:
    """A German compound such as `fünftausendzweihundert`; None if it is no number or a single listed word."""
    if len(word) < 7 or len(word) > 60 or word in SMALL:  # noqa: PLR2004 - the shortest compound and the longest that is said
        return None
    parts = _GERMAN.findall(word)
    if "".join(parts) != word or len(parts) < 2 or parts[-1] == "und":  # noqa: PLR2004 - a compound has two parts
        return None
    total = current = 0.0
    for part in parts:
        if part in {"tausend", "million", "millionen"}:
            total += max(current, 1) * MULTIPLIERS[part]
            current = 0
        elif part == "hundert":
            current = max(current, 1) * 100
        elif part == "einhalb":
            current += 0.5
        elif part != "und":
            current += SMALL[part]
    return total + current
