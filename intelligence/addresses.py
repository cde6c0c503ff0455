"""Street addresses in many languages, postal codes and boxes. Places without a street are the trained model's."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

from collections.abc import Iterator

from intelligence.address_parts import with_the_rest
from intelligence.findings import Finding, Shape, find, shape, words
from intelligence.normalization import Normalized

_B = r"(?<![\w.,/-])"
_STREET = words(
    "street|str|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|highway|hwy|parkway|pkwy|expressway|turnpike|crescent|cres|freeway|marg|nagar|colony|salai|"
    "vihar|enclave|bazaar|bazar|layout|chowk|gali|mews|alley|sokak|sokağı|sk|caddesi|cad|cd|bulvarı|mahallesi|mah|utca|tér|köz|katu|tie|"
    "gatan|gata|gate|vägen|vej|veien|"
    "straat|laan|gracht|plein|kade",
)
_STREET_TITLED = (
    "(?:Drive|Dr|Court|Ct|Square|Sq|Place|Pl|Way|Terrace|Ter|Circle|Cir|Row|Close|Plaza|Plz|Trail|Trl|Pike|Gardens|Gdns|Quay|Walk|Hill|Hills|Park|View|Grove|"
    "Loop|Path|Point|Pt|Ridge|Run|Bay|Green|Heights|Hts|Station|Cove|Crossing|Center|Centre|Circus|Broadway|Wharf|Parade|Esplanade|Promenade|Bend|Glen|"
    "Mall|Market|Junction|Estate|Residency|Towers?|House|Building|Chambers|Complex|Arcade|Real|Mission|Embarcadero|Common|Commons)"
)
_NOT_STREET = (
    r"(?!(?:min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|years?|km|kms|miles?|more|of|by|in|on|at|per|people|persons?|am|pm|percent|"
    r"times|units?|pcs|pieces|"
    r"and|or|to|from|is|are|for|with|a|an|if|off|x|the|boxes|items|kg|euros?|dollars?|rupees|stars?|others?|new|down|out|up|"
    r"min|cm|mm|m|gb|days|doors)(?!\w))"
)
_WORD = rf"{_NOT_STREET}[^\W\d_][\w'’.-]{{0,24}}"
_TITLED = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}|\d{1,3}(?:st|nd|rd|th)|de|del|la|los|las|von|the|of)"
_UNIT = (
    r"(?:\s?,?\s?(?:#\s?[a-z](?!\w)|\d{1,2}(?:st|nd|rd|th)\sfloor(?!\w)|\(?(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|office|"
    r"building|bldg|block|tower|shop|door|lot|piso|planta|puerta|pta|dpto|depto|departamento|"
    r"interior|int|local|oficina|apto|apartamento|bloco|sala|andar|casa|loja|conj|cj|bl|wohnung|whg|stock|etage|top|stiege|appt|appartement|"
    r"bâtiment|bât|bat|étage|escalier|"
    r"interno|scala|piano|kat|daire|no|blok)\.?(?![^\W\d_])\s?#?\s?\d{0,5}\s?-?[a-z]?(?!\w)\)?|#\s?[a-z]?-?\s?\d{1,5}[a-z]?(?!\w)|"
    r"\d{1,2}\s?[oaº°ª]\s?(?:[a-z](?!\w)|izq|dcha|dto|esq)?)){0,3}"
)
_POST_CODE = r"(?:\d{5}(?:-\d{3,4})?|\d{4}(?:[ -]?[A-Z]{2}(?!\w)|-\d{3})?|\d{3}\s?\d{2,3}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)"
_CITY = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{1,24}(?:[ -](?:[A-ZÀ-ÖØ-Þ][\w'’.-]{0,24}|de|do|da|am|an|der|sur|la|le|upon|del)){0,3}"
_DIRECTION = r"(?:\s(?:north|south|east|west|northeast|northwest|southeast|southwest|[nsew]{1,2})(?!\w))?"
_POST_TOWN = r"(?:\s?,?\s(?:d-|a-|ch-)?\d{4,5}\s[^\W\d_][\w-]{2,24})?"
_UNIT_CASED = rf"(?i:{_UNIT})"
_PLACE = (
    rf"(?:\s?[,;–-]?\s{{0,2}}(?:[A-Z]{{1,2}}[- ])?{_POST_CODE}(?!\w)(?:\s{_CITY})?"
    rf"|,\s?{_CITY}(?=\s?,?\s?(?:[A-Z]{{1,2}}(?!\w)|[A-Z]{{1,2}}\d|\d{{4,6}}))(?:\s?,?\s?[A-Z]{{2}}(?!\w))?(?:\s?,?\s?{_POST_CODE}(?!\w))?"
    rf"|,\s[A-Z][a-z]{{2,20}}(?:\s[A-Z][a-z]{{2,20}})?(?=\s?(?:[.,!?\n]|$)))?"
)
_NUMBER = r"(?:(?:n|no|nr|nº|n°|n\.º|num|número|numero|№|#)\.?\s?)?\d{1,5}(?:\s?[-/–]\s?\d{1,4})?\s?(?:[a-z](?!\w)|bis(?!\w)|ter(?!\w))?(?![\w%€$]|[.,:]\d)"
_ROMANCE = words(
    "calle|cll|c/|avenida|avda|avda.|av.|av|paseo|pso|plaza|pza|carrera|cra|kra|carretera|ctra|camino|ronda|travesía|travesia|callejón|"
    "glorieta|rambla|calzada|cerrada|"
    "privada|jirón|jr.|pasaje|urbanización|diagonal|transversal|"
    "rua|r.|travessa|tv.|alameda|praça|praca|estrada|rodovia|largo|beco|ladeira|quadra|"
    "rue|avenue|boulevard|bd|bld|chemin|impasse|quai|allée|allee|cours|route|ruelle|faubourg|"
    "viale|v.le|piazza|p.zza|corso|c.so|vicolo|strada|lungomare|piazzale|"
    "ul.|ulica|os.|aleja|al.|ulice|nám.|strada|bulevardul|улица|ул.|проспект|пр.",
)
_ROMANCE_WORDS = (
    r"(?:\s(?!(?:at|on|for|the|is|para|con|por|esta|está|this|next|con|que|no)(?!\w))[^\W\d_][\w'’.-]{0,24}|\s\d{1,3}(?=\s?(?:a|º|#|sur|norte|bis|con))){1,6}"
)
_GERMANIC = (
    r"[a-zäöüßéèáåæøó][\wäöüß.-]{1,40}(?:straße|strasse|str\.|str|strasze|weg|platz|allee|gasse|damm|ufer|chaussee|steig|stieg|graben|promenade|zeile|"
    r"straat|laan|gracht|plein|kade|singel|dijk|gatan|gata|vägen|veien|vej|gade|katu|tie|utca)"
)
_TWO_WORD = (
    r"(?:[^\W\d_][\w'’-]{1,24}[\s-]){1,2}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer|ring|markt|utca|út|körút|tér|sokak|sokağı|sk\.|"
    r"caddesi|cad\.|bulvarı)"
)

ADDRESSES: tuple[Shape, ...] = (
    shape(
        "number, street",
        "ADDRESS",
        rf"{_B}\d{{1,6}}(?:[-/]\d{{1,4}})?[a-z]?,?\s(?:[nsew]{{1,2}}\.?\s)?(?:\d{{1,3}}(?:st|nd|rd|th)\s|{_WORD}\s){{1,4}}?{_STREET}(?![\w'’])"
        rf"\.?{_DIRECTION}{_UNIT}",
        0.9,
    ),
    shape(
        "number, titled street",
        "ADDRESS",
        rf"{_B}\d{{1,6}}(?:[-/]\d{{1,4}})?[A-Za-z]?,?\s(?:[NSEW]{{1,2}}\.?\s)?(?:{_TITLED}\s){{1,4}}?(?:{_STREET_TITLED}|(?i:{_STREET}))"
        rf"(?![\w'’])\.?(?i:{_DIRECTION})(?:\s[A-Z](?!\w))?{_UNIT_CASED}{_PLACE}",
        0.95,
        cased=True,
    ),
    shape(
        "at number, small street",
        "ADDRESS",
        rf"(?<!\w)(?:at|on|in|is|to|:|located|near|address)\s(?P<value>\d{{1,6}}[a-z]?\s(?:{_WORD}\s){{1,4}}?(?i:{_STREET_TITLED.lower()})"
        rf"(?![\w'’]){_DIRECTION}{_UNIT})",
        0.75,
    ),
    shape(
        "number, titled street without a kind",
        "ADDRESS",
        rf"{_B}\d{{2,6}}\s(?:El|La|Los|Las|Camino|Avenida|Calle|Via|Paseo|Rue|Corso)\s{_TITLED}(?:\s{_TITLED}){{0,3}}{_UNIT_CASED}",
        0.85,
        cased=True,
    ),
    shape("street, number", "ADDRESS", rf"(?<!\w){_ROMANCE}{_ROMANCE_WORDS}\s?,?\s?{_NUMBER}(?:\s?#\s?\d{{1,3}}[a-z]?\s?-\s?\d{{1,3}})?{_UNIT}", 0.9),
    shape(
        "Colombian crossing",
        "ADDRESS",
        r"(?<!\w)(?:calle|cll|cl|carrera|cra|kra|kr|diagonal|transversal|av)\.?\s\d{1,3}\s?[a-z]{0,2}\s?(?:sur|bis)?\s?(?:#|no\.?|nº)"
        r"\s?\d{1,3}\s?[a-z]?\s?-?\s?\d{0,3}",
        0.95,
    ),
    shape(
        "Italian street, number",
        "ADDRESS",
        r"(?<!\w)[Vv]ia\s(?:[A-ZÀ-Þ][\w'’.-]{1,24}\s?){1,4},?\s?(?:n\.?\s?)?\d{1,4}(?:/?[a-zA-Z](?!\w))?(?![\w%]|[.,:]\d)",
        0.9,
        cased=True,
    ),
    shape(
        "small Italian street, number",
        "ADDRESS",
        r"(?<!\w)via\s(?!(?:email|mail|whatsapp|sms|phone|slack|zoom|paypal|bank|card|dhl|ups|app|web|chat|post|air|sea)(?!\w))"
        r"(?:[^\W\d_]{2,24}\s){1,3}?\d{1,3}(?:/?[a-z](?!\w))?(?=\s?(?:,|$|\n|\d{5}|a\s))",
        0.7,
    ),
    shape(
        "number, French street",
        "ADDRESS",
        rf"{_B}\d{{1,4}}(?:\s?(?:bis|ter|b|t))?,?\s(?:rue|avenue|av|av\.|boulevard|bd|bd\.|place|pl\.|chemin|impasse|quai|allée|allee|cours|"
        rf"route|square|passage|faubourg|villa)(?!\w){_ROMANCE_WORDS}{_UNIT}(?:\s?,?\s\d{{5}}(?:\s[^\W\d_][\w'’-]{{1,24}})?)?",
        0.9,
    ),
    shape("Germanic street, number", "ADDRESS", rf"(?<![\w.]){_GERMANIC}\s?{_NUMBER}{_UNIT}{_POST_TOWN}", 0.9),
    shape("Germanic street in words, number", "ADDRESS", rf"(?<![\w.]){_TWO_WORD}\s?(?:no:?\s?)?{_NUMBER}{_UNIT}{_POST_TOWN}", 0.85),
    shape(
        "German place name, number",
        "ADDRESS",
        r"(?<![\w.])(?:[Aa]m|[Aa]n der|[Aa]n den|[Ii]m|[Ii]n der|[Aa]uf der|[Aa]uf dem|[Zz]um|[Zz]ur|[Uu]nter den|[Hh]inter der)"
        r"\s[A-ZÄÖÜ][\wäöüß-]{3,30}\s\d{1,3}\s?[a-z]?(?![\w.:%]|\s?(?:Uhr|uhr|%|€|Euro|Stück|Personen|Leute|Tage|Jahre))"
        r"(?:,?\s\d{5}(?:\s[A-ZÄÖÜ][\wäöüß-]{2,30})?)?",
        0.75,
        cased=True,
    ),
    shape(
        "premises in an Indian quarter",
        "ADDRESS",
        r"(?<![\w.,/-])[a-z]?-?/?\d{1,4}[a-z]?(?:/\d{1,4})?,\s(?:[^,\n!?]{2,30},\s){0,3}[\w ]{2,30}\s(?:nagar|vihar|colony|enclave|marg|puram|"
        r"layout|extension|chowk|bazaar|"
        r"bagh|kunj|residency|apartments|society|garden|park|road|cross|main)(?!\w)",
        0.8,
    ),
    shape(
        "Indian premises",
        "ADDRESS",
        r"(?<!\w)(?:flat|plot|house|h\.?\s?no|door|shop|sector|villa|bungalow|quarter|gala|office|unit|room|wing|block|tower|phase|street|"
        r"gali|lane|ward|khasra|survey)\s?(?:no|number|nr|num|#)?\.?:?\s?"
        r"[a-z]?-?/?\d{1,5}(?:[-/]?[a-z0-9]{1,4})?,\s?[^\W\d_][^\n;!?]{2,90}?(?=[\n;!?]|\.\s|\.$|$|\s(?:is|please|pls|and|by|before|"
        r"tomorrow|today)(?!\w))",
        0.8,
    ),
    shape(
        "numbered sector",
        "ADDRESS",
        r"(?<!\w)(?:sector|sec|phase|block|plot|flat|h\.?\s?no|house|door|shop|gala|flat no|plot no|house no|door no|shop no)\s?(?:no|"
        r"number)?\.?\s?:?\s?#?-?\d{1,5}(?:[-/][a-z0-9]{1,4})?[a-z]?(?![\w%])",
        0.7,
    ),
    shape(
        "post box",
        "ADDRESS",
        r"(?<!\w)(?:p\.?\s?o\.?\s?box|postfach|apartado(?:\s(?:de\scorreos|postal))?|caixa postal|boîte postale|b\.?p\.?|casella postale|psc|"
        r"unit)\s?#?\d{1,6}(?:,?\s?box\s\d{1,6})?(?:\s(?:apo|fpo|dpo)\s[a-z]{2}\s\d{5})?",
        0.85,
    ),
    shape("military post", "ADDRESS", r"(?<!\w)(?:apo|fpo|dpo),?\s(?:ap|ae|aa)\s\d{5}(?:-\d{4})?(?!\w)", 0.9),
    shape(
        "unit",
        "ADDRESS",
        r"(?<!\w)(?:apt|apartment|suite|ste|flat|piso|apto|apartamento|whg|appt|interior)\.?\s?(?:no\.?\s?)?#?\s?(?:\d{1,5}\s?-?[a-z]?|[a-z]-?\d{1,4})"
        r"(?![\w%]|\s?(?:%|percent|off|rate|rs|euros?|dollars?|hours?|fee))",
        0.75,
    ),
    shape(
        "US state, ZIP",
        "ADDRESS",
        r"(?<!\w)(?:A[LKZR]|C[AOT]|DE|DC|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])"
        r",?\s\d{5}(?:-\d{4})?(?![\w.,])",
        0.85,
        cased=True,
    ),
    shape("Irish post code", "ADDRESS", r"(?<![\w-])[ac-fhknprtv-y]\d[\dw]\s[ac-fhknprtv-y\d]{4}(?!\w)", 0.85),
    shape(
        "paces from a landmark",
        "ADDRESS",
        r"(?<!\w)(?:(?:de|del|desde)\s(?:la\s|el\s|los\s|las\s)?(?:[^\W\d_]{2,16}\s){1,4})?\d{1,4}\s?(?:mts?|metros|m|varas|cuadras)\.?\s(?:al\s)?"
        r"(?:norte|sur|este|oeste|arriba|abajo)(?:\s(?:y\s)?\d{1,4}\s?(?:(?:mts?|metros|m|varas)\s)?(?:al\s)?(?:norte|sur|este|oeste))?(?!\w)",
        0.85,
    ),
    shape(
        "village, post, district",
        "ADDRESS",
        r"(?<!\w)(?:vill|village|gaon|gram|mohalla|mohallah|ward)\.?\s(?:[^\W\d_]{2,16}\s?){1,3},\s?(?:po|p\.o|post|ps|teh|tehsil|tal|dist|distt|district)"
        r"\.?\s[^\W\d_]{2,16}",
        0.8,
        needs=",",
    ),
    shape(
        "Venetian quarter, number",
        "ADDRESS",
        r"(?<!\w)(?:sestiere\s)?(?:cannaregio|castello|dorsoduro|san polo|santa croce|san marco|giudecca)\s\d{1,4}(?!\w)",
        0.8,
    ),
    shape(
        "farm, number",
        "ADDRESS",
        r"(?<!\w)(?:hof|gut|chalet|finca|parcela|parzelle|sítio|fazenda|chácara|cascina|podere|villa|masseria)\s(?:nr|no|n)\.?\s?\d{1,4}(?!\w)",
        0.75,
    ),
    shape("British post code", "ADDRESS", r"(?<![\w-])[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}(?!\w)", 0.75),
    shape("British post code, together", "ADDRESS", r"(?<![\w-])[A-Z]{1,2}\d{1,2}[A-Z]?\d[A-Z]{2}(?!\w)", 0.6, cased=True),
    shape("Canadian post code", "ADDRESS", r"(?<![\w-])[A-Z]\d[A-Z]\s?\d[A-Z]\d(?!\w)", 0.75, cased=True),
    shape("Brazilian post code", "ADDRESS", r"(?<![\w.,/-])\d{5}-\d{3}(?![\w-])", 0.8),
    shape(
        "named post code",
        "ADDRESS",
        r"(?<!\w)(?:zip|zip code|zipcode|postcode|post code|postal code|pin code|pincode|pin|plz|postleitzahl|código postal|codigo postal|"
        r"c\.?p\.?|cep|code postal|cap)\W{0,3}(?:is\s|es\s|ist\s)?(?P<value>\d{4,6}(?:-\d{3,4})?|\d{3}\s\d{3})(?!\w)",
        0.85,
    ),
    shape("post code, city", "ADDRESS", rf"(?<![\w.,/-])(?:D-|A-|CH-|F-|E-|I-)?\d{{5}}\s{_CITY}", 0.6, cased=True),
    shape("Dutch post code", "ADDRESS", r"(?<![\w.,/-])\d{4}\s?(?!KG|GB|MB|TB|PC|EU|ML|CM|MM|KM|HZ|AM|PM|KW|RS|BC|AD)[A-Z]{2},?\s[A-Z][a-z]+", 0.7, cased=True),
    shape(
        "corner",
        "ADDRESS",
        rf"(?<!\w)(?:corner\sof|esquina\s(?:con|de)?|ecke)\s(?P<value>(?:{_TITLED}|\d{{1,3}}\.)(?:\s(?:{_TITLED}|\d{{1,3}}\.)){{0,3}}\s(?:and|"
        rf"&|y|und|con|e)\s{_TITLED}(?:\s{_TITLED}){{0,3}})",
        0.75,
        needs="o",
        cased=True,
    ),
    shape(
        "after the word address",
        "ADDRESS",
        r"(?<!\w)(?<!mail )(?<!ip )(?<!web )(?:address|addr|ship to|deliver to|delivery to|lieferadresse|adresse|anschrift|dirección|direccion|"
        r"domicilio|endereço|"
        r"endereco|indirizzo)\s?(?:is|es|ist|é|est|è|hai|:|=)?\s?:?\s{0,2}"
        r"(?P<value>(?=[^\n;!?]{0,60}\d)[\w#][^\n;!?]{5,90}?)(?=[\n;!?]|\.\s|\.$|$|\s(?:my|and my|phone|tel|call|please|pls|before|by|"
        r"tomorrow|today|on|is|und|y|e|para|for|thanks|gracias)(?!\w))",
        0.7,
    ),
    shape(
        "after living or delivering",
        "ADDRESS",
        rf"(?<!\w)(?:live|lives|living|located|based|stay|staying|ship(?:ped)?|deliver(?:ed)?|send(?:\sit)?|meet(?:\sme)?|drop(?:\sit)?|"
        rf"pick\s?up|come|moved|office is|shop is|we are|we're|im|i'm|i am)\s(?:it\s|them\s|me\s|over\s)?(?:at|to|from)"
        rf"\s(?P<value>\d{{1,5}}[a-z]?\s{_WORD}(?:\s{_WORD}){{0,2}})(?=[\n,;.!?]|$)",
        0.65,
    ),
)


def addresses(read: Normalized) -> Iterator[Finding]:
    """Every street address of a text, and parts of one that point at a house."""
    return with_the_rest(read, find(ADDRESSES, read))
