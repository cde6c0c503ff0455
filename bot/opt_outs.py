"""The words with which a customer asks not to be written to, or takes that back: the same in every source. Pure."""

# Twilio tells opt-outs itself (OptOutType) only where a Messaging Service does; without one these whole messages mean the same.
# Words that also answer a question ("cancel", "end", "yes") are not among them.
_WORDS = {"stop": "STOP", "stopall": "STOP", "unsubscribe": "STOP", "start": "START", "unstop": "START"}


def opt_out(text: str) -> str:
    """STOP or START when the whole message is such a word, else empty."""
    return _WORDS.get(text.strip().strip(".!").casefold(), "")
