"""Where what is found begins and ends: whole addresses, birth dates in words, references with spaces, plates and links. Patterns only."""

import re

import pytest

from intelligence.anonymizer import Anonymizer

_MARK = re.compile(r"\[([A-Z]+) (.*?)\]")
MARKED = """
post it to [ADDRESS 14 Elder Close, flat 3, Didcot OX11 9ZZ] before noon
we are at [ADDRESS Hauptstraße 12, 2. Stock, 10115 Berlin] bitte klingeln
[ADDRESS Rua das Acácias, 45, casa dos fundos, Bairro Novo, Olinda - PE]
entrega en [ADDRESS calle mayor 5, 3º B, Getafe] por favor
[ADDRESS via roma 12, scala B, interno 4] grazie
[ADDRESS 12 rue de la paix, bâtiment C, 3e étage] merci
[ADDRESS Flat 302, Sai Residency, MG Road, near SBI ATM] pls
mum was born [BIRTHDATE the third of march nineteen fifty one] so she is older
nací [BIRTHDATE el dos de mayo del setenta y siete] en casa
geboren am [BIRTHDATE zwölften juli neunundsechzig] in einem dorf
born on [BIRTHDATE 4 july sixty two] she said
we meet on the third of march at nine
my bday is [BIRTHDATE June 5] but the fair is june 6
order [ORDER AB 4471 09] is late
pedido [ORDER 66 123 04] no ha llegado
Rechnung [ORDER RE 2024 0098] fehlt
tracking is [ORDER RR 123 456 785 GB] they say
order 500 units and 20 boxes
matrícula [PLATE 1234 BCD] es la furgoneta
targa [PLATE AB 123 CD] parcheggiata
kennzeichen [PLATE B MW 2207] steht vor der tür
gaadi [PLATE MH 12 AB 1234] aayegi
the box says model xps-13 9310
see [URL https://saltandstone.example/menu?x=1] ok
just go to [URL saltandstone dot com] then
youtube.com/[URL watch?v=abc123] is the clip
google.com has it
"""


@pytest.fixture(scope="module")
def anonymizer() -> Anonymizer:
    return Anonymizer()


@pytest.mark.parametrize("marked", MARKED.strip().splitlines())
def test_what_is_found_is_whole_and_no_more(anonymizer: Anonymizer, marked: str) -> None:
    text = _MARK.sub(r"\2", marked)
    found = [(entity.type, text[entity.start : entity.end]) for entity in anonymizer.analyze(text)]
    assert found == [(match[1], match[2]) for match in _MARK.finditer(marked)]
