"""Plain words find their use case: phrasings of several kinds and languages, and a customer's words that must not be mistaken for a wish."""

import pytest

from bot.command_list import PROMPTS
from bot.command_routes import routed
from bot.commands import Command, HelpWanted


@pytest.mark.parametrize(
    "said",
    ["what can you do?", "What can I ask?", "what else can I ask you?", "help me", "please help",
     "How does this work?", "which commands are there?",
     "what are the things I can ask?", "can you help me with something?",
     "who are you?",
     "was kannst du alles?", "Hilfe", "wie funktioniert das?", "\u00bfqu\u00e9 puedes hacer?", "ayuda",
     "que peux-tu faire ?", "comment \u00e7a marche ?", "o que voc\u00ea pode fazer?", "ajuda"],
)  # fmt: skip
def test_who_asks_what_there_is_gets_the_list(said: str) -> None:
    assert routed(said) == HelpWanted("")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("remind me to write to John Brandt tomorrow", Command("followup", "plan", customer="John Brandt", value="tomorrow")),
        ("Remind me on Friday to call Maria Lopez", Command("followup", "plan", customer="Maria Lopez", value="on Friday")),
        ("please remind me to send John Brandt the offer next week", Command("followup", "plan", customer="John Brandt", value="next week", text="the offer")),
        ("remind me about Maria in 3 days", Command("followup", "plan", customer="Maria", value="in 3 days")),
        ("can you remind me tomorrow to get back to Ruth Calloway about the price?",
         Command("followup", "plan", customer="Ruth Calloway", value="tomorrow", text="about the price")),
        ("remind me to ping tomasz tomorrow", Command("followup", "plan", customer="tomasz", value="tomorrow")),
        ("remind me to write to John Brandt", Command("followup", "best", customer="John Brandt")),
        ("Erinnere mich daran, John Brandt zu schreiben", Command("followup", "best", customer="John Brandt")),
        ("Set a reminder for John Brandt tomorrow", Command("followup", "plan", customer="John Brandt", value="tomorrow")),
        ("show me my reminders", Command("followup", "list")),
        ("what should I do today?", Command("followup", "list")),
        ("how likely is Tomasz to buy?", Command("deal", "forecast", customer="Tomasz")),
        ("Will Maria Lopez sign?", Command("deal", "forecast", customer="Maria Lopez")),
        ("what's the probability that Ken Ode buys?", Command("deal", "forecast", customer="Ken Ode")),
        ("which of my deals will I probably win?", Command("deal", "forecast")),
        ("what are the chances of winning?", Command("deal", "forecast")),
        ("Wie wahrscheinlich ist Maria?", Command("deal", "forecast", customer="Maria")),
        ("how many deals did I win?", Command("deal", "list", value="won")),
        ("which deals have I lost?", Command("deal", "list", value="lost")),
        ("welche Deals habe ich gewonnen?", Command("deal", "list", value="won")),
        ("which deals are open?", Command("deal", "list", value="open")),
        ("show me the pipeline", Command("deal", "list", value="open")),
        ("mes affaires en cours", Command("deal", "list", value="open")),
        ("list my deals", Command("deal", "list")),
        ("which deals went quiet?", Command("deal", "quiet")),
        ("who hasn't replied?", Command("followup", "quiet")),
        ("whom should I write to today?", Command("followup", "quiet")),
        ("who never replied?", Command("followup", "quiet")),
        ("export my data", Command("zone", "export")),
        ("can I get a copy of my data?", Command("zone", "export")),
        ("Exportiere meine Daten", Command("zone", "export")),
        ("forget Maria Lopez", Command("zone", "forget", customer="Maria Lopez")),
        ("please delete customer John Brandt", Command("zone", "forget", customer="John Brandt")),
        ("opt out", Command("zone", "opt-out")),
        ("I want to stop contributing", Command("zone", "opt-out")),
        ("remove me from sharing", Command("zone", "opt-out")),
        ("is my data private?", Command("zone", "status")),
        ("opt me in", Command("zone", "opt-in")),
        ("what left my zone?", Command("zone", "ledger")),
        ("what do others see of me?", Command("zone", "ledger")),
        ("prove that nobody sees my chats", Command("zone", "proof")),
        ("what do you know about me?", Command("zone", "status")),
        ("mute John Brandt", Command("customer", "mute", customer="John Brandt")),
        ("what is trending?", Command("playbook", text="trends")),
        ("which objections are on the rise?", Command("playbook", text="trends")),
        ("which success strategies are there?", Command("playbook", text="strategies")),
    ],
)  # fmt: skip
def test_a_wish_in_plain_words_reaches_its_use_case(said: str, expected: Command) -> None:
    assert routed(said) == expected


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("wie antworte ich auf zu teuer?", "playbook"),
        ("Was sage ich, wenn jemand keine Zeit hat?", "playbook"),
        ("\u00bfc\u00f3mo respondo a 'es muy caro'?", "playbook"),
        ("comment r\u00e9pondre \u00e0 'trop cher' ?", "playbook"),
        ("como responder a 'muito caro'?", "playbook"),
        ("\u00bfqu\u00e9 hago si dicen que es caro?", "playbook"),
        ("was soll ich auf 'kein Budget' antworten?", "playbook"),
        ("was wollte Maria?", "recall"),
        ("\u00bfqu\u00e9 quer\u00eda Maria?", "recall"),
        ("qui a demand\u00e9 une remise ?", "recall"),
        ("quem perguntou pelo desconto?", "recall"),
        ("budget", "playbook"),
    ],
)
def test_questions_in_other_languages_reach_the_playbook_and_the_memory(said: str, name: str) -> None:
    assert routed(said) == Command(name, text=said)


@pytest.mark.parametrize(
    "said",
    ["that is over our budget", "We export everything to Spain, so no", "forget it", "forget about the offer", "She wants to opt out of your newsletter",
     "our forecast for the year is bad", "we will not sign this quarter", "Zu teuer f\u00fcr uns, sorry", "send me the contract", "please leave me alone",
     "No, we take no cards", "call me in spring"],
)  # fmt: skip
def test_a_customers_words_stay_a_customers_words(said: str) -> None:
    assert routed(said) == Command("suggest", text=said)


@pytest.mark.parametrize("said", ["snooze", "snooze for today", "no more cards please", "stop sending me notifications"])
def test_who_wants_quiet_is_told_how(said: str) -> None:
    wanted = routed(said)
    assert isinstance(wanted, HelpWanted)
    assert "snoozes" in wanted.reason


@pytest.mark.parametrize("said", ["translate the menu", "show me the weather", "please create an invoice", "zeig mir das Wetter"])
def test_what_nothing_can_do_is_said_not_to_be_understood(said: str) -> None:
    wanted = routed(said)
    assert isinstance(wanted, HelpWanted)
    assert wanted.reason.startswith("I did not understand")
    assert all(one["message"] in wanted.reason for one in PROMPTS)
