"""Short lines as customers write them: which language a wording is drafted in."""

import pytest

from intelligence.languages import written

_LINES = {
    "en": (
        "too expensive for us, sorry",
        "I need to ask my boss first",
        "not now, maybe in spring",
        "we already work with somebody else",
        "sounds good, send me the contract",
        "what happens to our data?",
        "hmm let me think about it",
        "can you do any better on the price",
        "who else uses this?",
        "thanks but no thanks",
        "ok call me tomorrow",
        "the notice period is way too long",
    ),
    "de": (
        "Zu teuer fuer uns, sorry",
        "Das muss ich erst mit meinem Chef besprechen",
        "im Moment haben wir dafür keine Zeit",
        "wir sind mit unserem Anbieter zufrieden",
        "Klingt gut, schicken Sie mir bitte den Vertrag",
        "und was passiert mit unseren Daten?",
        "ich überlege es mir noch",
        "geht da beim Preis noch was?",
        "brauchen wir ehrlich gesagt nicht",
        "melden Sie sich im Herbst nochmal",
        "ist mir zu kompliziert",
        "die Laufzeit ist uns zu lang",
    ),
    "es": (
        "está muy caro para nosotros",
        "lo tengo que hablar con mi socio",
        "ahora no, quizás el próximo año",
        "ya trabajamos con otra empresa",
        "me parece bien, mándeme el contrato",
        "¿y qué pasa con nuestros datos?",
        "déjeme pensarlo",
        "no hay presupuesto este mes",
        "no le veo la utilidad",
        "gracias, ya le aviso",
        "es demasiado complicado para mi gente",
        "el plazo es muy largo",
    ),
    "fr": (
        "c'est trop cher pour nous",
        "je dois en parler à mon associé",
        "pas maintenant, peut-être au printemps",
        "on travaille déjà avec quelqu'un d'autre",
        "ça me va, envoyez-moi le contrat",
        "et nos données, elles vont où ?",
        "je vais réfléchir",
        "vous pouvez faire un geste sur le prix ?",
        "on n'en a pas besoin",
        "rappelez-moi la semaine prochaine",
        "c'est trop compliqué pour mon équipe",
        "l'engagement est trop long",
    ),
    "pt": (
        "está muito caro para nós",
        "preciso falar com o meu sócio",
        "agora não, talvez no ano que vem",
        "já trabalhamos com outra empresa",
        "gostei, pode mandar o contrato",
        "e os nossos dados, ficam onde?",
        "vou pensar e te aviso",
        "não temos verba este mês",
        "não vejo necessidade",
        "obrigado, depois a gente conversa",
        "é muito complicado para a minha equipe",
        "o prazo é longo demais",
    ),
}


@pytest.mark.parametrize(("language", "line"), [(language, line) for language, lines in _LINES.items() for line in lines])
def test_a_short_line_tells_its_language(language: str, line: str) -> None:
    assert written([line]) == language


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ok",
        "👍",
        "12.500?",
        "merci",
        "Troppo caro per noi, grazie",
        "il prezzo si può abbassare?",
        "ci penso e le faccio sapere",
        "geen tijd op dit moment",
        "wij hebben al een leverancier",
        "za drogo dla nas",
        "det är för dyrt",
        "高すぎる",
    ],
)
def test_what_cannot_be_told_is_english(line: str) -> None:
    assert written([line]) == "en"


def test_the_last_turn_decides_and_the_turns_before_it_where_it_is_too_short() -> None:
    assert written(["ich überlege es mir noch", "ok"]) == "de"
    assert written(["ich überlege es mir noch", "sounds good, send me the contract"]) == "en"
    assert written(["thanks, that is helpful", "c'est trop cher pour nous"]) == "fr"
    assert written([]) == "en"


def test_hinglish_is_told_and_no_wording_is_written_in_it() -> None:
    assert written(["bahut mehnga hai bhai, thoda kam karo"]) == "hi-en"
