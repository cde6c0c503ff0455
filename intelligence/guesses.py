"""What to believe of the trained model's guesses at numbers: it reads context well, and digits badly."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from intelligence.everyday_words import EverydayWords
from intelligence.findings import Finding, words
from intelligence.normalization import Normalized
from intelligence.number_words import is_number_word

_NUMBERS = frozenset("PHONE CARD IBAN ID PLATE ORDER BIRTHDATE AMOUNT".split())
_LONGER = frozenset("PHONE CARD IBAN ID ORDER".split())
_CODES = frozenset("PLATE ORDER ID".split())
_FEWEST_DIGITS = 3
_FEWEST_NUMBER_WORDS = 2
_SURE = 0.5
"""A pattern with a check digit or a context word is always surer."""
_PART = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+")
_HARMLESS = re.compile(
    r"(?:"
    r"\d{2,5}\s?[x×]\s?\d{2,5}(?:\s?[x×]\s?\d{1,5})?"  # measures and resolutions
    r"|(?:q[1-4]|h[12]|kw\s?\d\d?)\W?\s?(?:20\d\d)?"  # quarters, halves, weeks
    r"|20[12]\d\s?[-–/]\s?(?:20)?[1-4]\d"  # spans of years
    r"|20[12]\d"  # a year
    r"|\d{1,2}[./-]\d{1,2}(?:[./-](?:20)?[1-4]\d)?|20[12]\d-\d\d-\d\d"  # a recent or coming date
    r"|\d{1,2}(?:[:.h]\d{2})?\s?(?:am|pm|h|uhr|hrs)?(?:\s?[-–]\s?\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|h)?)?"  # times of day
    r"|\d{1,3}(?:[.,]\d{1,2})?\s?(?:%|percent|prozent|por ciento|por cento|°|x)"
    r"|\d{1,6}\s?(?:units?|pcs|pieces?|boxes|people|users?|employees?|seats?|kg|km|cm|mm|days?|weeks?|months?|years?|hours?|gb|tb|mb|unidades|"
    r"piezas|cajas|stück|tage|dias|días)"
    r")\W*",
)
_COUNTED = re.compile(
    rf"(?<!\w){words('size sizes waist leg page pg row rows column col tab sheet cell version ver rev model part spare screw bolt firmware')}(?!\w)"
    rf"|(?<!\w){words('talla tallas hoja pestaña columna fila celda página pág pag versión modelo pieza repuesto tornillo tiro')}(?!\w)"
    rf"|(?<!\w){words('tamanho aba planilha coluna linha célula versão peça parafuso')}(?!\w)"
    rf"|(?<!\w){words('größe seite zeile spalte reiter blatt version modell teil ersatzteil schraube mutter scheibe')}(?!\w)"
    rf"|(?<!\w){words('taille onglet colonne ligne modèle modele pièce vis')}(?!\w)"
    rf"|(?<!\w){words('taglia misura foglio colonna riga pagina versione modello pezzo vite')}(?!\w)"
)
"""What counts sizes, pages, rows and products: the number behind it is no identifier and no house."""
_BEFORE = 16
"""Characters before a guess in which such a word still counts it."""
_FEWEST_WORDS_OF_A_WAY = 3
"""Fewer may be the name of a place."""
_ENDS = frozenset(".!?:\n…")
_LOOK_BACK = 6
"""Characters before a guess that show whether it begins a sentence."""
_LABELS = frozenset(
    "dob birthday bday birth passport ssn iban bic swift card cvv otp pin id phone tel mobile cell whatsapp email mail address zip order "
    "invoice tracking booking plate account "
    "pasaporte dni nie cif nif tarjeta cuenta correo direccion dirección pedido factura matrícula matricula teléfono telefono móvil nacimiento cumpleaños "
    "cpf cnpj rg cep pix cartão conta endereço placa nascimento aniversário senha celular "
    "kennzeichen steuer nummer konto kontonummer rechnung bestellung adresse telefon handy reisepass ausweis geburtsdatum geburtstag karte kundennummer plz "
    "commande facture plaque immatriculation naissance compte carte adresse téléphone passeport targa codice fiscale ordine fattura conto indirizzo nascita "
    "aadhaar aadhar pan gst gstin ifsc upi "
    "monday tuesday wednesday thursday friday saturday sunday lunes martes miércoles jueves viernes sábado domingo montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag "
    "segunda terça quarta quinta sexta lundi mardi mercredi jeudi vendredi samedi dimanche "
    "mayo maio mai maggio avril juin juillet août aout mars marzo março aprile giugno luglio settembre ottobre gennaio febbraio dicembre "
    "novembre juni juli märz "
    "january february march july september october november december enero febrero octubre noviembre diciembre".split(),
)


def believable(read: Normalized, guesses: Iterable[Finding]) -> Iterator[Finding]:
    """The guesses worth masking, without the words around a number that are none of it."""
    for guess in guesses:
        if guess.type not in _NUMBERS:
            said = read.folded[guess.start : guess.end]
            if _named(said) and not (guess.type == "ADDRESS" and _leads_nowhere(read, guess)) and not (guess.type == "PERSON" and _doubtful(read, guess)):
                yield guess
            continue
        kept = _trimmed(read, guess) if guess.type in _LONGER else guess
        said = read.folded[kept.start : kept.end]
        digits = sum(character.isdigit() for character in said)
        spelled = sum(is_number_word(word) for word in _WORD.findall(said))
        least = 1 if guess.type in {"AMOUNT", "BIRTHDATE"} else _FEWEST_DIGITS
        if (digits >= least or spelled >= _FEWEST_NUMBER_WORDS) and _HARMLESS.fullmatch(said) is None and not (guess.type in _CODES and _counted(read, kept)):
            yield replace(kept, score=min(kept.score, _SURE))


def _counted(read: Normalized, guess: Finding) -> bool:
    """Whether a word that counts products, sizes or pages stands in it or right before it."""
    return _COUNTED.search(read.folded, max(0, guess.start - _BEFORE), guess.end) is not None


def _doubtful(read: Normalized, guess: Finding) -> bool:
    """Whether it takes words that everybody uses for a person, is not sure enough for that, and capitals do not speak for it. Its rarest word decides."""
    said = [word for word in _WORD.finditer(read.folded, guess.start, guess.end) if len(word.group()) > 1]
    if guess.score >= min((_everyday().doubt(word.group()) for word in said), default=0.0):
        return False
    capitals = sum(read.text[word.start()].isupper() for word in said)
    before = read.text[max(0, guess.start - _LOOK_BACK) : guess.start].rstrip(" \"'(*¡¿")
    begins = not before or before[-1] in _ENDS
    return read.text.isupper() or capitals <= begins


def _leads_nowhere(read: Normalized, guess: Finding) -> bool:
    """Whether it is the way through a sheet or a shop (row 4, second door, blue gate): nothing in it that only an address has."""
    if _counted(read, guess):
        return True
    said = read.folded[guess.start : guess.end]
    if any(_numeric(part) for part in said.split()) or not read.text[guess.start : guess.end].islower():
        return False
    everyday, said_words = _everyday(), _WORD.findall(said)
    return len(said_words) >= _FEWEST_WORDS_OF_A_WAY and all(everyday.common(word) and not everyday.place(word) for word in said_words)


@lru_cache(maxsize=1)
def _everyday() -> EverydayWords:
    return EverydayWords.load()


def _trimmed(read: Normalized, guess: Finding) -> Finding:
    """Without words at either end that have neither digits nor numbers in them, if anything is left."""
    parts = [match.span() for match in _PART.finditer(read.folded, guess.start, guess.end)]
    numeric = [span for span in parts if _numeric(read.folded[span[0] : span[1]])]
    return replace(guess, start=numeric[0][0], end=numeric[-1][1]) if numeric else guess


def _named(said: str) -> bool:
    """Anything but the label of a form and the name of a month or a day."""
    words = _WORD.findall(said)
    return any(character.isalnum() for character in said) and (not words or any(word not in _LABELS for word in words))


def _numeric(part: str) -> bool:
    return any(character.isdigit() for character in part) or any(is_number_word(word) for word in _WORD.findall(part))
