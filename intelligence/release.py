"""The second, independent look at what is about to be released to the shared side."""
# ruff: noqa: RUF001 - the quotes of other keyboards are meant

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from intelligence.errors import RefusedPublication
from intelligence.normalization import fold
from intelligence.vocabulary import Vocabulary, bundled

MAX_SHARED_RUN = 4
"""Content words in a row that anything released may have in common with any message."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
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


@dataclass(frozen=True, slots=True)
class Source:
    """A zone that is learned from: what it knows by name and number, and its messages."""

    known: DenyList
    messages: Callable[[], Iterable[str]]
    """Read only when there is something to compare them with."""


class ReleaseCheck:
    """Refuses what looks like personal data, names what a zone knows, or repeats what somebody wrote.

    Sentences are made of the vocabulary. Its shipped words were written by us, so zones are asked only about words that an operator added.
    """

    def __init__(self, anonymizer: Anonymizer, vocabulary: Vocabulary) -> None:
        self._anonymizer = anonymizer
        self._added = _added(vocabulary)

    def check(self, sentences: Iterable[str], sources: Callable[[], Iterable[Source]]) -> None:
        """Look at each sentence; `sources` is called only if an operator's words are in one. Raises RefusedPublication, which names no word."""
        listed = sorted(set(sentences))
        if not all(self._anonymizer.is_clean(sentence) for sentence in listed):
            _refuse("contains something that looks like personal data")
        foreign = [words for words in self._added if any(words in sentence for sentence in listed)]
        for source in sources() if foreign else ():
            if not all(self._anonymizer.is_clean(words, source.known) for words in foreign):
                _refuse("names somebody or something that a zone knows")
            if any(longest_shared_run(words, message) > MAX_SHARED_RUN for message in source.messages() for words in foreign):
                _refuse(f"repeats more than {MAX_SHARED_RUN} words of a message")


def longest_shared_run(text: str, source: str) -> int:
    """Content words of the longest run that a text and a source have in common; function words neither count nor end one."""
    ours, theirs = _content(text), _content(source)
    longest = 0
    previous: dict[int, int] = {}
    places: dict[str, list[int]] = {}
    for at, word in enumerate(theirs):
        places.setdefault(word, []).append(at)
    for word in ours:
        current = {at: previous.get(at - 1, 0) + 1 for at in places.get(word, ())}
        longest = max(longest, *current.values()) if current else longest
        previous = current
    return longest


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if word not in _FUNCTION_WORDS]


def _added(vocabulary: Vocabulary) -> Sequence[str]:
    """Words and meanings that are not those shipped."""
    ours = bundled()
    return sorted(set(_terms(vocabulary)) - set(_terms(ours)))


def _terms(vocabulary: Vocabulary) -> Iterator[str]:
    for words in (vocabulary.objections, vocabulary.responses):
        yield from words
        yield from words.values()
    yield from vocabulary.industries


def _refuse(why: str) -> None:
    msg = f"A pattern's sentence {why}: check the vocabulary file; nothing was published."
    raise RefusedPublication(msg)
