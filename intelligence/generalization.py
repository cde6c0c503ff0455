"""From the exact to the general: amounts to bands, wording to templates with slots, and how much wording two texts share."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

import re
from collections.abc import Sequence

from intelligence.amounts import amount_of
from intelligence.findings import Span
from intelligence.normalization import fold
from intelligence.vocabulary import UNKNOWN, Vocabulary

MAX_SHARED_RUN = 4
"""Content words in a row that anything shared may have in common with any source."""
SLOTS = ("first_name", "company", "amount", "date", "product")
_SLOT_OF = {"PERSON": "first_name", "ORGANIZATION": "company", "AMOUNT": "amount"}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|"
    r"novembro|dezembro|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|décembre)"
)
_DAY = (
    r"(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?|lunes|martes|miércoles|jueves|viernes|sábado|domingo|segunda|terça|quarta|quinta|sexta|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|tomorrow|today|tonight|"
    r"mañana|amanhã|morgen|demain"
)
_DATE = re.compile(
    rf"(?<!\w)(?:\d{{1,2}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}})?|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?{_MONTH}(?:\s(?:de\s)?\d{{4}})?"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|(?-i:[A-Z][a-z]{{2,8}})\s20\d\d|(?:next\s|this\s)?(?:{_DAY})(?:\s(?:morning|"
    rf"afternoon|evening|night))?"
    rf"|(?:in|by|until|before|since|en|em|im|bis|hasta|até)\s(?P<month>{_MONTH})|\d{{1,2}}[:.h]\d{{2}}(?:\s?[ap]m)?|\d{{1,2}}\s?[ap]m)(?!\w)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"(?<=[^\s.!?:\n{}])\s+(?P<name>(?!I\b|I['’])[A-ZÀ-Þ][\w’'-]*[a-z0-9][\w’'-]*(?:\s[A-ZÀ-Þ0-9][\w’'-]*)*)|[\"“«](?P<quoted>[^\"”»\n]{2,60})[\"”»]"
)
_LEFT_OVER = re.compile(r"\d{3,}|[@#]|://|<[A-Z]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|\{\w+\}")
_FUNCTION_WORDS = frozenset(
    "a an the and or but if so as of in on at to for from by with about into over than then that this these those it its is are was were be "
    "been am do does did have has had "
    "i you he she we they me him her us them my your our their his not no yes can could will would should may might just also very too there "
    "here what which who how when where "
    "el la los las un una unos unas y o pero si de del al en con por para a que se es son fue lo le les me te nos mi tu su no sí como más muy ya "
    "o os as um uma e ou mas se do da dos das no na nos nas em com por para que é são foi eu você ele ela nós eles meu seu sua não sim como mais muito já "
    "der die das den dem des ein eine einen einem einer und oder aber wenn so als von in im an am auf zu zum zur für mit bei aus ist sind "
    "war ich du er sie wir ihr es mein dein "
    "unser nicht nein ja wie auch sehr noch schon dass man "
    "le la les un une des et ou mais si de du au aux en dans avec par pour que qui ce cette est sont je tu il elle nous vous ils mon ton son "
    "notre votre ne pas non oui comme plus très "
    "il lo gli i uno e ma se di del della dei delle a al alla in nel con su per che è sono io tu lui lei noi voi mio tuo suo non sì come più molto "
    "hai hain ho ka ki ke ko se me mein par aur ya to bhi nahi na haan kya ye wo hum aap mera apka".split(),
)


def parse_amount(text: str) -> float | None:
    """The amount of money a text names, in the unit of the bands (about a euro); of a range the upper end; None if it names none."""
    return amount_of(text)


def amount_band(text: str, vocabulary: Vocabulary) -> str:
    """The band of the amount a text names; what cannot be read is unknown."""
    amount = parse_amount(text)
    return UNKNOWN if amount is None else vocabulary.amount_band(amount)


def templated(text: str, entities: Sequence[Span]) -> str | None:
    """The wording with slots for what is particular in it, or None when something cannot be replaced safely.

    Slots: {first_name} {company} {amount} {date} {product}. Two different persons or companies, any other kind of entity, braces of
    its own, more than two products or digits that are left over make a wording unsafe.
    """
    if "{" in text or "}" in text or any(entity.type not in _SLOT_OF for entity in entities):
        return None
    named = [{fold(text[one.start : one.end]) for one in entities if one.type == kind} for kind in ("PERSON", "ORGANIZATION")]
    if any(len(names) > 1 for names in named):
        return None
    wording = text
    for entity in sorted(entities, key=lambda one: one.start, reverse=True):
        wording = f"{wording[: entity.start]}{{{_SLOT_OF[entity.type]}}}{wording[entity.end :]}"
    wording = _DATE.sub(_dated, wording)
    wording, products = _PRODUCT.subn(_product, wording)
    if products > 2 or _LEFT_OVER.search(wording):  # noqa: PLR2004 - more capitals are names of something
        return None
    return wording


def longest_shared_run(text: str, source: str) -> int:
    """Content words of the longest run that a text and a source have in common; a slot ends a run, function words neither count nor end one."""
    ours, theirs = _content(text), _content(source)
    longest = 0
    previous: dict[int, int] = {}
    places: dict[str, list[int]] = {}
    for at, word in enumerate(theirs):
        places.setdefault(word, []).append(at)
    for word in ours:
        current = {at: previous.get(at - 1, 0) + 1 for at in places.get(word, ())} if not word.startswith("{") else {}
        longest = max(longest, *current.values()) if current else longest
        previous = current
    return longest


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if word not in _FUNCTION_WORDS]


def _dated(match: re.Match[str]) -> str:
    month = match["month"]
    return "{date}" if month is None else match.group()[: -len(month)] + "{date}"


def _product(match: re.Match[str]) -> str:
    whole, name = match.group(), match["name"] or match["quoted"]
    return whole.replace(name, "{product}")
