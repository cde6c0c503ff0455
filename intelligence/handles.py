"""Addresses on the network: e-mail in every disguise, web addresses, handles, IP and hardware addresses."""

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from intelligence.findings import ANY, Finding, Shape, find, shape, words
from intelligence.normalization import Normalized

_PROVIDERS = words(
    "gmail googlemail hotmail outlook yahoo ymail icloud protonmail msn aol gmx zoho rediffmail uol bol "
    "wanadoo laposte t-online freenet yandex fastmail tutanota hotmial gmial",
)
_TOP_LEVEL = words(
    "com net org edu gov mil info biz name pro shop store online site app dev tech cloud agency studio design digital media email live world company "
    "group team works solutions services consulting io ai co tv cc xyz eu uk ie fr ch nl es pt br ru pl se dk fi cz sk hu ro gr bg hr si rs tr ua jp kr cn "
    "hk tw sg th vn ph au nz za ng ke eg ma tn mx ar cl pe ve uy ae sa il pk lk bd ca de",
)
_WORDLIKE_TOP_LEVEL = words("it in me no so to is at us be my am do as la id ec bo li lu")
"""Also the first word of a sentence after a full stop without a space: believed only with a path or a second level."""
_AT_BRACKETED = r"[(\[{<]\s?(?:at|arroba|ät|arobase|chiocciola|a|@)\s?[)\]}>]"
_AT_WORD = r"(?:at|arroba|ät|arobase|chiocciola|klammeraffe)"
_DOT = r"(?:\s?[(\[{]\s?(?:dot|punto|ponto|punkt|point|\.)\s?[)\]}]\s?|\s(?:dot|punto|ponto|punkt|point)\s|\s?\.\s?)"
_DOT_OR_SPACE = r"(?:\s?\.\s?|\s(?:dot\s|punto\s|ponto\s|punkt\s|point\s)?)"
_SPELLED_DOT = r"(?:\s?[(\[{]\s?(?:dot|punto|ponto|punkt|point|\.)\s?[)\]}]\s?|\s(?:dot|punto|ponto|punkt|point)\s)"
_JOIN = (
    r"(?:\s?[(\[{](?:dot|punto|ponto|punkt|point|\.)[)\]}]\s?"
    r"|\s(?:dot|punto|ponto|punkt|point|underscore|dash|hyphen|guion|guión|gui[oó]n bajo|underline|unterstrich|bindestrich|tiret)\s)"
)
_LOCAL = rf"[\w.+%-]{{1,64}}(?:{_JOIN}[\w.+%-]{{1,64}}){{0,3}}"
_LABEL = r"[\w-]{1,63}"
_LOOKING = words(
    "look looking looks available arrive work works working me here is was are contact mail email inbox account support us them him her it anyone someone"
)
_NO_HOST = words("some this that one any what which every the a my our your his her last first no")
_LETTER_LABEL = r"(?=[^\W\d_])[\w-]{1,63}"
_START = r"(?<![\w.+%@-])"

_NETWORKS = words(
    "insta|instagram|ig|telegram|tg|twitter|snap|snapchat|tiktok|tik tok|discord|skype|facebook|fb|linkedin|messenger|youtube|pinterest|reddit|wechat|"
    "signal|threads|twitch|steam|xing|line id|venmo|cashapp|cash app|paypal",
)
_NAMED = words(
    "handle|id|user|username|user name|usuario|usuário|nutzername|benutzername|pseudo|profil|profile|perfil|account|nick|nickname|page|konto|nutzer|utente|"
    "name|nome|nombre|nom|login",
)
_IS = r"(?:is|es|é|ist|est|è|hai|=|:)"
_MARKED_NAME = r"(?=[\w.]{0,30}(?:[^\W\d]\d|\d[^\W\d]|_|[^\W\d]\.[^\W\d]))[\w.]{2,40}\w"
"""Letters with a digit, an underscore or a full stop among them: no word is written so."""


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return any(character.isdigit() for character in value)


EMAILS: tuple[Shape, ...] = (
    shape("e-mail", "EMAIL", rf"{_START}[\w.+%'-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,6}}", 1.0, needs="@"),
    shape("name@host", "EMAIL", rf"{_START}[\w.+%'-]{{1,64}}@{_LETTER_LABEL}(?![\w@])", 0.8, needs="@"),
    shape("spaced e-mail", "EMAIL", rf"{_START}[\w.+%-]{{1,64}}\s{{0,2}}@\s{{0,2}}{_LETTER_LABEL}(?:\s?\.\s?{_TOP_LEVEL}){{1,2}}\b", 0.9, needs="@"),
    shape("spaced provider", "EMAIL", rf"{_START}[\w.+%-]{{1,64}}\s{{1,2}}@\s{{0,2}}{_PROVIDERS}\b", 0.8, needs="@"),
    shape("letters apart before @", "EMAIL", rf"(?<!\w)(?:[\w.+-]\s){{2,40}}@\s{{0,2}}{_LETTER_LABEL}(?:\s?\.\s?{_TOP_LEVEL}){{1,2}}\b", 0.9, needs="@"),
    shape("letters apart", "EMAIL", r"(?<!\w)(?:[\w.+-]\s){1,40}@(?:\s[\w.-](?!\w)){3,40}", 0.9, needs="@"),
    shape("bracketed at", "EMAIL", rf"{_START}{_LOCAL}\s?{_AT_BRACKETED}\s?{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}", 0.95, needs="a"),
    shape(
        "spelled at and dot",
        "EMAIL",
        rf"{_START}(?!{_LOOKING}\s){_LOCAL}\s{_AT_WORD}\s(?!{_NO_HOST}\s){_LABEL}(?:{_SPELLED_DOT}{_LABEL}){{1,4}}",
        0.9,
        needs="t",
    ),
    shape("spelled at, host", "EMAIL", rf"{_START}{_LOCAL}\s(?:arroba|chiocciola|klammeraffe|arobase)\s{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}", 0.9, needs="a"),
    shape(
        "spelled at, provider",
        "EMAIL",
        rf"{_START}(?!{_LOOKING}\s){_LOCAL}[\s_]{_AT_WORD}[\s_](?:the\s)?{_PROVIDERS}(?:{_DOT}{_TOP_LEVEL}){{0,2}}\b",
        0.85,
        needs="t",
    ),
    shape("name, provider, com", "EMAIL", rf"{_START}{_LOCAL}\s{_PROVIDERS}{_DOT_OR_SPACE}{_TOP_LEVEL}\b", 0.8, needs="o"),
)
URLS: tuple[Shape, ...] = (
    shape("scheme", "URL", r"(?<!\w)(?:https?|ftp|hxxps?)\s?:\s?//\s?[^\s<>\"]{1,2048}[^\s<>\".,;:!?)\]}']", 1.0, needs="//"),
    shape("www", "URL", r"(?<![\w.])www\d?\.[^\s<>\"]{1,2048}[^\s<>\".,;:!?)\]}']", 1.0, needs="www"),
    shape(
        "domain",
        "URL",
        rf"(?<![\w@.-])(?:[a-z0-9-]{{2,63}}\.){{1,5}}{_TOP_LEVEL}(?![\w-]|\.\w)(?:[:/?][^\s<>\"]{{0,2048}}[^\s<>\".,;:!?)\]}}'])?",
        0.9,
        needs=".",
    ),
    shape(
        "domain that reads like a word",
        "URL",
        rf"(?<![\w@.-])(?:(?:[a-z0-9-]{{2,63}}\.){{1,5}}{_WORDLIKE_TOP_LEVEL}/[^\s<>\"]{{1,2048}}"
        rf"|(?:[a-z0-9-]{{2,63}}\.){{1,4}}(?:co|com|org|net|gov|ac)\.{_WORDLIKE_TOP_LEVEL}(?![\w-]))",
        0.9,
        needs=".",
    ),
    shape("short link", "URL", r"(?<![\w@.-])(?:t|wa|bit|fb|m)\.(?:me|ly|co)/[^\s<>\"]{1,256}", 1.0, needs="/"),
    shape(
        "spelled domain",
        "URL",
        rf"(?<![\w.])(?:www{_SPELLED_DOT})?[\w-]{{2,63}}(?:{_SPELLED_DOT}[\w-]{{1,63}}){{0,2}}(?:\sdot\s|\spunto\s|\sponto\s|\spunkt\s|"
        rf"\spoint\s){_TOP_LEVEL}\b(?:{_SPELLED_DOT}(?:{_TOP_LEVEL}|br|uk|in|au|mx|ar)\b)?(?:\s(?:slash|barra|schrägstrich)\s[\w-]{{1,40}}){{0,4}}",
        0.8,
        needs="t",
    ),
)
_PUBLIC_HOSTS = words(
    "t.co bit.ly ow.ly tinyurl.com goo.gl is.gd buff.ly fb.me youtu.be youtube.com google.com google.co.uk google.de google.es google.fr google.it google.in "
    "google.com.br bing.com duckduckgo.com yahoo.com wikipedia.org wiktionary.org bbc.co.uk bbc.com news.bbc.co.uk cnn.com nytimes.com theguardian.com "
    "reuters.com spiegel.de elpais.com lemonde.fr globo.com repubblica.it timesofindia.indiatimes.com apple.com microsoft.com amazon.com amazon.co.uk "
    "amazon.de "
    "amazon.es amazon.fr amazon.it amazon.in amazon.com.br imdb.com weather.com archive.org",
)
_PUBLIC = re.compile(rf"(?:https?\s?:\s?//\s?)?(?:(?:www|m|en|de|es|fr|it|pt|hi|news|maps|blogs?|support)\.)?{_PUBLIC_HOSTS}(?:/|(?![\w.:@-]))")
"""Hosts that millions link to: naming one tells nothing of a person, only what stands behind it may."""


def links(read: Normalized) -> Iterator[Finding]:
    """Every web address; of one on a host of everybody the part behind the host."""
    for one in find(URLS, read):
        public = _PUBLIC.match(read.folded, one.start, one.end)
        if public is None:
            yield one
        elif public.end() < one.end:
            yield replace(one, start=public.end())


HANDLES: tuple[Shape, ...] = (
    shape("@handle", "HANDLE", r"(?<![\w@/.])@(?=[\d_.]{0,6}[^\W\d])[\w.]{1,40}\w", 0.9, needs="@"),
    shape(
        "network: handle", "HANDLE", rf"(?<!\w){_NETWORKS}\s{{0,2}}(?:{_NAMED}\s{{0,2}})?(?:[:=@>→]|->?)\s{{0,2}}@?(?P<value>[\w.]{{2,40}}\w)", 0.85, needs=ANY
    ),
    shape("network handle is", "HANDLE", rf"(?<!\w){_NETWORKS}\s(?:{_NAMED}\s)?{_IS}\s@?(?P<value>{_MARKED_NAME})", 0.85, needs=ANY),
    shape("network, named handle", "HANDLE", rf"(?<!\w){_NETWORKS}\s{_NAMED}\s(?:{_IS}\s)?@?(?P<value>[\w.]{{2,40}}\w)(?=\W*$)", 0.7, needs=ANY),
    shape(
        "on network as",
        "HANDLE",
        rf"(?<!\w)(?:on|em|en|auf|sur|su|no|at)\s{_NETWORKS}\s(?:as|als|como|comme|come|under|:)\s@?(?!usual|always|well|before|of|a\s|the\s|"
        rf"my\s|our\s)(?P<value>[\w.]{{2,40}}\w)",
        0.8,
        needs=ANY,
    ),
    shape("network then marked name", "HANDLE", rf"(?<!\w){_NETWORKS}\s@?(?P<value>{_MARKED_NAME})", 0.8, needs=ANY),
    shape("marked name on network", "HANDLE", rf"(?<![\w.@])(?P<value>{_MARKED_NAME})\s(?:on|em|en|auf|sur|su|no)\s{_NETWORKS}(?!\w)", 0.8, needs=ANY),
    shape("skype", "HANDLE", r"(?<!\w)live:[\w.-]{2,40}\w", 0.9, needs=":"),
    shape("tagged number", "HANDLE", r"(?<![\w#])[^\W\d][\w.]{1,31}#\d{4}(?!\w)", 0.8, needs="#"),
    shape("subreddit user", "HANDLE", r"(?<![\w/])u/[\w-]{3,20}", 0.8, needs="/"),
)
NETWORK: tuple[Shape, ...] = (
    shape("IPv4", "IP", r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", 0.95, needs=".", check=_is_address),
    shape("IPv6", "IP", r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", 0.95, needs=":", check=_is_address),
    shape("hardware address", "IP", r"(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])", 0.9),
)
