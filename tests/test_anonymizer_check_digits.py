"""Published example numbers; a changed digit must fail."""

from collections.abc import Callable

import pytest

from intelligence import check_digits

EXAMPLES: list[tuple[Callable[[str], bool], str]] = [
    (check_digits.luhn, "4111 1111 1111 1111"),
    (check_digits.luhn, "378282246310005"),
    (check_digits.iban, "GB82 WEST 1234 5698 7654 32"),
    (check_digits.iban, "DE89370400440532013000"),
    (check_digits.iban, "FR1420041010050500013M02606"),
    (check_digits.nhs, "943 476 5919"),
    (check_digits.german_tax, "86095742719"),
    (check_digits.french_social_security, "1 85 05 78 006 084 91"),
    (check_digits.spanish_identity, "12345678Z"),
    (check_digits.spanish_identity, "X1234567L"),
    (check_digits.portuguese_tax, "123456789"),
    (check_digits.cpf, "529.982.247-25"),
    (check_digits.cnpj, "11.222.333/0001-81"),
    (check_digits.verhoeff, "2363"),
    (check_digits.fiscal_code, "RSSMRA85T10A562S"),
]


@pytest.mark.parametrize(("check", "number"), EXAMPLES)
def test_a_published_number_passes_and_any_changed_digit_fails(check: Callable[[str], bool], number: str) -> None:
    assert check(number)
    for at, character in enumerate(number):
        if character.isdigit():
            changed = number[:at] + str((int(character) + 1) % 10) + number[at + 1 :]
            assert not check(changed), changed


def test_areas_that_were_never_issued_are_no_social_security_numbers() -> None:
    assert check_digits.social_security("078-05-1120")
    for number in ("000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000"):
        assert not check_digits.social_security(number)


def test_one_digit_repeated_is_no_card_and_no_person() -> None:
    assert not check_digits.luhn("0000 0000 0000 0000")
    assert not check_digits.cpf("111.111.111-11")


def test_an_iban_of_the_wrong_length_or_country_fails() -> None:
    assert not check_digits.iban("GB82WEST123456987654")
    assert not check_digits.iban("QQ82WEST12345698765432")
