"""What a zone knows by name or number is found however it is written."""
# ruff: noqa: RUF001 - letters and digits of other scripts are the point

import pytest

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList

KNOWN = DenyList(
    persons=("Priscilla Nakamura", "John Brandt", "Will Price", "Dr. Jürgen O'Haller", "Bo Li", "Mei-Ling Zhao"),
    organizations=("ABC Corp", "Nimbusdesk GmbH", "Green Valley Bakery", "Oberhuber Metallbau"),
    numbers=("+491713920042", "priscilla@nakamura.example", "@mei.ling"),
    others=("Projekt Falke",),
)


@pytest.fixture(scope="module")
def anonymizer() -> Anonymizer:
    return Anonymizer()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ask priscilla", "ask <PERSON_1>"),
        ("Priscilla's quote", "<PERSON_1>'s quote"),
        ("PRISCILLA!!", "<PERSON_1>!!"),
        ("priscila said no", "<PERSON_1> said no"),
        ("Prisciilla?", "<PERSON_1>?"),
        ("Nakamuras Angebot", "<PERSON_1> Angebot"),
        ("thanks Priscilla🙏🙏", "thanks <PERSON_1>🙏🙏"),
        ("priscilla.nakamura will sign", "<PERSON_1> will sign"),
        ("p r i s c i l l a", "<PERSON_1>"),
        ("Pri\u200bscilla", "<PERSON_1>"),
        ("Рrisсilla", "<PERSON_1>"),
        ("johnbrandt knows", "<PERSON_1> knows"),
        ("John Brandt and john", "<PERSON_1> and <PERSON_2>"),
        ("Johnnnn", "<PERSON_1>"),
        ("jurgen and Jürgen", "<PERSON_1> and <PERSON_1>"),
        ("mei ling zhao", "<PERSON_1>"),
        ("Bo said yes", "<PERSON_1> said yes"),
        ("abc corp wants it", "<ORGANIZATION_1> wants it"),
        ("Nimbusdesk pays", "<ORGANIZATION_1> pays"),
        ("nimbusdsk pays", "<ORGANIZATION_1> pays"),
        ("at Green Valley bakery", "at <ORGANIZATION_1>"),
        ("green valley is ok", "<ORGANIZATION_1> is ok"),
        ("0171 392 00 42", "<PHONE_1>"),
        ("+49 (171) 3920042", "<PHONE_1>"),
        ("01713920042 or 3920042", "<PHONE_1> or 3920042"),
        ("priscilla at nakamura dot example", "<EMAIL_1>"),
        ("mei.ling on insta", "<HANDLE_1> on insta"),
        ("about projekt falke", "about <ID_1>"),
    ],
)
def test_a_known_name_or_number_is_found(anonymizer: Anonymizer, text: str, masked: str) -> None:
    assert anonymizer.mask(text, KNOWN).text == masked


@pytest.mark.parametrize(
    "text",
    ["will you pay the price?", "the price is fine", "Will you come?", "green vegetables from the valley", "we bake bread", "a corporate offer"],
)
def test_everyday_words_stay_although_somebody_is_called_so(anonymizer: Anonymizer, text: str) -> None:
    assert anonymizer.mask(text, KNOWN).text == text


def test_a_name_that_is_a_word_is_masked_when_written_like_a_name(anonymizer: Anonymizer) -> None:
    assert anonymizer.mask("then Will said yes", KNOWN).text == "then <PERSON_1> said yes"
    assert anonymizer.mask("ask will price about it", KNOWN).text == "ask <PERSON_1> about it"


def test_every_way_a_name_is_found_is_explained(anonymizer: Anonymizer) -> None:
    patterns = {
        one.pattern
        for one in anonymizer.explain("priscilla prisciila priscillas p r i s c i l l a priscillanakamura 01713920042", KNOWN)
        if one.recognizer == "deny-list"
    }
    assert patterns == {
        "known word",
        "known word, misspelled",
        "known word, inflected",
        "known name, letter by letter",
        "known name, squeezed",
        "known number",
    }


def test_an_empty_list_knows_nobody(anonymizer: Anonymizer) -> None:
    assert DenyList() == DenyList.EMPTY
    assert anonymizer.mask("ask priscilla").text == "ask priscilla"


def test_a_large_zone_is_searched_in_milliseconds(anonymizer: Anonymizer) -> None:
    large = DenyList(
        persons=tuple(f"Firstname{number} Lastname{number}" for number in range(2000)),
        numbers=tuple(f"+4917{number:07d}" for number in range(2000)),
    )
    text = "Can lastname77 and firstname1999 call 0170000042 and the others? " * 60
    entities = anonymizer.analyze(text[:4096], large)
    assert sum(entity.type == "PERSON" for entity in entities) > 100
