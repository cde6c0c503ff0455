"""Messages with a planted identifier, written by hand: type, the characters that must go, the message. Fictional throughout."""
# ruff: noqa: RUF001 - digits of other scripts are the point

PLANTED = """
PHONE | +1 415 555 0134 | ring me on +1 415 555 0134 ok?
PHONE | (415) 555-0134 | office (415) 555-0134
PHONE | 415.555.0134 | 415.555.0134 is better
PHONE | 4155550134 | text 4155550134 when ur here
PHONE | 555-0134 | call 555-0134
PHONE | 0044 20 7946 0018 | my uk one is 0044 20 7946 0018
PHONE | 07700 900123 | its 07700 900123 x
PHONE | 98765 43210 | whatsapp karo 98765 43210 pe
PHONE | 9 8 7 6 5 4 3 2 1 0 | 9 8 7 6 5 4 3 2 1 0 call karna
PHONE | 9-8-7-6-5-4-3-2-1-0 | so 9-8-7-6-5-4-3-2-1-0
PHONE | 0171 3920042 | ruf mich an 0171 3920042
PHONE | 030/1234567 | Büro 030/1234567
PHONE | 06 12 34 56 78 | mon 06 12 34 56 78
PHONE | 612 345 678 | llámame al 612 345 678
PHONE | 612345678 | mi móvil 612345678
PHONE | (11) 98765-4321 | me chama no (11) 98765-4321
PHONE | 11 98765-4321 | zap 11 98765-4321
PHONE | 348 123 4567 | il mio cellulare 348 123 4567
PHONE | nine eight seven six five four three two one zero | nine eight seven six five four three two one zero
PHONE | seis uno dos tres cuatro cinco seis siete ocho | mi número: seis uno dos tres cuatro cinco seis siete ocho
PHONE | null eins sieben eins drei neun zwei null | null eins sieben eins drei neun zwei null
PHONE | zéro six douze trente-quatre cinquante-six soixante-dix-huit | zéro six douze trente-quatre cinquante-six soixante-dix-huit
PHONE | nove oito sete seis cinco quatro três dois | anota ai: nove oito sete seis cinco quatro três dois
PHONE | tre quattro otto uno due tre quattro cinque sei sette | tre quattro otto uno due tre quattro cinque sei sette
PHONE | nau aath saat chhe paanch char teen do ek | number likho nau aath saat chhe paanch char teen do ek
PHONE | four one five, double five five, oh one three four | its four one five, double five five, oh one three four
PHONE | ４１５５５５０１３４ | call ４１５５５５０１３４
PHONE | ٠٥٠١٢٣٤٥٦٧ | رقمي ٠٥٠١٢٣٤٥٦٧
PHONE | ९८७६५४३२१० | मेरा नंबर ९८७६५४३२१०
PHONE | 4️⃣1️⃣5️⃣5️⃣5️⃣5️⃣0️⃣1️⃣3️⃣4️⃣ | 4️⃣1️⃣5️⃣5️⃣5️⃣5️⃣0️⃣1️⃣3️⃣4️⃣
PHONE | 415*555*0134 | 415*555*0134 dont tell anyone
PHONE | 415 - 555 - 0134 | 415 - 555 - 0134
PHONE | +34-612-34-56-78 | tel:+34-612-34-56-78
PHONE | 1800 123 456 | hotline 1800 123 456
EMAIL | ana.lopez@example.com | mail ana.lopez@example.com.
EMAIL | bob at gmail dot com | bob at gmail dot com
EMAIL | bob[at]gmail[dot]com | bob[at]gmail[dot]com
EMAIL | bob (at) gmail (dot) com | write bob (at) gmail (dot) com
EMAIL | ana (arroba) hotmail punto com | ana (arroba) hotmail punto com
EMAIL | ana arroba hotmail.com | escribe a ana arroba hotmail.com
EMAIL | maria ponto silva arroba empresa ponto com ponto br | maria ponto silva arroba empresa ponto com ponto br
EMAIL | klaus ät gmx punkt de | klaus ät gmx punkt de
EMAIL | jean arobase orange point fr | jean arobase orange point fr
EMAIL | mario chiocciola libero punto it | mario chiocciola libero punto it
EMAIL | b o b @ gmail . com | b o b @ gmail . com
EMAIL | bob @ gmail . com | bob @ gmail . com
EMAIL | BOB@EXAMPLE.COM | MAIL ME: BOB@EXAMPLE.COM
EMAIL | bob_99@gmail | bob_99@gmail
EMAIL | rahul@okhdfcbank | gpay rahul@okhdfcbank
EMAIL | bob underscore smith at yahoo dot co dot uk | bob underscore smith at yahoo dot co dot uk
EMAIL | sales@müller-söhne.de | sales@müller-söhne.de
EMAIL | bob AT acme DOT io | bob AT acme DOT io
HANDLE | @bella.rose_88 | follow @bella.rose_88!
HANDLE | bella_rose | insta: bella_rose
HANDLE | bella.rose88 | my insta is bella.rose88
HANDLE | dirk.k | telegram dirk.k
HANDLE | pepe_ventas | mi instagram es pepe_ventas
HANDLE | mono#1234 | discord mono#1234
HANDLE | joaozin77 | no insta joaozin77
HANDLE | bella_rose | ig - bella_rose
HANDLE | _leo_ | snap _leo_
HANDLE | kaiser99 | fb: kaiser99
URL | https://acme.example/path?q=1 | see https://acme.example/path?q=1
URL | www.acme.com | its www.acme.com
URL | acme-tools.co.uk/shop | acme-tools.co.uk/shop
URL | wa.me/14155550134 | wa.me/14155550134
URL | meinladen.de | schau auf meinladen.de
URL | acme dot com | just go to acme dot com
CARD | 4111 1111 1111 1111 | 4111 1111 1111 1111
CARD | 4111-1111-1111-1112 | card 4111-1111-1111-1112
CARD | 378282246310005 | amex 378282246310005
CARD | 4111111111111111 | pay with 4111111111111111 exp 12/27
CARD | 12/27 | pay with 4111111111111111 exp 12/27
CARD | 123 | cvv 123
CARD | 4242 | the card ending in 4242
CARD | 4242 | tarjeta terminada en 4242
IBAN | GB82 WEST 1234 5698 7654 32 | iban GB82 WEST 1234 5698 7654 32 thanks
IBAN | de89370400440532013000 | de89370400440532013000
IBAN | DE89 3704 0044 0532 0130 00 | Bitte auf DE89 3704 0044 0532 0130 00 überweisen
IBAN | ES9121000418450200051332 | cuenta ES9121000418450200051332
IBAN | FR14 2004 1010 0505 0001 3M02 606 | FR14 2004 1010 0505 0001 3M02 606
ID | 078-05-1120 | ssn 078-05-1120
ID | 078 05 1120 | 078 05 1120
ID | 078051120 | my social is 078051120
ID | QQ 12 34 56 C | NI: QQ 12 34 56 C
ID | AB123456C | ab123456c is my ni, AB123456C
ID | 943 476 5919 | nhs 943 476 5919
ID | 12345678Z | DNI 12345678Z
ID | 12345678z | mi dni es 12345678z
ID | X1234567L | nie X1234567L
ID | 529.982.247-25 | cpf 529.982.247-25
ID | 52998224725 | meu cpf é 52998224725
ID | 11.222.333/0001-81 | CNPJ 11.222.333/0001-81
ID | 2341 2341 2346 | aadhaar 2341 2341 2346
ID | ABCPE1234F | PAN ABCPE1234F
ID | 27ABCPE1234F1Z5 | gstin 27ABCPE1234F1Z5
ID | RSSMRA85T10A562S | codice fiscale RSSMRA85T10A562S
ID | 86095742719 | Steuer-ID 86095742719
ID | 1 85 05 78 006 084 36 | sécu 1 85 05 78 006 084 36
ID | X1234567 | passport no X1234567
ID | C01X00T47 | Reisepass C01X00T47
ID | DE136695976 | USt-ID DE136695976
ID | 12345678 | account number 12345678
ID | 20-00-00 | sort code 20-00-00
ID | HDFC0001234 | ifsc HDFC0001234
ID | D1234567 | driver's license D1234567
ID | 4829 | your pin is 4829
ID | 482913 | otp: 482913
ID | hunter2! | password: hunter2!
ORDER | 48213 | order 48213 is late
ORDER | 4471 | order #4471?
ORDER | A-99231 | tracking no A-99231
ORDER | ORD-2024-0098 | ORD-2024-0098
ORDER | INV/2024/0098 | about INV/2024/0098
ORDER | QX7H2Q | booking ref QX7H2Q
ORDER | 1Z999AA10123456784 | 1Z999AA10123456784 says delivered
ORDER | 77120 | pedido 77120 no ha llegado
ORDER | 2024/553 | factura nº 2024/553
ORDER | 88172 | Bestellung 88172
ORDER | RE-20931 | Rechnung RE-20931
ORDER | KD-5512 | Kundennummer KD-5512
ORDER | 99812 | commande 99812
ORDER | 55192 | ordine n. 55192
ORDER | 66123 | pedido número 66123 por favor
ORDER | POL-882716 | policy POL-882716
ORDER | 7712 | contract no. 7712
ORDER | 4471 | ord no 4471
ORDER | BR123456789BR | rastreio BR123456789BR
PLATE | B-MW 1234 | Kennzeichen B-MW 1234
PLATE | AB12 CDE | my car AB12 CDE
PLATE | 1234 BCD | matrícula 1234 BCD
PLATE | ABC1D23 | placa ABC1D23
PLATE | MH 12 AB 1234 | gaadi MH 12 AB 1234
PLATE | mh12ab1234 | mh12ab1234
PLATE | AB-123-CD | plaque AB-123-CD
PLATE | 7abc123 | plate 7abc123
PLATE | 4-smk-72 | license plate is 4-smk-72
BIRTHDATE | 12.03.1984 | geboren am 12.03.1984
BIRTHDATE | 3rd of May 1980 | dob 3rd of May 1980
BIRTHDATE | 03/05/80 | D.O.B: 03/05/80
BIRTHDATE | 14 de julio de 1990 | nací el 14 de julio de 1990
BIRTHDATE | 14/07/1990 | data de nascimento 14/07/1990
BIRTHDATE | 4 août 1975 | née le 4 août 1975
BIRTHDATE | 4 agosto 1975 | nato il 4 agosto 1975
BIRTHDATE | 1984 | i was born in 1984
BIRTHDATE | June 5 | my bday is June 5
BIRTHDATE | 1990-07-14 | for the form: 1990-07-14
BIRTHDATE | nov 3 1987 | nov 3 1987 btw
AMOUNT | $4,999.50 | your quote is $4,999.50
AMOUNT | 5k | max 5k
AMOUNT | 4.900 € | 4.900 € ist zu viel
AMOUNT | 4.900,- | für 4.900,- nehm ichs
AMOUNT | 15 lakh | 15 lakh is too much
AMOUNT | dos mil euros | te ofrezco dos mil euros
AMOUNT | R$ 1.500,00 | fica R$ 1.500,00
AMOUNT | 1500 reais | dá 1500 reais
AMOUNT | five thousand dollars | five thousand dollars?!
AMOUNT | fünfhundert euro | fünfhundert euro und fertig
AMOUNT | quatre cents euros | quatre cents euros ttc
AMOUNT | mille euro | mille euro va bene
AMOUNT | pachas hazaar | pachas hazaar rupaye doonga
AMOUNT | ₹45,000 | ₹45,000 only
AMOUNT | Rs. 1,50,000/- | Rs. 1,50,000/- final
AMOUNT | 45000 rs | 45000 rs max
AMOUNT | £2.5m | they raised £2.5m
AMOUNT | 300 quid | 300 quid cash
AMOUNT | 3-4k | 3-4k ish
AMOUNT | USD 12,500 | USD 12,500 net
AMOUNT | 4500 | my budget is 4500
AMOUNT | 350 | la oferta: cuesta 350 al mes
AMOUNT | half a million | half a million dollars
AMOUNT | 2.500 | preço 2.500
ADDRESS | 12 rose lane | meet at 12 rose lane
ADDRESS | 377 Santana Row #1000 | 377 Santana Row #1000
ADDRESS | Hauptstr. 12 | hauptsitz: Hauptstr. 12
ADDRESS | hauptstraße 12a | hauptstraße 12a
ADDRESS | Lange Gasse 7 | Lange Gasse 7
ADDRESS | calle mayor 5, 3º B | calle mayor 5, 3º B
ADDRESS | c/ serrano 12 | c/ serrano 12
ADDRESS | Rua Augusta 1500, apto 32 | Rua Augusta 1500, apto 32
ADDRESS | av paulista, 1000 | av paulista, 1000
ADDRESS | 12 rue de la paix | 12 rue de la paix
ADDRESS | via roma 12 | abito in via roma 12
ADDRESS | Flat 302, Sai Residency, MG Road | Flat 302, Sai Residency, MG Road
ADDRESS | plot no 45, sector 18 | plot no 45, sector 18
ADDRESS | PO Box 812 | PO Box 812
ADDRESS | Cra 7 # 45-12 | Cra 7 # 45-12
ADDRESS | SW1A 1AA | SW1A 1AA
ADDRESS | 94103 | zip 94103
ADDRESS | 01310-100 | cep 01310-100
IP | 86.231.85.193 | blocked 86.231.85.193
IP | 4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a | 4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a
"""


def planted() -> list[tuple[str, str, str]]:
    """Type, value, message of each case."""
    rows = [row.split(" | ") for row in PLANTED.strip().splitlines()]
    return [(kind.strip(), value.strip(), message.strip()) for kind, value, message in rows]
