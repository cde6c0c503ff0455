"""The rest of an address: floor, quarter, landmark, town and post code beside the street that a pattern found.

One visible part of an address points at a house as well as the whole does.
"""
# ruff: noqa: RUF001 - the dashes and letters of other languages are meant

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from intelligence.everyday_words import EverydayWords
from intelligence.findings import Finding, words
from intelligence.normalization import Normalized

MOST_PARTS = 6
"""Parts that one address may have on either side of its street."""
_LONGEST = 60
_MOST_WORDS = 4
_STATE = 2
"""Letters of a state: `Olinda - PE`."""
_SURE = 0.6
_INSIDE = words(
    "apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|office|building|bldg|block|tower|wing|shop|door|gate|level|basement|attic|upstairs|downstairs|top|bell|"
    "buzzer|piso|planta|puerta|portal|escalera|esc|bajo|ático|atico|izq|izda|dcha|dpto|depto|departamento|interior|int|local|nave|oficina|casa|torre|edificio|"
    "edif|portón|manzana|mz|lote|apto|ap|apartamento|bloco|bl|sala|andar|loja|conj|cj|fundos|sobreloja|dto|esq|r/c|térreo|prédio|quadra|qd|"
    "wohnung|whg|stock|stockwerk|og|eg|dg|etage|hinterhaus|vorderhaus|aufgang|stiege|treppe|halle|klingel|"
    "appt|appartement|bâtiment|bât|bat|étage|etage|escalier|porte|hall|interphone|résidence|residence|immeuble|rdc|"
    "interno|scala|piano|palazzina|citofono|pianoterra|kat|daire|gali|lane|wz",
)
_QUARTER = words(
    "barrio|col|colonia|urb|urbanización|urbanizacion|fracc|fraccionamiento|sector|zona|distrito|dist|district|municipio|comuna|vereda|corregimiento|partido|"
    "bairro|setor|vila|jardim|parque|conjunto|povoado|zona rural|cidade|estado|"
    "ortsteil|ot|gemeinde|bezirk|viertel|quartier|lieu-dit|lieu dit|commune|hameau|contrada|frazione|fraz|località|loc|quartiere|"
    "co|county|parish|township|po|p.o|post|ps|tehsil|teh|taluka|tal|vill|village|mohalla|nagar|phase|near|opp|opposite|behind|beside|next to|above|below|nr|"
    "off|corner|cnr|frente|junto|cerca|detrás|detras|atrás|atras|al lado|ao lado|em frente|perto|esquina|hinter|neben|gegenüber|ecke|bei|"
    "derrière|derriere|face|en face|à côté|chez|dietro|vicino|accanto|sopra|sotto|presso|c/o|ke paas|ke samne",
)
_POST_CODE = (
    r"(?:[a-z]{1,2}-)?(?:\d{5}(?:-\d{3,4})?|\d{4}(?:[ -]?[a-z]{2}(?!\w)|-\d{3})?|\d{3}\s\d{2,3}|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}|"
    r"[a-z]\d[a-z]\s?\d[a-z]\d|[a-z]\d[\dw]\s?[a-z\d]{4})(?!\w)"
)
_PART = re.compile(
    rf"(?:{_INSIDE}|{_QUARTER})(?!\w)\.?|\d{{1,2}}\s?[ºª°.]\s?[a-z]{{0,5}}(?!\w)|\d{{1,2}}(?:st|nd|rd|th|er|re|e|ème|eme)\s|{_POST_CODE}|no\.?\s?\d|n[º°]\s?\d"
)
_SEPARATOR = re.compile(r"\s{0,2}[,/|–-]\s{0,2}|\n|\s(?=(?:int|apto?|apt|flat|piso|dpto|depto|bl|bloco|og|etage|scala|interno|appt)\.?\s)")
_END = re.compile(r"[,;:!?\n()]|(?<=[^\W\d_]{4})\.(?:\s|$)|\s[–|]\s|\s-\s")
_OPEN = re.compile(rf"(?<!\w)(?:{_INSIDE}|{_QUARTER})\.?$")
_GAP = re.compile(r",\s{0,2}$")
_SPACE = re.compile(r"\s$")
_WORD = re.compile(r"[^\s,;]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_STOP = words(
    "please|pls|plz|thanks|thank|thx|ty|asap|ok|okay|by|before|after|until|till|tomorrow|today|tonight|not|no|and|but|is|are|was|i|we|you|he|she|it|they|my|"
    "our|your|ask|call|ring|leave|deliver|send|for|when|if|can|do|does|did|have|has|will|with|same|just|"
    "por favor|porfa|gracias|para|y|pero|que|es|está|antes|mañana|hoy|no|si|con|cobran|entrega|entregar|"
    "obrigado|obrigada|e|mas|é|amanhã|hoje|até|não|com|"
    "bitte|danke|und|aber|ist|bis|morgen|heute|nicht|mit|wir|ich|"
    "merci|svp|et|mais|est|avant|demain|avec|je|nous|vous|"
    "grazie|per|e|ma|è|prima|domani|oggi|non|con|"
    "ko|hai|kal|aaj|aur|bhej|bolo|dena|karo",
)
_STOPS = re.compile(rf"{_STOP}(?!\w)")
_STREET = re.compile(
    rf"(?<!\w){words('lane|cottage|house|farm|mill|barn|hall|court|villa|manor|lodge|close|street|road|terrace|mews|row|hill|green|park|gardens|estate|yard|forge|bog')}(?!\w)",
)
_BEFORE_A_PART = re.compile(
    r"(?:^|.*(?<!\w)(?:to|at|in|is|from|address|addr|on|live|new|now|a|en|em|nach|zu|au|à|chez|us|es|é|ist|est|è|pls|please|it|me)\s)(?P<part>[^,]*)$",
)


@lru_cache(maxsize=1)
def _everyday() -> EverydayWords:
    return EverydayWords.load()


def with_the_rest(read: Normalized, found: Iterable[Finding]) -> Iterator[Finding]:
    """Every finding, and one more for what belongs to it before and after."""
    for one in found:
        yield one
        start, end = _start(read, one), _end(read, one.end)
        if (start, end) != (one.start, one.end):
            yield Finding(start, end, one.type, min(one.score, _SURE), f"{one.pattern}, with its town and floor")


def _end(read: Normalized, at: int) -> int:
    """Where the address ends that a pattern has read up to here."""
    for _ in range(MOST_PARTS):
        gap = _SEPARATOR.match(read.folded, at)
        begun = gap is None and _OPEN.search(read.folded, max(0, at - 16), at) is not None
        if gap is None and not begun:
            return at
        start = gap.end() if gap else at + 1
        until = _END.search(read.folded, start, start + _LONGEST)
        stop = until.start() if until else min(len(read.text), start + _LONGEST)
        after = _part_until(read, start, stop, begun=begun)
        if after <= start:
            return at
        at = after
    return at


def _part_until(read: Normalized, start: int, stop: int, *, begun: bool) -> int:
    """How much of [start, stop) is a part of an address, which may have begun before: nothing gives `start` back."""
    telling = begun or _PART.match(read.folded, start, stop) is not None
    end = start
    listed = list(_WORD.finditer(read.folded, start, stop))
    for number, word in enumerate(listed[: _MOST_WORDS + telling]):
        if _STOPS.match(read.folded, word.start()) or not (telling or _named(read.text[word.start() : word.end()], read.folded[word.start() : word.end()])):
            break
        end = word.end()
        if number == 0 and telling and len(word.group()) == 1 and not word.group().isdigit():
            return start
    return end


def _named(written: str, folded: str) -> bool:
    """Whether a word may be the name of a town: capitalised, a place, or no everyday word."""
    letters = _LETTERS.findall(folded)
    if not letters:
        return any(character.isdigit() for character in folded)
    if _everyday().place(letters[0]) or (len(written) == _STATE and written.isupper()):
        return True
    return (written[0].isupper() and not written.isupper()) or (len(letters[0]) > 3 and not _everyday().common(letters[0]))  # noqa: PLR2004 - shorter is a typo


def _start(read: Normalized, one: Finding) -> int:
    """Where the address begins whose street or post code a pattern found."""
    at = one.start
    for _ in range(MOST_PARTS):
        before = _GAP.search(read.folded, max(0, at - 3), at)
        if before is None and at == one.start and "post code" in one.pattern:
            before = _SPACE.search(read.folded, max(0, at - 1), at)
        if before is None:
            return at
        floor = max(0, before.start() - _LONGEST)
        cut = max((match.end() for match in _END.finditer(read.folded, floor, before.start())), default=floor)
        part = _BEFORE_A_PART.match(read.folded[cut : before.start()])
        start = cut + (part.start("part") if part else 0)
        start += len(read.folded[start : before.start()]) - len(read.folded[start : before.start()].lstrip())
        listed = _WORD.findall(read.text[start : before.start()])
        if not listed or len(listed) > _MOST_WORDS or _STOPS.search(read.folded, start, before.start()):
            return at
        titled = all(word[0].isupper() or word[0].isdigit() for word in listed)
        if not (titled or _STREET.search(read.folded, start, before.start()) or _PART.match(read.folded, start)):
            return at
        at = start
    return at
