"""Numbers that businesses give to what one person ordered, booked or signed; vehicle plates; dates of birth."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

import re
from collections.abc import Callable, Iterator

from intelligence.findings import Finding, Shape, find, shape, words
from intelligence.normalization import Normalized
from intelligence.number_words import SMALL
from intelligence.spoken_births import spoken_births

_NOUNS = words(
    "order|orders|ord|po|purchase order|invoice|inv|bill|booking|reservation|confirmation|tracking|shipment|parcel|consignment|awb|waybill|"
    "delivery|contract|policy|"
    "agreement|ticket|case|claim|quote|quotation|estimate|proposal|reference|ref|rma|return|serial|serial number|imei|vin|member|membership|customer|client|"
    "account|loyalty|license|licence|permit|registration|transaction|txn|receipt|subscription|voucher|application|file|job|project code|flight|pnr|utr|"
    "pedido|orden|orden de compra|factura|reserva|confirmación|seguimiento|guía|envío|contrato|póliza|poliza|expediente|cliente|socio|"
    "referencia|recibo|localizador|presupuesto|"
    "encomenda|fatura|nota fiscal|nf|boleto|rastreio|rastreamento|código de rastreio|apólice|protocolo|nota|matrícula|comanda|"
    "bestellung|bestellnummer|bestell-nr|bestellnr|auftrag|auftragsnummer|auftragsnr|rechnung|rechnungsnummer|rechnungsnr|buchung|buchungsnummer|buchungscode|"
    "vertrag|vertragsnummer|vertragsnr|kundennummer|kundennr|kunden-nr|sendung|sendungsnummer|paketnummer|versicherungsnummer|police|angebot|angebotsnummer|"
    "vorgang|vorgangsnummer|aktenzeichen|referenz|reklamation|seriennummer|ticketnummer|mitgliedsnummer|"
    "commande|facture|réservation|numéro de suivi|suivi|colis|contrat|dossier|devis|police|réf|référence|billet|abonnement|adhérent|"
    "ordine|fattura|prenotazione|spedizione|contratto|polizza|pratica|preventivo|scontrino|tracciamento|codice cliente|"
    "order id|order no|booking id|booking code|booking ref|tracking id|tracking code|docket|challan|policy no|bill no",
)
_MARK = (
    r"(?:\s?(?:number|numbers|num|nummer|no|n|nr|nº|n°|n\.º|número|numero|numéro|id|ref|reference|code|código|codigo|codice|#)(?!\w)\.?"
    r"|\s?[#:=]|\s?№|[?!.,]?\s(?:is|was|its|it's|it is|es|ist|é|est|è|hai)(?!\w))"
)
_UNITS = (
    r"(?!\s?(?:x|×|units?|pcs|pieces?|of|more|kg|kgs|g|boxes|box|cartons?|bottles?|items?|bags?|pairs?|sets?|copies|cases|packs?|rooms?|"
    r"seats?|tickets?|nights?|days?|"
    r"weeks?|months?|years?|people|guests?|euros?|dollars?|%|usd|eur|rs|am|pm|min|mins|minutes|hours?|stück|kisten|kartons|unidades|piezas|cajas|peças|caixas|"
    r"pièces|cartons|pezzi|scatole|km|m|cm|ml|l|gb|or|to|times|per)(?!\w))"
)
_SHORT_WORDS = words("is in it at on to of or ok my by so we es el en la no de da do un si ya ist da ja um im er est et au en un il ho hai ko ka ki pe")
_CODE = r"[a-z0-9](?:[a-z0-9]|[-/._#](?=[a-z0-9])){2,30}"


def _digits(least: int) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        return sum(character.isdigit() for character in value) >= least

    return check


def _unmarked(value: str) -> bool:
    """Without a word such as `number` between, a year or a round quantity is no reference."""
    digits = sum(character.isdigit() for character in value)
    return digits >= 4 and re.fullmatch(r"(?:19|20)\d\d|[1-9]0{3,}|[1-9]\d?000", value) is None  # noqa: PLR2004 - shorter is a quantity


REFERENCES: tuple[Shape, ...] = (
    shape("named reference", "ORDER", rf"(?<!\w){_NOUNS}{_MARK}(?:{_MARK}){{0,3}}\s{{0,2}}(?P<value>{_CODE})(?![\w%])", 0.9, check=_digits(2)),
    shape("short named reference", "ORDER", rf"(?<!\w){_NOUNS}\s?(?:number|no\.?|nr\.?|id|nº|#)\s?[:#]?\s?(?P<value>\d{{2,3}})(?![\w%]|[.,]\d){_UNITS}", 0.6),
    shape("reference after its noun", "ORDER", rf"(?<!\w){_NOUNS}\.?:?\s(?P<value>{_CODE})(?![\w%]|[.,]\d){_UNITS}", 0.75, check=_unmarked),
    shape(
        "code of letters",
        "ORDER",
        rf"(?<!\w)(?i:{_NOUNS}){_MARK}(?i:{_MARK}){{0,2}}\s{{0,2}}(?P<value>(?=[A-Z0-9]{{0,7}}[A-Z])[A-Z0-9]{{5,8}})(?!\w)",
        0.7,
        needs="any",
        cased=True,
    ),
    shape(
        "code after its noun",
        "ORDER",
        rf"(?<!\w)(?i:{_NOUNS})\s(?P<value>(?=[A-Z]{{0,7}}\d)(?=\d{{0,7}}[A-Z])[A-Z0-9]{{5,8}})(?!\w)",
        0.7,
        cased=True,
    ),
    shape(
        "prefixed number",
        "ORDER",
        r"(?<![\w/.-])(?:ord|order|inv|po|so|ref|tkt|bk|bkg|cn|rma|awb|trk|case|pol|ctr|con|res|rg|re|auf|ang|quo|qt|est|nf|fac|ft|ped|kd|kv|"
        r"cust|sub|txn|crm|cli|acc|vtr|cmd|gu|exp|cas|dos|"
        r"bst|bestellung|pedido|fatura|rechnung)\s?[-_/]\s?[a-z]{0,4}-?\d{3,}(?:[-/]\w{1,12}){0,3}(?!\w)",
        0.85,
    ),
    shape("letters-digits code", "ORDER", r"(?<![\w/.-])[a-z]{1,5}[-/#](?:[a-z0-9]{1,6}[-/])?\d{5,}(?:[-/]\w{1,12}){0,3}(?!\w)", 0.7),
    shape("year and number", "ORDER", r"(?<![\w/.-])[a-z]{1,5}[-/#]20\d\d[-/#]\d{1,8}(?!\w)", 0.8),
    shape("hash number", "ORDER", r"(?<![\w&])(?:#|№)\s?(?!(?:19|20)\d\d(?!\w))(?:[a-z]{1,4}-?)?\d{3,}(?:-?[a-z0-9]{1,6}){0,3}(?!\w)", 0.75, check=_digits(3)),
    shape(
        "spaced code after its noun",
        "ORDER",
        rf"(?<!\w){_NOUNS}(?:{_MARK}){{0,3}}\s{{1,2}}(?P<value>[a-z]{{1,4}}\s\d{{2,6}}(?:[\s./-]\d{{1,6}}){{0,4}}(?:\s(?!{_SHORT_WORDS}(?!\w))[a-z]{{1,2}})?)(?![\w%]|[.,]\d){_UNITS}",
        0.8,
        check=_digits(4),
    ),
    shape(
        "grouped number after its noun",
        "ORDER",
        rf"(?<!\w){_NOUNS}(?:{_MARK}){{0,3}}\s{{1,2}}(?P<value>\d{{2,6}}(?:[\s./-]\d{{2,6}}){{1,5}})(?![\w%]|[.,]\d){_UNITS}",
        0.75,
        check=_digits(6),
    ),
    shape("parcel service, spaced", "ORDER", r"(?<!\w)[a-z]{2}(?:\s?\d){9}\s?[a-z]{2}(?!\w)", 0.9),
    shape("parcel service", "ORDER", r"(?<!\w)(?:1z[0-9a-z]{16}|[a-z]{2}\d{9}[a-z]{2}|jd\d{16,18}|jjd\d{16,20})(?!\w)", 0.95),
)


def _letters_and_digits(value: str) -> bool:
    return any(character.isdigit() for character in value) and any(character.isalpha() for character in value)


_PLATE_WORDS = words(
    "plate|plates|license plate|licence plate|number plate|plate number|reg|reg no|registration|vehicle no|vehicle number|car number|gaadi "
    "no|gadi number|gaadi number|"
    "matrícula|matricula|placa|placas|patente|chapa|kennzeichen|nummernschild|kfz|plaque|immatriculation|immatriculée|targa|targata",
)
_PLATE_IS = r"(?:\s?(?:number|num|no|nr|nº|of|de|del|do|da|is|es|ist|é|est|è|hai|car|truck|van|auto|coche|carro|:|#|-|my|mi|the|our|mein)\.?:?){0,4}\s{0,2}"
PLATES: tuple[Shape, ...] = (
    shape(
        "named plate",
        "PLATE",
        rf"(?<!\w){_PLATE_WORDS}(?!\w){_PLATE_IS}(?P<value>[a-zäöü0-9](?:(?!\s{_SHORT_WORDS}(?!\w))[\s-]?[a-zäöü0-9]){{3,9}})(?!\w)",
        0.9,
        check=_letters_and_digits,
    ),
    shape("British plate", "PLATE", r"(?<![\w-])[A-Z]{2}\d{2}\s?[A-Z]{3}(?![\w-])", 0.7, cased=True),
    shape("German plate", "PLATE", r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}\s?\d{1,4}[EH]?(?![\w-])", 0.7, cased=True),
    shape("French or Italian plate", "PLATE", r"(?<![\w-])[A-Z]{2}[-\s]?\d{3}[-\s]?[A-Z]{2}(?![\w-])", 0.75, cased=True),
    shape(
        "Spanish plate",
        "PLATE",
        r"(?<![\w-])\d{4}[-\s]?(?!PCS|MXN|GBP|BTC|PKR|CHF|CZK|DKK|HKD|KRW|NGN|PHP|RMB|THB|VND|SQM|KWH|SQF|MBP|LTD)[BCDFGHJKLMNPRSTVWXYZ]{3}(?![\w-])",
        0.7,
        cased=True,
    ),
    shape("Portuguese plate", "PLATE", r"(?<![\w-])(?:[A-Z]{2}-\d{2}-(?:[A-Z]{2}|\d{2})|\d{2}-(?:[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2}))(?![\w-])", 0.75, cased=True),
    shape("Mercosur plate", "PLATE", r"(?<![\w-])[A-Z]{3}[-\s]?\d[A-Z]\d{2}(?![\w-])", 0.8, cased=True),
    shape("Indian plate", "PLATE", r"(?<![\w-])[A-Z]{2}[\s-]?\d{1,2}[\s-]?[A-Z]{1,3}[\s-]?\d{4}(?![\w-])", 0.8, cased=True),
    shape(
        "lower-case Indian plate",
        "PLATE",
        r"(?<![\w-])(?:ap|ar|as|br|cg|ch|dl|ga|gj|hr|hp|jh|jk|ka|kl|mh|mp|od|pb|rj|tn|ts|up|uk|wb)[\s-]?\d{1,2}[\s-]?[a-z]{1,3}[\s-]?\d{1,4}(?![\w-])",
        0.75,
    ),
)
_MONTHS = words(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre ene abr ago dic "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro fev mai set out dez "
    "januar jänner februar märz mai juni juli oktober dezember mrz okt "
    "janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre janv févr avr juil déc "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug",
)
_OF = r"(?:\s?(?:of|de|del|di|/|-|\.|,)\s?|\s)"
_ORDINAL = r"(?:st|nd|rd|th|º|ª|er|\.)?"
_YEAR = r"(?:19|20)\d{2}"
_DAY_WORD = words(" ".join(word for word, value in SMALL.items() if 1 <= value <= 31 and len(word) > 2))  # noqa: PLR2004 - days of a month
_WRITTEN = (
    rf"(?:(?:\d{{1,2}}{_ORDINAL}|{_DAY_WORD}){_OF}{_MONTHS}\.?(?:{_OF}'?(?:{_YEAR}|\d{{2}})(?!\d))?"
    rf"|{_MONTHS}\.?\s\d{{1,2}}{_ORDINAL}(?:,?\s?'?(?:{_YEAR}|\d{{2}})(?!\d))?)"
)
_NUMERIC = rf"(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:{_YEAR}|\d{{2}})(?!\d)|{_YEAR}[./-]\d{{1,2}}[./-]\d{{1,2}}(?!\d))"
_BORN = words(
    "born|dob|d.o.b|d.o.b.|date of birth|birth date|birthdate|birthday|bday|b-day|birth|geboren|geb|geb.|geburtsdatum|geburtstag|nacido|"
    "nacida|nací|naci|nacimiento|"
    "fecha de nacimiento|cumpleaños|cumple|cumplo|nascido|nascida|nasci|nascimento|data de nascimento|aniversário|aniversario|né|née|"
    "naissance|date de naissance|anniversaire|"
    "nato|nata|nascita|data di nascita|compleanno|janm|janam|janmdin|janam din",
)
BIRTHS: tuple[Shape, ...] = (
    shape(
        "date after birth",
        "BIRTHDATE",
        rf"(?<!\w){_BORN}(?!\w)(?:\W{{1,3}}[^\W\d]{{1,12}}){{0,4}}?\W{{0,4}}(?P<value>{_NUMERIC}|{_WRITTEN}|\d{{1,2}}[./]\d{{1,2}})(?!\w)",
        0.95,
    ),
    shape("date before birth", "BIRTHDATE", rf"(?<![\w./-])(?P<value>{_NUMERIC}|{_WRITTEN})\W{{1,3}}(?:[^\W\d]{{1,8}}\W){{0,3}}{_BORN}(?!\w)", 0.85),
    shape("year after birth", "BIRTHDATE", rf"(?<!\w){_BORN}(?!\w)(?:\s[^\W\d]{{1,10}}){{0,3}}\s(?P<value>(?:19\d{{2}}|200\d))(?!\w|[.,]\d)", 0.8),
    shape("digits after birth", "BIRTHDATE", r"(?<!\w)(?:dob|d\.o\.b\.?|geb\.?|nasc\.?|f\.?\s?nac\.?)\W{0,3}(?P<value>\d{6}|\d{8})(?!\w)", 0.9),
    shape(
        "full date of a lifetime",
        "BIRTHDATE",
        r"(?<![\w./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:19[2-9]\d|200\d)|(?:19[2-9]\d|200\d)[./-]\d{1,2}[./-]\d{1,2})(?!\w)",
        0.6,
    ),
    shape(
        "written date of a lifetime",
        "BIRTHDATE",
        rf"(?<![\w./-])(?:\d{{1,2}}{_ORDINAL}{_OF}{_MONTHS}\.?{_OF}|{_MONTHS}\.?\s\d{{1,2}}{_ORDINAL},?\s)(?:19[2-9]\d|200\d)(?!\w)",
        0.6,
    ),
)


def references(read: Normalized) -> Iterator[Finding]:
    """Every order, contract, tracking, policy or booking number of a text."""
    return find(REFERENCES, read)


def plates(read: Normalized) -> Iterator[Finding]:
    """Every vehicle plate of a text."""
    return find(PLATES, read)


def births(read: Normalized) -> Iterator[Finding]:
    """Every date of birth of a text."""
    yield from find(BIRTHS, read)
    yield from spoken_births(read)
