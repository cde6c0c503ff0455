"""Exact amounts of money in every writing: `$4,999.50`, `4.900 €`, `5k`, `15 lakh`, `dos mil euros`, `500/-`."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

import re
from collections.abc import Iterator

from intelligence.currencies import units
from intelligence.findings import Finding, Shape, find, has_digit, shape, words
from intelligence.normalization import Normalized, normalize
from intelligence.number_words import ARTICLES, CONNECTORS, MULTIPLIERS, is_number_word, value_of

_SYMBOL = r"(?:(?:us|r|a|c|nz|hk|s|mx|ca|au)?\$|[€£¥₹₽₺₩₪₫₴₦₱฿₡₲₵])"
_CODE = words(
    "usd eur gbp inr brl mxn chf cad aud nzd jpy cny rmb aed sar zar pln sek nok dkk czk huf clp ars ngn kes ghs egp sgd hkd thb "
    "idr myr vnd krw ils rub uah pkr lkr bdt btc eth usdt",
)
_BEFORE = rf"(?:{_SYMBOL}|(?<!\w)(?:{_CODE}|rs|eur|euros?|dollars?|rupees?|sfr|kr|dhs?)\.?(?![^\W\d]))"
_WORD = (
    r"(?:dollars?|bucks?|euros?|quid|pounds?(?:\ssterling)?|rupees?|rupaye|rupay|rupee?s|rupien?|reais|real|pesos?|soles|francs?|franken|dirhams?|"
    r"riyals?|yen|yuan|rands?|naira|shillings?|liras?|lire|zloty|zł|złotych|kr|kronor|kroner|kronen|forint|lei|cents?|céntimos|centimos|centavos|centimes|"
    r"pence|paise|contos?|pavos|balles|rs|eurs?|dólares|dolares|dólar|dollari|dolar|libras?|piepen|mäuse)"
)
_AFTER = rf"(?:{_SYMBOL}|(?:{_CODE}|{_WORD})(?!\w))"
_NUMBER = r"(?:\d{1,3}(?:[ ]\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,12}(?:[.,'’]\d{2,3}(?!\d)|[.,'’]\d{2,3}(?=[.,'’]\d)){0,4}(?:[.,]\d{1,2}(?!\d))?)"
_MULTIPLIER = rf"(?:\s?{words(' '.join(MULTIPLIERS))}(?!\w))"
_TAIL = r"(?:\s?(?:[.,]\s?[-–—]{1,2}|/-))"
_RANGE = r"\s{0,2}(?:[-–—~/]|to|till|or|and|bis|oder|und|a|o|y|ou|e|à|et|ou|se)\s{0,2}"
_QUANTITIES = (
    r"(?:units?|pcs|pieces?|people|persons?|users?|followers?|subscribers?|customers?|clients?|employees?|views?|likes?|visitors?|contacts?|leads?|students?|"
    r"guests?|seats?|licen[cs]es?|orders?|items?|boxes|bottles?|words?|lines?|rows?|miles?|km|kms|kg|kgs|tons?|tonnes?|litres?|liters?|watts?|kwh|steps?|"
    r"run|race|marathon|tv|tvs|monitors?|screens?|displays?|video|videos|camera|cameras|resolution|uhd|projectors?|hours?|days?|weeks?|months?|years?|"
    r"unidades|piezas|personas|seguidores|clientes|empleados|usuarios|pessoas|peças|funcionários|usuários|stück|leute|kunden|mitarbeiter|personen|"
    r"nutzer|pièces|personnes|abonnés|clients|pezzi|persone|clienti|utenti|log|logon|piece|visits?|emails?|messages?|sq|sqft|gb|mb|tb|hz|rpm|mah|lumens?)"
)
_NOT_QUANTITY = rf"(?!\s?(?:(?!last\s|this\s|next\s|per\s|a\s|each\s|por\s|pro\s|par\s|al\s)\w{{1,12}}\s)?{_QUANTITIES}(?!\w))"
_PRICE_WORDS = words(
    "price|prices|priced|cost|costs|costing|budget|quote|quoted|quotation|pay|paid|paying|payment of|invoice of|fee|fees|deposit|deposit of|rent|salary|"
    "offer|offered|offering|charge|charged|charges|discount of|total|refund|refund of|worth|deal of|spend|spent|revenue|turnover|owe|owed|asking|"
    "precio|cuesta|cuestan|costó|presupuesto|pagar|pago|pagué|pagado|anticipo|oferta de|cobran|cobra|vale|sale|"
    "preço|custa|custam|custou|orçamento|pagamos|paguei|entrada de|cobrou|sai por|"
    "preis|kostet|kosten|budget von|angebot über|bezahlt|zahlen|zahle|anzahlung|miete|gehalt|"
    "prix|coûte|coute|coûtent|payé|payer|devis de|acompte|loyer|"
    "prezzo|costa|costano|pagato|preventivo di|acconto|rate|kimat|daam",
)
AMOUNTS: tuple[Shape, ...] = (
    shape(
        "currency first",
        "AMOUNT",
        rf"{_BEFORE}\s{{0,2}}-?{_NUMBER}{_MULTIPLIER}?{_TAIL}?(?:{_RANGE}{_BEFORE}?\s?{_NUMBER}{_MULTIPLIER}?{_TAIL}?(?![\w%]))?(?:\s?{_AFTER})?",
        0.95,
    ),
    shape(
        "number, currency",
        "AMOUNT",
        rf"(?<![\w.,])(?:{_NUMBER}{_MULTIPLIER}?{_RANGE})?{_NUMBER}{_MULTIPLIER}?{_TAIL}?\s{{0,2}}(?:(?:de|di|of|d')\s?)?{_AFTER}(?:\s?\d{{2}}(?![\d\w]))?",
        0.95,
    ),
    shape(
        "number, multiplier",
        "AMOUNT",
        rf"(?<![\w.,])(?<!\brun )(?<!\bran )(?<!\brunning )(?!4k(?!\w)|8k(?!\w))(?:{_NUMBER}{_MULTIPLIER}?{_RANGE})?{_NUMBER}\s?"
        rf"(?:k|kk|grand|lakhs?|lacs?|laakh|crores?|cr|karod|hazaar|hazar|hajar|mil|mila|mille|tausend|tsd|thousand|mio|mrd|millions?|"
        rf"millionen|millones|milhões|milioni)(?!\w)"
        rf"{_NOT_QUANTITY}",
        0.8,
    ),
    shape("number,-", "AMOUNT", rf"(?<![\w.,/-]){_NUMBER}(?:[.,]\s?[-–—]{{1,2}}|/-)(?![\w-])", 0.85),
    shape("millions", "AMOUNT", rf"(?<![\w.,]){_NUMBER}m(?!\w){_NOT_QUANTITY}(?=\s(?:deal|budget|revenue|arr|turnover|funding|round))", 0.7),
    shape(
        "price word, number",
        "AMOUNT",
        rf"(?<!\w){_PRICE_WORDS}\s?[:=]?(?:\s[^\W\d]{{1,10}}){{0,3}}\s?[:~=]?\s?(?P<value>(?:\d{{1,3}}(?:[.,' ]\d{{3}}){{1,3}}|\d{{3,7}})"
        rf"(?:[.,]\d{{1,2}})?)(?![\w%°]|[.,:/-]\d|\s?(?:am|pm|h)(?!\w)){_NOT_QUANTITY}",
        0.7,
        check=lambda value: not re.fullmatch(r"(?:19|20)\d\d", value),
    ),
    shape(
        "number for it",
        "AMOUNT",
        r"(?<!\w)(?:for|at|por|für|pour|per|a)\s(?P<value>\d{3,6}(?:[.,]\d{2})?)(?=\s?(?:\?|only|cash|max|final|ok\?|each|todo|fix|vb|vhb|ono|obo)(?!\w))",
        0.6,
    ),
)
_TOKEN = re.compile(r"[^\W\d_]+|\d[\d.,]*|\S")
_CURRENCY_WORD = re.compile(rf"(?:{_WORD}|{_CODE}|{_SYMBOL})$")
_MONEY_MULTIPLIERS = frozenset("grand lakh lakhs lac lacs laakh crore crores karod".split())
_OF = frozenset("of de di d".split())
_LEAST_ALONE = 1000
_AFTER_A_PRICE = frozenset(
    "max min ok okay cash final is are would wäre wären at for per or and is it all total por al y o ou le e la me if if als ist sind est "
    "sont est tops fix netto brutto ttc ht wenn maximal maximum "
    "máximo va vale é doonga dedo lagega only plus more less bar net gross".split(),
)
"""Words that follow a number of money whose currency nobody says."""


def amounts(read: Normalized) -> Iterator[Finding]:
    """Every amount of a text."""
    yield from find(AMOUNTS, read)
    yield from _in_words(read.folded)


def amount_named(text: str) -> float | None:
    """The last amount of money that a message names, like `amount_of`: its other numbers are times, quantities and telephones."""
    read = normalize(text)
    found = sorted(amounts(read), key=lambda one: (one.end, -one.start))
    return amount_of(read.text[found[-1].start : found[-1].end]) if found else None


def amount_of(text: str) -> float | None:
    """The amount that a text is, in the unit of the bands (about a euro); of a range the upper end; None if it names none."""
    folded = normalize(text).folded
    if not has_digit(folded):
        said = [token for token in _TOKEN.finditer(folded) if is_number_word(token.group()) or token.group() in CONNECTORS]
        value = value_of([token.group() for token in said]) if said else None
        return None if value is None else value / units(folded, said[0].start(), said[-1].end())
    last = None
    for match in _PARSED.finditer(folded):
        number = _number(match["number"])
        factor = MULTIPLIERS.get(match["factor"] or "", 1.0)
        last = number * factor / units(folded, *match.span())
    return last


_PARSED = re.compile(rf"(?P<number>{_NUMBER})(?:\s?(?P<factor>{words(' '.join(MULTIPLIERS))})(?!\w))?")


def _number(written: str) -> float:
    """The value of digits with separators: the last kind of separator is the decimal one unless three digits follow it."""
    compact = re.sub(r"[ '’]", "", written)
    marks = [mark for mark in compact if mark in ".,"]
    if not marks:
        return float(compact)
    head, _, tail = compact.rpartition(marks[-1])
    decimal = len(tail) != 3 if len(set(marks)) == 1 else True  # noqa: PLR2004 - a group of thousands
    if len(marks) > 1 and len(set(marks)) == 1:
        decimal = False
    if head in {"0", ""}:
        decimal = True
    plain = re.sub(r"[.,]", "", head)
    return float(f"{plain}.{tail}") if decimal else float(plain + tail)


def _in_words(folded: str) -> Iterator[Finding]:
    """Number words before a currency, or with a multiplier that only money has."""
    tokens = list(_TOKEN.finditer(folded))
    at = 0
    while at < len(tokens):
        word = tokens[at].group()
        following = tokens[at + 1].group() if at + 1 < len(tokens) else ""
        if not (is_number_word(word) or (word in ARTICLES and following in MULTIPLIERS)):
            at += 1
            continue
        last = at
        money = False
        while last < len(tokens) and (is_number_word(current := tokens[last].group()) or current in CONNECTORS or current in ARTICLES or current == "-"):
            money = money or (current in _MONEY_MULTIPLIERS and last > at)
            last += 1
        end = last - 1
        while end > at and not is_number_word(tokens[end].group()):
            end -= 1
        after = last + 1 if last < len(tokens) and tokens[last].group() in _OF else last
        currency = after < len(tokens) and _CURRENCY_WORD.match(tokens[after].group()) is not None
        if currency:
            yield Finding(tokens[at].start(), tokens[after].end(), "AMOUNT", 0.9, "number words, currency")
        elif money or _large_and_alone([token.group() for token in tokens[at : end + 1]], tokens[last].group() if last < len(tokens) else ""):
            yield Finding(tokens[at].start(), tokens[end].end(), "AMOUNT", 0.75, "number words, multiplier")
        at = max(last, at + 1)


def _large_and_alone(said: list[str], following: str) -> bool:
    """Whether number words of a thousand and more, at least two or a compound, stand where a price stands: nothing that is counted follows."""
    compound = len(said) > 1 or said[0] not in MULTIPLIERS
    value = value_of(said)
    return compound and value is not None and value >= _LEAST_ALONE and (not following.isalpha() or following in _AFTER_A_PRICE)
