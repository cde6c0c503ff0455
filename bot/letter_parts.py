"""What may stand in the window that sends an answer: words and a file. Pure; a sentence says what is wrong with either."""

import hashlib

from bot import letter_files, slots
from bot.errors import InputRefused
from bot.messages import DroppedFile
from memory.letters import LetterFile

LONGEST = 1_600
"""Characters of a message, by Twilio."""
AGAIN = "Attach the file again: Slack does not keep it in the window."


def wrong(words: str, *, alone: bool) -> str:
    """Why these words are not sent; empty when they are. Without words a file can go, nothing else."""
    if not words and alone:
        return "There is nothing to send: write the answer."
    if len(words) > LONGEST:
        return f"This is longer than {LONGEST} characters: shorten it."
    missing = slots.missing(words)
    return f"Replace {', '.join(missing)} by your own words first." if missing else ""


def attached(file: DroppedFile | None, unfetched: str) -> tuple[LetterFile | None, str]:
    """The file that was attached, if any, and what stands in its way; `unfetched` is why it is not here."""
    if file is None:
        return None, unfetched
    try:
        name, content_type = letter_files.checked(file.name, file.content)
    except InputRefused as error:
        return None, str(error)
    return LetterFile(name, content_type, len(file.content), hashlib.sha256(file.content).hexdigest()), ""
