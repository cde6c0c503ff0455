"""Cues in plain words of what somebody wants, in English, German, Spanish, French and Portuguese. Matched against folded text: no case, no accents. Pure."""

import re


def _cues(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


HELP = _cues(
    "what (?:else )?(?:can|could) (?:you|i|we) (?:do|ask|type|write|say|help)(?: with| you| here| tradecraft| for me)*$",
    "what are you able to do$|^what do you do$|things i can (?:ask|do)|overview of (?:the |all )?commands|^i m lost$",
    "how (?:does (?:this|tradecraft|the app)|do you) work$|how (?:do|can) i (?:use (?:this|you|tradecraft)|start|begin)$",
    "help me(?: please| with (?:something|this))?$|^(?:i need |please )?(?:some )?help(?: please)?$|who are you$|what is tradecraft",
    "(?:which|what|list of|show|the) commands(?: are there)?$",
    "was kannst du(?: (?:alles|hier|so))*(?: (?:tun|machen))?$|was kann ich(?: (?:dich|hier))* fragen$|wie funktionierst du$",
    "wie funktioniert das$|^hilfe$|hilf mir$",
    "que (?:puedes|sabes) hacer$|que puedo preguntar(?:te)?$|como funcionas?(?: esto)?$|^ayuda(?:me)?$",
    "(?:qu est ce que tu|que) peux(?: tu)? faire$|que puis je (?:te )?demander$|comment (?:ca|tu) (?:marche|fonctionne)s?$|^aide(?: moi)?$",
    "o que (?:voce )?(?:pode|sabe|posso) (?:fazer|perguntar)$|como (?:isso |voce )?funciona(?: isso)?$|^ajuda$|me ajuda$",
)
SNOOZE = _cues(
    "^(?:please )?snooze(?: .{0,40})?$",
    "^(?:please )?(?:no|stop|pause|fewer|less)(?: the| these| sending| all| any| more| me| coach)* (?:cards|notifications)(?: .{0,30})?$",
    "^keine karten(?: mehr)?|^sin tarjetas|^pas de cartes|^sem cartoes",
)
PLAN = _cues("remind me", "erinner[en]* mich", "recuerdame", "rappelle moi", "lembr[ae] me|me lembr[ae]")
FORECAST = _cues(
    "^(?:and )?how likely|what (?:are|is|s) (?:the |my )?(?:odds|chances?|probability|likelihood) (?:of|that|to|for|with)|^forecast",
    "(?:my|show|deal)(?: me| the| my)* forecasts?",
    "^will .{1,60} (?:buy|sign|close|say yes|be won)|(?:most|look|looks|is|are) likely to (?:buy|sign|close)",
    "(?:am i going to|will i(?: probably| likely)?) (?:win|close)",
    "^wie wahrscheinlich|^que probabilidad|^quelle (?:est la )?(?:probabilite|chance)|^qual (?:e )?a (?:probabilidade|chance)",
)
_DEAL_WORDS = r"(?:deals?|abschlusse?|geschafte?|deales|negocios|ventas|affaires|ventes|vendas)"
WON = _cues(
    rf"{_DEAL_WORDS}\b.{{0,40}}\b(?:won|win|closed|gewonnen|ganados?|ganadas?|gane|gagnees?|ganhos?|ganhei)",
    rf"(?:won|gewonnen\w*|gagne|gane|ganhei)\b.{{0,20}}\b{_DEAL_WORDS}|closed (?:this|last) (?:week|month|quarter|year)",
)
LOST = _cues(
    rf"{_DEAL_WORDS}\b.{{0,40}}\b(?:lost|lose|verloren|perdidos?|perdidas?|perdi|perdues?)", rf"(?:lost|verloren\w*|perdu|perdi)\b.{{0,20}}\b{_DEAL_WORDS}"
)
OPEN = _cues(
    rf"open {_DEAL_WORDS}|{_DEAL_WORDS}\b.{{0,25}}\b(?:open|running|ongoing|left|offen|abierto\w*|ouvert\w*|aberto\w*|en cours)|pipeline",
    rf"offene\w* {_DEAL_WORDS}",
)
DEALS = _cues(rf"(?:my|mine|meine|mis|mes|meus|minhas) {_DEAL_WORDS}|(?:which|what|how many|show|list)(?: me| all| the| of)* {_DEAL_WORDS}")
QUIET_DEALS = _cues(
    rf"{_DEAL_WORDS}\b[^?.!]{{0,40}}\b(?:quiet|silent|cold|stuck|still|eingeschlafen|calladas?|parad[oa]s)|(?:quiet|silent|cold|stuck) {_DEAL_WORDS}",
    rf"stalled {_DEAL_WORDS}|{_DEAL_WORDS}\b[^?.!]{{0,40}}\bstalled",
)
QUIET = _cues(
    "(?:went|gone|going|has been|have been|are|is) (?:so )?(?:quiet|silent|cold)|not (?:answered|replied)",
    "whom? should i (?:write|follow up|chase|call|contact)",
    "ha(?:ven|sn) t (?:answered|replied|heard)|who (?:did not|didn t|never) (?:answer|repl|came? back|[a-z]+ back)\\w*|who is (?:ghosting|waiting)",
    "wer (?:hat|meldet) sich (?:nicht|lange)|quien no (?:ha )?(?:respond|contest)\\w*|qui (?:n a pas|ne) repond\\w*|quem nao respond\\w*",
)
FOLLOW_UPS = _cues(
    "my follow ?-?ups|what is due|due today|(?:my|which|what|list|show|all)(?: me| the)* remind(?:ers?)|what(?: is|s| do i have)? planned|my day|to ?-?dos?"
)
TODAY = _cues(
    "what (?:should|do|must) i do (?:today|now|next|first)", "was (?:soll|muss) ich heute", "que (?:hago|debo hacer) hoy", "que dois je faire aujourd hui"
)
CUSTOMERS = _cues(
    "(?:my|all|show|list|which)(?: me| of| the)* customers(?: do i have)?$|list of customers|my customers|meine kunden|mis clientes|mes clients|meus clientes"
)
NOTES = _cues("(?:my|which|what|show|list)(?: me| the| my)* notes|meine notizen|mis notas|mes notes|minhas notas")
LEDGER = _cues(
    "what (?:has |have |did )?(?:left|leaves?|leave)(?: from)? my zone|left my zone|ledger|what (?:did|do|have) (?:i|you) (?:share|publish|contribute)d?",
    "what (?:was|is) (?:shared|published|contributed)|what (?:do )?(?:others|my colleagues|other people|they) (?:see|know) (?:of|about|from) (?:me|mine|us)",
    "was (?:hat|verlasst|verliess) meine zone|que salio de mi zona|qu est ce qui (?:est sorti|sort) de ma zone|o que saiu da minha zona",
)
EXPORT = _cues(
    "^(?:please |can i |can you |could you |how (?:do|can) i |i want to |let me )?(?:export|download|get|send me|give me)(?: me)?"
    "(?: a copy)?(?: of)?(?: all)? (?:of )?my (?:own )?data",
    "^(?:please )?export(?: everything| my zone)?$|copy of (?:all )?my data",
    r"^exportier\w* (?:bitte )?meine daten|meine daten (?:bitte )?(?:exportieren|herunterladen)|^exporta\w* mis datos",
    r"^export\w* mes donnees|^export\w* (?:os )?meus dados",
)
_WISH = "^(?:please |i want to |i would like to |i d like to |let me |can i )?"
OPT_OUT = _cues(
    _WISH + "(?:opt(?: |-)?(?:me )?out|(?:stop|quit) (?:contributing|sharing)(?: my)?)(?: of)?(?: .{0,25})?$",
    "^(?:don t|do not) share my .{1,25}$|^(?:remove|take) me (?:from|out of) (?:sharing|contributing|the playbook)",
)
OPT_IN = _cues(_WISH + "(?:opt(?: |-)?(?:me )?in|start (?:contributing|sharing)|contribute)(?: .{0,25})?$")
PROOF = _cues(
    "(?:prove|proof)(?: that| of| it)?(?: .{0,40})?(?:private|privacy|nobody|zone|leak\\w*|sees?)|zone proof",
    "is (?:it|this|my (?:data|zone)) really (?:private|safe)",
)
ZONE = _cues(
    r"privacy|private zone|my zone|^(?:is|are) my (?:data|chats?|messages|conversations) (?:private|safe|secure)",
    r"what (?:is|do you|data do you|have you) (?:stored?|keep|kept|know)(?: (?:of|about|on) me)?|contribut\w*",
    "datenschutz|privacidad|confidentialite|vie privee|privacidade",
)
TRENDS = _cues(
    "trend(?:s|ing)?|what (?:is|s) hot|comes? up (?:a lot|more|often)",
    "(?:objections?|what) .{0,20}(?:rising|on the rise|increasing|new lately)|market(?:s)? (?:doing|news)",
)
STRATEGIES = _cues("(?:success|winning) (?:strateg(?:y|ies)|sequences?)|which strateg(?:y|ies)|what strateg(?:y|ies)")
PLAYBOOK = _cues(
    "playbook|how (?:do|can|should|would|to) (?:i|we|you|answer|handle|respond|reply|deal)|what (?:works?|worked|helps|should i|can i say|do i say|to say)",
    "best (?:answer|response|reply|way)|answers? (?:to|for)|respond|handle|deal with|objections?",
    "(?:wie|was) (?:antworte|reagiere|begegne|soll|kann) (?:ich|man)|was (?:sage ich|sagt man|hilft|antworte ich|funktioniert)|einwand\\w*",
    "como (?:respondo|contesto|responder|contestar|puedo|reacciono|posso|lidar)|que (?:digo|respondo|funciona|hago (?:si|cuando))",
    "objecion\\w*|o que (?:digo|respondo|funciona)|objec\\w+",
    "comment (?:repondre|je reponds|dois je|puis je|gerer|reagir)|que (?:repondre|dire)",
)
RECALL = _cues(
    "did|said|says?|wrote|write|told|asked|mention(?:ed)?|promised?|agreed?",
    "last time|when was|who (?:is|was|asked|wanted)|remember|find|search|my (?:chat|conversation)s?",
    "was (?:wollte|sagte|schrieb|hat)|wer (?:hat|wollte|fragte)|wann (?:hat|war)|que (?:queria|quiso|dijo|pidio)|quien (?:pregunto|queria|pidio|dijo)",
    "qu est ce que|qu a (?:dit|demande)|qui a (?:demande|dit|voulu)|que voulait|o que .{1,30} (?:queria|disse|pediu)|quem (?:perguntou|queria|pediu|disse)",
)
ASKED_OF_US = _cues(
    "^(?:please |can you |could you |kannst du |bitte )?(?:show|list|display|export|import|delete|remove|erase|translate|explain|summari[sz]e|schedule|create"
    "|undo|connect|enable|disable|zeig|liste|losche|ubersetze|muestra|borra|elimina|montre|supprime|mostra|mostre|apaga)",
)
"""Somebody who begins so wants something of the app: these are no words of a customer."""
