"""Telephone numbers of all regions: international, local formats, split, in brackets, with extensions, and spelled out."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from intelligence.findings import Finding, has_digit, words
from intelligence.normalization import Normalized
from intelligence.number_words import SMALL

_REGIONS = ("US", "GB", "IN", "DE", "FR", "ES", "BR", "PT", "IT", "MX", "AU", "CH", "AT", "NL", "TR", "NG", "ZA", "AR", "CO", "AE", "PK", "PL", "SE")
_CANDIDATE = re.compile(
    r"(?<![^\W_])(?<!/)(?<!\d[.,-])(?:(?:\+|00|\(\+)\s?)?\(?\d(?:[ \t()./\-–‐‑·•_~*|]{0,3}\d){4,17}\)?(?:\s?(?:x|ext\.?|extension|poste|"
    r"durchwahl|ramal)\s?\d{1,6})?(?![^\W_]|[.,]\d)",
)
_EXTENSION = re.compile(r"\s?(?:x|ext\.?|extension|poste|durchwahl|ramal)\s?\d{1,6}$")
_NEAR = re.compile(
    r"(?<!\w)"
    + words(
        "call|called|calling|phone|phones|ph|tel|telephone|telefon|cell|cellphone|mobile|mob|whatsapp|whats app|wa|wpp|zap|text|sms|ring|"
        "dial|fax|number|numbers|num|"
        "contact|reach|reachable|landline|callback|hotline|digits|ping|"
        "teléfono|telefono|tlf|tfno|tel|cel|celular|móvil|movil|número|numero|llama|llámame|llamame|llámanos|llamar|marca|marcar|contacto|fijo|"
        "telefone|fone|telemóvel|telemovel|liga|ligar|ligue|número|contato|chama|"
        "handy|handynummer|nummer|telefonnummer|mobil|mobilnummer|ruf|rufen|anrufen|ruf mich an|erreichbar|erreichen|durchwahl|festnetz|"
        "téléphone|portable|tél|numéro|appelle|appelez|appeler|joindre|joignable|fixe|"
        "cellulare|chiama|chiamami|chiamare|recapito|numero|"
        "phone karo|call karo|mobile no|phone no|contact no",
    )
    + r"(?!\w)",
)
_GROUPED_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?:[.,]\d{3})+|(?: \d{3})|(?: \d{3})* 000)$")
"""A quantity; three groups apart by spaces are a telephone number unless they end in thousands."""
_OF_A_PLACE = re.compile(r"\W{0,3}(?:office|fax|home|work|büro|privat|oficina|casa)(?!\w)")
_DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|(?:19|20)\d{2})|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2})(?:[ ]\d{1,2})?$|(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d$",
)
_DECIMALS = re.compile(r"\d{1,3}\.\d+[ ]{1,2}\(?\d{1,3}\.\d+\)?$")
_RANGE = re.compile(r"\d{1,6}\s?[-–/~]\s?\d{1,6}$")
_FORMATS = re.compile(
    r"(?:"
    r"\(\d{2,5}\)[\s./-]{0,2}\d{2,5}(?:[\s./-]{1,2}\d{2,5}){0,3}"
    r"|\d{3}[\s./-]{1,2}\d{3}[\s./-]{1,2}\d{3,4}"
    r"|1?[\s.-]?\d{3}[\s.-]\d{3}[\s.-]\d{4}"
    r"|\d{3}[-. ]\d{4}"
    r"|\d{4,5}\s\d{4,6}"
    r"|\d{2}(?:[\s.-]\d{2}){3,4}"
    r"|0\d{1,4}[\s/-]\d{2,4}(?:[\s.-]?\d{2,4}){0,3}"
    r"|\d{2}\s\d{3}\s\d{3,4}(?:\s\d{2})?"
    r"|\d{3}\s\d{3}\s\d{3}"
    r"|\d{2,4}\s\d{6,8}"
    r"|\d{3}(?:\s\d{2}){3}"
    r"|\d{2}\s\d{4,5}[\s-]\d{4}"
    r"|\d{3}\s\d{4}\s\d{4}"
    r"|9?\d{4}-\d{4}"
    r")$",
)
_SPELLED = re.compile(r"[^\W\d_]+|\d|[^\w\s]")
_SPELLED_EXTRA = frozenset("o oh double triple doble dobro doppel doppio".split())
_BETWEEN = frozenset("- , . / y e et und and".split())
_LEAST_SPELLED = 6
_LEAST_SPELLED_NEAR = 5


def phones(read: Normalized) -> Iterator[Finding]:
    """Every telephone number of a text."""
    if has_digit(read.text):
        for match in _CANDIDATE.finditer(read.folded):
            yield from _judged(read.folded, match.start(), match.end())
    yield from _spelled(read.folded)


def near_phone_word(folded: str, start: int, end: int) -> bool:
    """Whether a word of calling stands shortly before or right after [start, end)."""
    return _NEAR.search(folded, max(0, start - 45), start) is not None or (
        _NEAR.search(folded, end, min(len(folded), end + 20)) is not None or _OF_A_PLACE.match(folded, end) is not None
    )


def _judged(folded: str, start: int, end: int) -> Iterator[Finding]:
    written = folded[start:end]
    while written.endswith(")") and written.count(")") > written.count("("):
        written, end = written[:-1], end - 1
    core = _EXTENSION.sub("", written).strip()
    digits = re.sub(r"\D", "", core)
    foreign = core.startswith(("+", "(+")) or (core.startswith("00") and len(digits) >= 9)  # noqa: PLR2004 - 00, a country and a number
    near = near_phone_word(folded, start, end)
    if (_DATE.match(core) and not foreign) or _DECIMALS.match(core):
        return
    if foreign and len(digits) >= 7:  # noqa: PLR2004 - the shortest numbers with a country
        yield Finding(start, end, "PHONE", 1.0 if _possible(digits) else 0.85, "international number")
    elif core != written and len(digits) >= 7:  # noqa: PLR2004
        yield Finding(start, end, "PHONE", 0.95, "number with extension")
    elif near and 6 <= len(digits) <= 15 and not _GROUPED_THOUSANDS.match(core):  # noqa: PLR2004 - E.164 ends at fifteen
        yield Finding(start, end, "PHONE", 0.95, "number near a word of calling")
    elif _valid(digits) and not _GROUPED_THOUSANDS.match(core):
        yield Finding(start, end, "PHONE", 0.85, "valid number of a region")
    elif _formatted(core, digits):
        yield Finding(start, end, "PHONE", 0.75, "written like a number")
    elif len(digits) >= 8 and _split(core):  # noqa: PLR2004 - digits one by one
        yield Finding(start, end, "PHONE", 0.7, "split digits")
    elif 9 <= len(digits) <= 15 and not _GROUPED_THOUSANDS.match(core):  # noqa: PLR2004
        yield Finding(start, end, "ID", 0.5, "long digits")


def _formatted(core: str, digits: str) -> bool:
    if not 7 <= len(digits) <= 15 or _FORMATS.match(core) is None:  # noqa: PLR2004
        return False
    if _GROUPED_THOUSANDS.match(core):
        return False
    return not (_RANGE.match(core) and len(digits) == 8 and "-" in core and int(digits[:4]) < int(digits[4:]) and digits[:4].endswith("00"))  # noqa: PLR2004


def _split(core: str) -> bool:
    """Digits written one by one or in pairs, with the same separator."""
    return re.fullmatch(r"\d{1,2}(?:([\s.\-_·•*~|/])\d{1,2})(?:\1\d{1,2}){3,}", core) is not None


@lru_cache(maxsize=2048)
def _possible(digits: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + digits.removeprefix("00"), None))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=2048)
def _valid(digits: str) -> bool:
    """Whether bare digits are a valid number of a region we know; shorter runs are valid somewhere by accident."""
    if not 9 <= len(digits) <= 12:  # noqa: PLR2004
        return False
    for region in _REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _spelled(folded: str) -> Iterator[Finding]:
    """Runs of digit words such as `nine eight seven`, mixed with digits; a listed count is shorter."""
    run: list[re.Match[str]] = []
    spoken = 0
    for match in _SPELLED.finditer(folded):
        token = match.group()
        digit = token.isdigit() or (SMALL.get(token, 100) < 100 and token not in {"a", "an"}) or token in _SPELLED_EXTRA  # noqa: PLR2004
        if digit:
            run.append(match)
            spoken += not token.isdigit()
        elif not (run and token in _BETWEEN):
            yield from _run(folded, run, spoken)
            run, spoken = [], 0
    yield from _run(folded, run, spoken)


def _run(folded: str, run: list[re.Match[str]], spoken: int) -> Iterator[Finding]:
    if spoken < 3 or len(run) < _LEAST_SPELLED_NEAR:  # noqa: PLR2004 - mostly words
        return
    start, end = run[0].start(), run[-1].end()
    if len(run) >= _LEAST_SPELLED or near_phone_word(folded, start, end):
        yield Finding(start, end, "PHONE", 0.8, "spelled-out digits")
