"""What can go wrong while thinking, named by consequence; texts are sentences for a person and hold no content of a zone."""


class IntelligenceFault(Exception):
    """Base of every error raised by this package."""


class CannotAnonymize(IntelligenceFault):
    """The text could not be checked in full (too long, too slow, engine failed): it stays private."""


class RefusedPublication(IntelligenceFault):
    """The second check found something in what was about to be shared: nothing was shared."""


class UnknownTerm(IntelligenceFault):
    """A word is not in the fixed vocabulary."""


class VocabularyInvalid(IntelligenceFault):
    """The operator's vocabulary file cannot be used."""


class ModelUnavailable(IntelligenceFault):
    """The language model did not answer; the rule path answers instead."""


class RefusedRequest(IntelligenceFault):
    """What was about to leave for the language model still held a name or number of the zone: nothing was sent."""
