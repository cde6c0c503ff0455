"""Why a WhatsApp message did not arrive, in words for the person who wrote it. Pure. Codes: Twilio's error dictionary."""

_SENTENCES = {
    "11751": "The file is larger than WhatsApp takes: make it smaller.",
    "12300": "WhatsApp does not take files of this kind: attach another.",
    "21211": "WhatsApp does not know this number: ask the customer for the right one.",
    "21610": "The customer asked not to be written to (STOP). They have to write START first.",
    "63003": "WhatsApp does not know this number: ask the customer for the right one.",
    "63005": "WhatsApp did not accept the content: change the words and send again.",
    "63007": "Your own number is not a WhatsApp sender of this Twilio account: tell whoever runs Tradecraft.",
    "63013": "WhatsApp says this breaks its rules: change the words.",
    "63016": "The 24-hour window was closed: only an approved template can be sent.",
    "63018": "Too many messages at once: WhatsApp asks to slow down. Send it again in a while.",
    "63019": "WhatsApp could not fetch the file from here: attach it again, and if that fails too, tell whoever runs Tradecraft.",
    "63021": "WhatsApp does not take this file: save it in another format, or attach another.",
    "63024": "WhatsApp cannot deliver to this customer: the number has no WhatsApp, or does not accept it.",
    "63027": "The template has no approved wording in this language: choose another.",
    "63032": "WhatsApp does not deliver to this customer because of its own limits: try again another day.",
    "63034": "The file is larger than WhatsApp takes: make it smaller.",
    "63040": "WhatsApp refused this template: choose another.",
    "63041": "WhatsApp paused this template: choose another.",
    "63042": "WhatsApp switched this template off: choose another.",
    "63049": "WhatsApp chose not to deliver this marketing message to the customer. Wait a day, or write when they write again.",
    "401": "Twilio refuses our keys: tell whoever runs Tradecraft.",
    "403": "Twilio refuses our keys: tell whoever runs Tradecraft.",
    "429": "Twilio asks to slow down.",
    "opted-out": "The customer asked not to be written to (STOP). They have to write START first.",
    "window-closed": "The 24-hour window closed before it was sent: only an approved template can be sent now.",
    "template-gone": "The template is no longer approved: choose another.",
    "changed": "What was to be sent is not what you approved: nothing was sent.",
    "file-gone": "The file was not there any more: attach it again.",
    "gone": "The customer was removed: nothing was sent.",
    "decided-by-owner": "You said that it did not arrive.",
    "too-late": "It could not be sent in time: look whether the words still fit, and send them again.",
    "no-address": "No WhatsApp number of this customer is known: nothing was sent.",
}


def sentence(code: str) -> str:
    """One sentence for a failure's code."""
    return _SENTENCES.get(
        code, f"WhatsApp did not take it (error {code}): change the words, or write from your own phone." if code else "WhatsApp did not take it."
    )
