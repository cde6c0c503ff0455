"""What can go wrong at the doors, and the one function that turns any error into words for a person."""

from intelligence.errors import IntelligenceFault
from memory.errors import MemoryFault


class BotFault(Exception):
    """Base of every error raised by this package; its text is one sentence for a person."""


class SettingsInvalid(BotFault):
    """A setting has a value that cannot be used."""


class NotInitialised(BotFault):
    """The data directory has not been created yet."""


class ExportUnreadable(BotFault):
    """The file is no WhatsApp export that can be read."""


class ExportUndecided(BotFault):
    """The export can be read in more than one way: somebody has to say which."""


class SignatureRefused(BotFault):
    """A request did not come from who it says."""


class NotConfigured(BotFault):
    """A channel is used without its keys."""


class DeliveryFailed(BotFault):
    """A card or message did not reach its channel; trying again may help."""


class InputRefused(BotFault):
    """What a person typed cannot be used as it is."""


def explain(error: BaseException) -> str:
    """One sentence: what happened and what to do. Unknown errors name their class only: their text may hold private content."""
    if isinstance(error, BotFault | MemoryFault | IntelligenceFault):
        return str(error)
    return f"Something went wrong inside ({type(error).__name__}): run `tradecraft doctor`; the log has the details without content."
