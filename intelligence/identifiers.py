"""Numbers that states and banks give to people: cards, accounts, identity, tax, health, passports; and secrets."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

from collections.abc import Callable, Iterator

from intelligence import check_digits
from intelligence.findings import Finding, Shape, find, shape, words
from intelligence.normalization import Normalized

_B = r"(?<![\w.,@/-])"
_E = r"(?![\w]|[.,-]\d)"
_CARD_WORDS = words(
    "card|cards|cc|credit|debit|visa|mastercard|amex|maestro|tarjeta|cartão|cartao|karte|kreditkarte|kartennummer|ec-karte|carte|carta|rupay|pan",
)
_IS = r"(?:\s?(?:number|num|no|nr|nº|n°|#|id|code|es|is|ist|é|est|è|hai|:|=|-|->)\.?:?){0,4}\s{0,2}"


def _digits_between(low: int, high: int) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        return low <= len(check_digits.digits_of(value)) <= high

    return check


def _has_digits(least: int) -> Callable[[str], bool]:
    return _digits_between(least, 99)


def _card(value: str) -> bool:
    return _digits_between(13, 19)(value) and check_digits.luhn(value)


_GROUPS = r"\d(?:[\s.\-_/]{0,2}\d)"
CARDS: tuple[Shape, ...] = (
    shape("card, Luhn valid", "CARD", rf"{_B}{_GROUPS}{{12,18}}{_E}", 1.0, check=_card),
    shape("four groups of four", "CARD", rf"{_B}\d{{4}}(?:[\s.\-_/]{{1,3}}\d{{4}}){{3}}{_E}", 0.8),
    shape("near a card word", "CARD", rf"(?<!\w){_CARD_WORDS}(?:\s\w{{1,12}}){{0,3}}{_IS}(?P<value>{_GROUPS}{{11,18}}){_E}", 0.85),
    shape(
        "end of a card",
        "CARD",
        r"(?<!\w)(?:ending|ends|endet|termina|terminada|terminado|endend|final|finissant|finisce|last\s(?:4|four)(?:\sdigits)?|letzte\s4|últimos\s4)"
        r"(?:\s(?:in|with|on|auf|en|em|par|con|is|are|:))?:?\s(?P<value>\d{4})(?!\w|[.,]\d)",
        0.7,
    ),
    shape("masked card", "CARD", r"(?<!\w)(?:[x*•]{4}[\s-]?){2,3}\d{4}(?!\w)", 0.8),
    shape(
        "security code",
        "CARD",
        r"(?<!\w)(?:cvv|cvc|cvv2|cvc2|csc|security code|código de seguridad|prüfziffer)\W{0,3}(?:is\s|es\s|ist\s)?(?P<value>\d{3,4})(?!\w)",
        0.9,
    ),
    shape(
        "expiry of a card",
        "CARD",
        r"(?<!\w)(?:exp|expiry|expires|expiration|vence|validade|gültig bis|valid thru)\W{0,3}(?:date\W{0,2})?(?P<value>(?:0[1-9]|1[0-2])"
        r"\s?/\s?(?:20)?[2-4]\d)(?!\w)",
        0.7,
    ),
)
_SSN_WORDS = words("ssn|social security|social|sozialversicherung|itin|ein|tin|sin")
PERSONAL: tuple[Shape, ...] = (
    shape("US social security", "ID", rf"{_B}\d{{3}}[-–]\d{{2}}[-–]\d{{4}}{_E}", 0.95),
    shape("US social security, spaced", "ID", rf"{_B}\d{{3}}[\s.]\d{{2}}[\s.]\d{{4}}{_E}", 0.8, check=check_digits.social_security),
    shape("US social security, near its name", "ID", rf"(?<!\w){_SSN_WORDS}{_IS}(?:security\s)?{_IS}(?P<value>{_GROUPS}{{7,9}}){_E}", 0.95),
    shape("UK national insurance", "ID", rf"{_B}[a-ceghj-prtw-z][a-ceghj-nprtw-z]\s?\d{{2}}\s?\d{{2}}\s?\d{{2}}\s?[a-d]{_E}", 0.9),
    shape(
        "named UK national insurance",
        "ID",
        rf"(?<!\w)(?:ni|nino|national insurance){_IS}(?P<value>[a-z]{{2}}\s?\d{{2}}\s?\d{{2}}\s?\d{{2}}(?:\s?[a-d](?!\w))?){_E}",
        0.9,
    ),
    shape("end of a social security number", "ID", r"(?<!\w)(?:[x*•]{2,3}[\s-]?){2}\d{4}(?!\w)", 0.85),
    shape("UK health service", "ID", rf"(?<!\w)nhs{_IS}(?P<value>\d{{3}}[\s-]?\d{{3}}[\s-]?\d{{4}}){_E}", 0.95, check=check_digits.nhs),
    shape("German tax number", "ID", rf"{_B}\d{{2}}\s?\d{{3}}\s?\d{{3}}\s?\d{{3}}{_E}", 0.7, check=check_digits.german_tax),
    shape(
        "French social security",
        "ID",
        rf"{_B}[12]\s?\d{{2}}\s?\d{{2}}\s?(?:\d{{2}}|2[ab])\s?\d{{3}}\s?\d{{3}}\s?\d{{2}}{_E}",
        0.95,
        check=check_digits.french_social_security,
    ),
    shape("Spanish identity", "ID", rf"{_B}(?:\d{{1,2}}\.?\d{{3}}\.?\d{{3}}|[xyz][\s-]?\d{{7}})[\s-]?[a-z]{_E}", 0.95, check=check_digits.spanish_identity),
    shape("Brazilian CPF", "ID", rf"{_B}\d{{3}}\.?\d{{3}}\.?\d{{3}}[-/]?\d{{2}}{_E}", 0.95, check=check_digits.cpf),
    shape("written like a CPF", "ID", rf"{_B}\d{{3}}\.\d{{3}}\.\d{{3}}-\d{{2}}{_E}", 0.85),
    shape("Brazilian CNPJ", "ID", rf"{_B}\d{{2}}\.?\d{{3}}\.?\d{{3}}/?\d{{4}}-?\d{{2}}{_E}", 0.95, check=check_digits.cnpj),
    shape("written like a CNPJ", "ID", rf"{_B}\d{{2}}\.\d{{3}}\.\d{{3}}/\d{{4}}-\d{{2}}{_E}", 0.9),
    shape("Brazilian RG", "ID", rf"{_B}\d{{1,2}}\.\d{{3}}\.\d{{3}}-[\dx]{_E}", 0.8),
    shape("Indian Aadhaar", "ID", rf"{_B}[2-9]\d{{3}}[\s-]?\d{{4}}[\s-]?\d{{4}}{_E}", 0.9, check=check_digits.verhoeff),
    shape("written like an Aadhaar", "ID", rf"{_B}[2-9]\d{{3}}[\s-]\d{{4}}[\s-]\d{{4}}(?![\s-]?\d){_E}", 0.75),
    shape("Indian PAN", "ID", rf"{_B}[a-z]{{3}}[abcfghljpt][a-z]\d{{4}}[a-z]{_E}", 0.9),
    shape("Indian GSTIN", "ID", rf"{_B}\d{{2}}[a-z]{{5}}\d{{4}}[a-z][1-9a-z]z[0-9a-z]{_E}", 0.95),
    shape("Indian bank branch", "ID", rf"{_B}[a-z]{{4}}0[a-z0-9]{{6}}{_E}", 0.8, check=_has_digits(4)),
    shape("Italian fiscal code", "ID", rf"{_B}[a-z]{{6}}\d{{2}}[a-ehlmprst]\d{{2}}[a-z]\d{{3}}[a-z]{_E}", 0.95),
    shape("Mexican CURP", "ID", rf"{_B}[a-z]{{4}}\d{{6}}[hmx][a-z]{{5}}[0-9a-z]\d{_E}", 0.95),
    shape("Mexican RFC", "ID", rf"{_B}[a-zñ&]{{3,4}}\d{{6}}[a-z0-9]{{3}}{_E}", 0.85),
    shape(
        "European VAT",
        "ID",
        rf"{_B}(?:at\s?u|be\s?[01]|de\s?|es\s?[a-z]?|fr\s?[a-z0-9]{{2}}|gb\s?|it\s?|nl\s?|pl\s?|pt\s?|dk\s?|se\s?|ie\s?|lu\s?)"
        rf"\d{{8,12}}(?:b\d{{2}}|[a-z])?{_E}",
        0.8,
    ),
    shape(
        "European VAT, spaced",
        "ID",
        rf"{_B}(?:at\s?u|be\s[01]|de|es\s?[a-z]?|fr\s?[a-z0-9]{{2}}|gb|it|nl|pl|pt|dk|se|ie|lu)\s\d{{2,4}}(?:[\s.]\d{{2,4}}){{2,3}}(?:\s?b\d{{2}}|[a-z])?{_E}",
        0.7,
        check=_digits_between(8, 12),
    ),
    shape("digits behind a letter", "ID", rf"{_B}[a-z]{{1,3}}-?\d{{7,14}}[a-z]?{_E}", 0.6),
    shape("letters and many digits", "ID", rf"{_B}(?=[a-z0-9]{{0,20}}[a-z])(?=(?:[a-z]{{0,6}}\d){{6}})(?!\d{{3,5}}x\d{{3,5}}(?!\w))[a-z0-9]{{8,34}}{_E}", 0.55),
    shape("crypto wallet", "ID", rf"{_B}(?:0x[0-9a-f]{{40}}|bc1[0-9a-z]{{25,59}}|[13][1-9a-z]{{25,34}}|t[1-9a-z]{{33}}){_E}", 0.95),
    shape("uuid", "ID", rf"{_B}[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}{_E}", 0.95),
    shape("key of a service", "ID", rf"{_B}(?:sk|pk|rk|ghp|gho|xox[abp]|akia|aiza|eyj)[-_]?[\w-]{{16,256}}(?!\w)", 0.95, needs="any"),
)
_NAMED = words(
    "passport|pasaporte|passaporte|reisepass|reisepassnummer|passeport|passaporto|pass nr|passnummer|passport no|"
    "driver license|driver's license|drivers license|driving licence|driving license|licence number|license number|dl|cnh|führerschein|permis|patente|licencia|"
    "national id|id card|identity card|id number|id no|id|dni|nie|nif|cif|cuit|cuil|curp|rfc|rut|cédula|cedula|cpf|cnpj|rg|pis|"
    "personalausweis|ausweis|ausweisnummer|perso|steuer-id|steuernummer|steueridentifikationsnummer|ust-id|ustid|svnr|sozialversicherungsnummer|"
    "carte d'identité|cni|siret|siren|numéro de sécu|numéro de sécurité sociale|nir|"
    "codice fiscale|cf|partita iva|p iva|p.iva|carta d'identità|tessera sanitaria|"
    "aadhaar|aadhar|adhar|pan|pan card|voter id|gst|gstin|ssn|itin|ein|nino|national insurance|nhs|medicare|vat|vat no|tax id|tin|abn|utr|"
    "employee id|emp id|student id|patient id|license|licence|residence permit|visa number|green card|niss|nss|imss|bsn|pesel",
)
_BANK = words(
    "account|account number|account no|acct|acc no|a/c|a/c no|ac no|bank account|checking|savings|routing|routing number|aba|sort code|ifsc|"
    "bic|swift|micr|iban|"
    "cuenta|número de cuenta|cuenta corriente|clabe|cbu|cvu|conta|conta corrente|agência|agencia|chave pix|pix|konto|kontonummer|konto nr|blz|bankleitzahl|"
    "compte|rib|conto|conto corrente|upi|upi id|wallet|khata",
)
_CODE = r"[a-z0-9](?:[a-z0-9./-]|\s(?=\d)){2,28}[a-z0-9]"
CONTEXTUAL: tuple[Shape, ...] = (
    shape("named identity number", "ID", rf"(?<!\w){_NAMED}(?!\w){_IS}(?P<value>{_CODE}){_E}", 0.9, check=_has_digits(5)),
    shape("named bank number", "ID", rf"(?<!\w){_BANK}(?!\w){_IS}(?P<value>{_CODE}){_E}", 0.9, check=_has_digits(4)),
    shape("bank code of letters", "ID", rf"(?<!\w)(?:bic|swift)(?!\w){_IS}(?P<value>[a-z]{{6}}[a-z0-9]{{2}}(?:[a-z0-9]{{3}})?)(?!\w)", 0.9, needs="i"),
    shape("sort code", "ID", rf"{_B}\d{{2}}-\d{{2}}-\d{{2}}\s\d{{7,8}}{_E}", 0.9),
    shape(
        "pin or one-time code",
        "ID",
        r"(?<!\w)(?:pin|otp|tan|passcode|one.time.code|verification code|código|codigo|code|codice)(?!\w)\W{0,3}(?:is\s|es\s|ist\s|é\s|est\s|"
        r"è\s)?:?\s?(?P<value>\d{4,8})(?!\w|[.,]\d)",
        0.7,
    ),
    shape(
        "password",
        "ID",
        r"(?<!\w)(?:password|passwort|contraseña|senha|mot de passe|mdp|pwd|kennwort)(?!\w)\s?(?:is|es|ist|é|est|è|:|=)"
        r"\s{0,2}:?\s?(?P<value>(?=\S{0,40}[\d!@#$%^&*_+=-])\S{4,64})",
        0.85,
        needs="any",
    ),
)
_IBAN_START = shape("IBAN", "IBAN", rf"{_B}[a-z]{{2}}\s?\d{{2}}(?=[\s-]?[a-z0-9]{{4}})", 1.0)


def identifiers(read: Normalized) -> Iterator[Finding]:
    """Every personal number and secret of a text."""
    yield from find(CARDS, read)
    yield from find(PERSONAL, read)
    yield from find(CONTEXTUAL, read)
    yield from _accounts(read)


def _accounts(read: Normalized) -> Iterator[Finding]:
    """IBANs end after as many characters as their country gives them, whatever is written next to them."""
    for start in find((_IBAN_START,), read):
        length = check_digits.IBAN_LENGTHS.get(read.folded[start.start : start.start + 2])
        if length is None:
            continue
        end, taken = start.start, 0
        while end < len(read.folded) and taken < length and (read.folded[end].isalnum() or read.folded[end] in " -.\n"):
            taken += read.folded[end].isalnum()
            end += 1
        value = read.text[start.start : end]
        if taken == length and (end == len(read.folded) or not read.folded[end].isalnum()) and value.isascii():
            valid = check_digits.iban(value)
            if valid or len(check_digits.digits_of(value)) >= length // 2:
                yield Finding(start.start, end, "IBAN", 1.0 if valid else 0.7, "IBAN, mod 97" if valid else "written like an IBAN")
