"""Check digits of cards, bank accounts and national numbers. Each takes the characters as written and ignores separators."""

import re

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_VERHOEFF_PERMUTATIONS = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_FISCAL_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
IBAN_LENGTHS = {
    code: int(length)
    for code, length in (
        pair.split(":")
        for pair in (
            "ad:24 ae:23 al:28 at:20 az:28 ba:20 be:16 bg:22 bh:22 br:29 by:28 ch:21 cr:22 cy:28 cz:24 de:22 dk:18 do:28 ee:20 eg:29 es:24 "
            "fi:18 fo:18 fr:27 gb:22 ge:22 gi:23 gl:18 gr:27 gt:28 hr:21 hu:28 ie:22 il:23 iq:23 is:26 it:27 jo:30 kw:30 kz:20 lb:28 lc:32 "
            "li:21 lt:20 lu:20 lv:21 mc:27 md:24 me:22 mk:19 mr:27 mt:31 mu:30 nl:18 no:15 pk:24 pl:28 ps:29 pt:25 qa:29 ro:24 rs:22 sa:24 "
            "sc:31 se:24 si:19 sk:24 sm:27 st:25 sv:28 tl:23 tn:24 tr:26 ua:29 va:22 vg:24 xk:20"
        ).split()
    )
}
"""Characters of an IBAN by country (SWIFT IBAN registry)."""


def digits_of(value: str) -> list[int]:
    """The digits of a value."""
    return [int(character) for character in value if character.isdigit()]


def luhn(value: str) -> bool:
    """Payment cards and IMEI numbers (ISO/IEC 7812-1)."""
    digits = digits_of(value)
    doubled = [digit if position % 2 == 0 else sum(divmod(2 * digit, 10)) for position, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0


def iban(value: str) -> bool:
    """Mod 97 of ISO 13616, with the country's length."""
    compact = _compact(value)
    if IBAN_LENGTHS.get(compact[:2].lower()) != len(compact):
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def social_security(value: str) -> bool:
    """United States: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    digits = "".join(map(str, digits_of(value)))
    return digits[:3] not in {"000", "666"} and digits[3:5] != "00" and digits[5:] != "0000"


def nhs(value: str) -> bool:
    """United Kingdom health service: weighted sum modulo 11."""
    digits = digits_of(value)
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return len(digits) == 10 and check % 11 == digits[9]  # noqa: PLR2004 - ten digits


def german_tax(value: str) -> bool:
    """Germany's tax number: ISO 7064, MOD 11,10."""
    digits = digits_of(value)
    product = 10
    for digit in digits[:-1]:
        total = (digit + product) % 10 or 10
        product = 2 * total % 11
    return len(digits) == 11 and digits[0] > 0 and (11 - product) % 10 == digits[-1]  # noqa: PLR2004 - eleven digits


def french_social_security(value: str) -> bool:
    """France: 97 minus the first thirteen characters modulo 97; Corsica counts as 19 and 18."""
    compact = _compact(value).upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return len(compact) == 15 and compact.isdigit() and 97 - int(compact[:13]) % 97 == int(compact[13:])  # noqa: PLR2004 - fifteen characters


def spanish_identity(value: str) -> bool:
    """Spain's DNI and NIE: the letter is the number modulo 23."""
    compact = _compact(value).upper()
    number = compact[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and _DNI_LETTERS[int(number) % 23] == compact[-1]


def portuguese_tax(value: str) -> bool:
    """Portugal's NIF: weighted sum modulo 11."""
    digits = digits_of(value)
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(9, 1, -1), strict=False)) % 11
    return len(digits) == 9 and (0 if check > 9 else check) == digits[8]  # noqa: PLR2004 - nine digits


def cpf(value: str) -> bool:
    """Brazil's CPF of a person: two weighted sums modulo 11."""
    digits = digits_of(value)
    return len(digits) == 11 and len(set(digits)) > 1 and all(_brazilian(digits[:size], range(size + 1, 1, -1)) == digits[size] for size in (9, 10))  # noqa: PLR2004


def cnpj(value: str) -> bool:
    """Brazil's CNPJ of a company."""
    digits = digits_of(value)
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return len(digits) == 14 and all(_brazilian(digits[:size], weights[13 - size :]) == digits[size] for size in (12, 13))  # noqa: PLR2004


def verhoeff(value: str) -> bool:
    """India's Aadhaar."""
    check = 0
    for position, digit in enumerate(reversed(digits_of(value))):
        check = _dihedral(check, int(_VERHOEFF_PERMUTATIONS[position % 8][digit]))
    return check == 0


def fiscal_code(value: str) -> bool:
    """Italy's codice fiscale: the sixteenth character checks the others."""
    compact = _compact(value).upper()
    if len(compact) != 16:  # noqa: PLR2004 - sixteen characters
        return False
    ranks = [int(character) if character.isdigit() else ord(character) - ord("A") for character in compact[:15]]
    total = sum(_FISCAL_ODD[rank] if position % 2 == 0 else rank for position, rank in enumerate(ranks))
    return chr(ord("A") + total % 26) == compact[15]


def _brazilian(digits: list[int], weights: "range | tuple[int, ...]") -> int:
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest  # noqa: PLR2004 - of the definition


def _dihedral(first: int, second: int) -> int:
    """Multiplication of the dihedral group of order ten."""
    if first < 5:  # noqa: PLR2004 - rotations
        return (first + second) % 5 if second < 5 else 5 + (first + second) % 5  # noqa: PLR2004
    return 5 + (first - second) % 5 if second < 5 else (first - second) % 5  # noqa: PLR2004


def _compact(value: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", value)
