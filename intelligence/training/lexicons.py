"""Names, companies, places, addresses and numbers to plant, by kind and language."""

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from faker import Faker
from wordfreq import top_n_list

from intelligence.training.nicknames import Inventor, shortened
from intelligence.training.romanization import spellings

HERE = Path(__file__).parent
LOCALES = {
    "en": "en_US en_GB en_IN en_AU en_NZ en_IE en_CA".split(),
    "hi": ["en_IN"],
    "es": "es_ES es_MX es_CO es_AR es_CL".split(),
    "pt": "pt_BR pt_PT".split(),
    "de": "de_DE de_AT de_CH".split(),
    "fr": "fr_FR fr_CA fr_CH".split(),
    "it": ["it_IT"],
    "xx": """tr_TR pl_PL nl_NL sv_SE no_NO da_DK fi_FI cs_CZ hu_HU ro_RO vi_VN id_ID fil_PH yo_NG ig_NG ha_NG zu_ZA tw_GH
             hr_HR sk_SK sl_SI lt_LT lv_LV et_EE ga_IE is_IS az_AZ""".split(),
}
"""Locales whose names are drawn for a language; "xx" is everybody else, in Latin letters."""
POOL = 1200
EVERYDAY = slice(250, 7000)
"""Ranks of the everyday words that companies and nicknames are made of."""
HINDI = 8000
INVENTED = 0.2
"""Share of the first names and of the nicknames that no list has."""
OWN_WORDS = 0.55
"""Share of the names that are words, and of the nicknames, that come from the list of the message's language."""
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff' .-]+")
_PLAIN = re.compile(r"[^\W\d_]{3,11}")
_SLOT = re.compile(r"\{(\w+)\}")
_FULL_NAMES = (
    ("{first} {last}", 70), ("{first} {last} {last}", 8), ("{first:1}. {last}", 6), ("{first} {last:1}. {last}", 4),
    ("{first} {last:1}.", 4), ("{last}, {first}", 3), ("{first} {first} {last}", 3), ("{first} {last}-{last}", 2),
)  # fmt: skip
_JOINERS = {"es": "y", "pt": "e", "de": "und", "fr": "et", "it": "e"}
_ARTICLES = {"es": "el la los las", "pt": "o a", "de": "die das zum zur", "fr": "le la les au chez", "it": "il la le da"}


def _latin(make: Callable[[], str], count: int) -> list[str]:
    return sorted({name for name in (make() for _ in range(count)) if _LATIN.fullmatch(name) and len(name) > 1})


def _read_lists() -> dict[str, dict[str, list[str]]]:
    raw = tomllib.loads((HERE / "lexicons.toml").read_text(encoding="utf-8"))
    parts = {"pattern": r"\n"}
    return {
        section: {key: [w.strip() for w in re.split(parts.get(section, r"[,\n]"), text) if w.strip()] for key, text in table.items()}
        for section, table in raw.items()
    }


def read_table(name: str) -> list[tuple[str, str]]:
    """Return language and text of each line of a file of this folder."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(language, text.replace("\\n", "\n")) for language, text in rows]


class Lexicons:
    """Draws names and numbers; all chance comes from the generator a method is given."""

    def __init__(self, seed: int) -> None:
        """Read the hand-written lists and fill the pools of names of every locale."""
        self.lists = _read_lists()
        self.given: dict[str, list[str]] = {}
        self.family: dict[str, list[str]] = {}
        self.cities: dict[str, list[str]] = {}
        self.streets: dict[str, list[str]] = {}
        for language, locales in LOCALES.items():
            for locale in locales:
                fake = Faker(locale)
                fake.seed_instance(seed)
                self.given.setdefault(language, []).extend(_latin(fake.first_name, POOL))
                self.family.setdefault(language, []).extend(_latin(fake.last_name, POOL))
                self.cities.setdefault(language, []).extend(_latin(fake.city, POOL // 2))
                self.streets.setdefault(language, []).extend(_latin(fake.street_name, POOL // 2))
        self._inventors = {language: Inventor(names) for language, names in self.given.items()}
        self.everyday = {
            language: [w for w in top_n_list(language, EVERYDAY.stop)[EVERYDAY.start :] if _PLAIN.fullmatch(w)]
            for language in ("en", "es", "pt", "de", "fr", "it")
        }
        self.hindi = [sorted(spelt) for word in top_n_list("hi", HINDI) if (spelt := spellings(word))]
        """Ways to write each of the commonest words of Hindi in Latin letters."""
        self.everyday["hi"] = [*self.lists["thing"]["hinglish"], *(min(spelt, key=len) for spelt in self.hindi[EVERYDAY.start :] if _PLAIN.fullmatch(spelt[0]))]
        self.forms: dict[str, list[str]] = {}
        for language, form in read_table("addresses.txt"):
            self.forms.setdefault(language, []).append(form)
        self._drawn: dict[str, Callable[[random.Random, str], str]] = {
            "first": self._first, "last": self._last, "full": self._full, "person": self._person, "word": self._word,
            "nick": self._nick, "plain": self._plain, "co": self._company, "loc": self._place,
            "addr": self._address, "email": self._email, "handle": self._handle,
            "product": lambda rng, _: rng.choice(self.lists["thing"]["products"]),
            "emoji": lambda rng, _: rng.choice(self.lists["thing"]["emoji"]),
        }  # fmt: skip

    def slot(self, kind: str, rng: random.Random, language: str) -> str:
        """Return something for a slot of a frame."""
        if kind in self._drawn:
            return self._drawn[kind](rng, language)
        calendar = self.lists["calendar"]
        if f"{kind}_en" in calendar:
            return rng.choice(calendar.get(f"{kind}_{language}", calendar[f"{kind}_en"]))
        return _pattern(rng.choice(self.lists["pattern"][kind]), rng)

    def _first(self, rng: random.Random, language: str) -> str:
        if rng.random() < INVENTED:
            return self._inventors[self._culture(rng, language)].invent(rng)
        if rng.random() < 0.5:
            return rng.choice(rng.choice([names for key, names in self.lists["given"].items() if key != "nick"]))
        return rng.choice(self.given[self._culture(rng, language)])

    def _last(self, rng: random.Random, language: str) -> str:
        if rng.random() < 0.5:
            return rng.choice(rng.choice(list(self.lists["family"].values())))
        return rng.choice(self.family[self._culture(rng, language)])

    def _full(self, rng: random.Random, language: str) -> str:
        (form,) = rng.choices([form for form, _ in _FULL_NAMES], [weight for _, weight in _FULL_NAMES])

        def draw(match: re.Match[str]) -> str:
            name = self.slot(match[1], rng, language)
            return name[0].upper() if match[2] else name

        return re.sub(r"\{(\w+)(:1)?\}", draw, form)

    def _person(self, rng: random.Random, language: str) -> str:
        (kind,) = rng.choices(("first", "full", "nick", "word"), (45, 30, 10, 15))
        return self.slot(kind, rng, language)

    def _word(self, rng: random.Random, language: str) -> str:
        """Return a name that is also a word; sometimes a word that nobody lists as a name."""
        if rng.random() < 0.05:
            return rng.choice(self._words(language))
        own = self.lists["word"].get(language)
        return rng.choice(own if own and rng.random() < OWN_WORDS else self.lists["given"]["words"])

    def _nick(self, rng: random.Random, language: str) -> str:
        if rng.random() < INVENTED:
            return shortened(self._first(rng, language), language, rng)
        own = self.lists["nickname"].get(language)
        return rng.choice(own if own and rng.random() < OWN_WORDS else self.lists["given"]["nick"])

    def _plain(self, rng: random.Random, language: str) -> str:
        """Return a word that stays visible, half of the time one that is also a name."""
        own = self.lists["word"].get(language)
        return rng.choice(own if own and rng.random() < 0.5 else self._words(language))

    def _company(self, rng: random.Random, language: str) -> str:
        lists = self.lists["company"]
        own = lists.get(language, lists["known"])
        (kind,) = rng.choices(("own", "known", "family", "everyday", "head", "pair"), (38, 7, 8, 19, 20, 8))
        if kind in {"own", "known"}:
            name = rng.choice(own if kind == "own" else lists["known"])
        elif kind == "family":
            name = self._family_company(rng, language)
        elif kind == "everyday":
            name = self._everyday_company(rng, language)
        elif kind == "head":
            name = f"{rng.choice(lists['en_mod'])} {rng.choice(lists['en_head'])}"
        else:
            name = f"{rng.choice(lists['en_mod'])} {rng.choice(('&', 'and'))} {rng.choice(lists['en_mod'])}"
        return f"{name} {rng.choice(lists['suffix'])}" if rng.random() < 0.12 else name

    def _family_company(self, rng: random.Random, language: str) -> str:
        head, last = rng.choice(self.lists["company"]["en_head"]), self._last(rng, language)
        first = self._first(rng, language)
        return rng.choice((f"{first}'s", f"{first}'s {head}", f"{last} & {rng.choice(('sons', 'co', 'partners', first))}", f"{last} {head}"))

    def _everyday_company(self, rng: random.Random, language: str) -> str:
        """Return a name of two or three everyday words: only its place in the sentence tells that it is one."""
        words = self._words(language)
        one, two = rng.choice(words), rng.choice(words)
        head = rng.choice(self.lists["company"]["en_head"])
        joiner = rng.choice((_JOINERS.get(language, "and"), "&"))
        article = rng.choice(_ARTICLES.get(language, "the the my").split())
        return rng.choice((
            f"{one} {two}", f"{one} {two}", f"{one} {joiner} {two}", f"{article} {one} {two}", f"{article} {one}",
            f"{one} {two} {head}", f"{one} {head}", f"{one} by {self._first(rng, language)}",
        ))  # fmt: skip

    def _place(self, rng: random.Random, language: str) -> str:
        if rng.random() < 0.3:
            return rng.choice(self.cities.get(language, self.cities["en"]))
        return rng.choice(rng.choice(list(self.lists["place"].values())))

    def _address(self, rng: random.Random, language: str) -> str:
        def draw(match: re.Match[str]) -> str:
            kind = match[1]
            if kind in {"number", "small"}:
                return str(rng.randint(1, 299 if kind == "number" else 40))
            if kind in {"code", "letter"}:
                return _pattern("#####", rng) if kind == "code" else rng.choice("abcd")
            if kind == "street":
                return rng.choice(self.streets.get(language, self.streets["en"]))
            if kind in {"word", "noun"}:
                return rng.choice(self._words(language) if kind == "noun" else self.lists["company"]["en_mod"])
            return self.slot({"town": "loc", "near": "co"}.get(kind, kind), rng, language)

        return _SLOT.sub(draw, rng.choice(self.forms.get(language, self.forms["en"])))

    def _email(self, rng: random.Random, language: str) -> str:
        local = re.sub(r"[^a-z]", "", self._first(rng, language).lower()) or "info"
        own = (re.sub(r"[^a-z]", "", self._company(rng, language).lower()) or "shop") + ".com"
        site = rng.choice(("gmail.com", "hotmail.com", "yahoo.com", "web.de", "orange.fr", "outlook.com", own))
        number = rng.choice(("", "", rng.randrange(100)))
        return rng.choice((f"{local}{number}@{site}", f"{local}.{number}@{site}", f"{local} at {site.replace('.', ' dot ')}", f"{local}(at){site}"))

    def _handle(self, rng: random.Random, language: str) -> str:
        return "@" + re.sub(r"[^a-z]", "", self._first(rng, language).lower()) + rng.choice(("", "_", str(rng.randrange(100))))

    def _words(self, language: str) -> list[str]:
        return self.everyday.get(language, self.everyday["en"])

    def _culture(self, rng: random.Random, language: str) -> str:
        return language if language in self.given and rng.random() < 0.5 else rng.choice(list(self.given))


def _pattern(form: str, rng: random.Random) -> str:
    drawn = {"#": "0123456789", "?": "ABCDEFGHJKLMNPRSTVWXYZ"}
    return "".join(rng.choice(drawn[c]) if c in drawn else c for c in form)
