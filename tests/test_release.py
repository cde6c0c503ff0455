"""The second look at what is about to be released."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from intelligence.errors import RefusedPublication
from intelligence.release import ReleaseCheck, Source, longest_shared_run
from intelligence.vocabulary import Vocabulary, bundled

ANONYMIZER = Anonymizer()
KNOWN = DenyList(persons=("Rosalind Achebe",), organizations=("Nimbusdesk GmbH",), numbers=("+491713920042",))
MESSAGE = "honestly the green crates from the harbour arrive broken every single monday"


def sources(*, known: DenyList = KNOWN, said: Iterable[str] = (MESSAGE,)) -> Callable[[], list[Source]]:
    return lambda: [Source(DenyList.EMPTY, list), Source(known, lambda: said)]


def extended(folder: Path, **responses: str) -> Vocabulary:
    file = folder / "vocabulary.toml"
    file.write_text("[responses]\n" + "".join(f'{word.replace("_", "-")} = "{meaning}"\n' for word, meaning in responses.items()), encoding="utf-8")
    return Vocabulary.load(file)


@pytest.mark.parametrize(
    ("meaning", "why"),
    [
        ("write to ana@x.com", "looks like personal data"),
        ("as agreed with Rosalind Achebe", "names somebody or something"),
        ("what nimbusdesk got", "names somebody or something"),
        ("because green crates from the harbour arrive broken", "repeats more than 4 words"),
    ],
)
def test_an_added_meaning_that_tells_of_a_zone_is_refused_without_being_repeated(tmp_path: Path, meaning: str, why: str) -> None:
    check = ReleaseCheck(ANONYMIZER, extended(tmp_path, second_look=meaning))
    with pytest.raises(RefusedPublication, match=why) as refused:
        check.check([f"budget objection answered with second-look in retail: {meaning}"], sources())
    assert meaning not in str(refused.value)


def test_an_added_meaning_of_ones_own_words_is_released(tmp_path: Path) -> None:
    check = ReleaseCheck(ANONYMIZER, extended(tmp_path, second_look="looks at the offer once more, crates from the harbour"))
    check.check(["budget objection answered with second-look in retail: looks at the offer once more, crates from the harbour"], sources())


def test_for_shipped_words_no_zone_is_opened() -> None:
    def never() -> list[Source]:
        raise AssertionError

    words = bundled()
    ReleaseCheck(ANONYMIZER, words).check([f"budget objection answered with {one} in saas: {meaning}" for one, meaning in words.responses.items()], never)


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("", "anything", 0),
        ("we can split the payment", "can you split the payment?", 2),
        ("the return pays itself back within six months", "It pays itself back within six months, promised", 6),
        ("split the payment in two", "payment two split", 2),
        ("split it in two", "two split", 1),
        ("Split, the PAYMENT!", "split payment", 2),
    ],
)
def test_the_longest_shared_run_counts_content_words(text: str, source: str, words: int) -> None:
    assert longest_shared_run(text, source) == words
