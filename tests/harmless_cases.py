"""Messages without anything to hide that tempt a recognizer, written by hand."""

HARMLESS = """
can you do 20% off if i take 50 boxes?
we have 120 employees in 3 shifts
see you friday at 10:30
10.30 works, or 14h
the iphone 15 pro max is in stock
rtx 4090 or gtx 1080?
model xps-13 9310, size m, color 4
version 10.15.7 please
1920x1080 is fine
12 x 24 x 36 cm
open 24/7, 365 days
in q3 2026 we decide
2024-2025 was slow
21.11.2026 passt
on 3 may or 4 june
may i pay next month?
will you mark it as paid?
4k tv or 8k?
10k followers on insta
instagram is down again
are you on telegram or signal?
look at page 12, section 3.2
5 star reviews only
2nd floor? no, 3rd place
3 days on the way
10 min drive from here
we run 5k on sundays
i have two kids and one dog
one two three testing
order 500 units
order 2000 pieces by may
invoice me in march
the contract is 24 months long
ticket sales went up 30 percent
call me at 5
call me in 10 minutes
my number one choice
version 2 and version 3
24 v, 100 w, 50 hz
it weighs 80 kg
1.000.000 views
1 000 000 users
3.5 stars from 1200 reviews
between 9 and 5
30-60-90 days
the 80/20 rule
9-5 mon-fri
a 4-6 week trial
from 8 am to 6 pm
24 hour support
covid 19 was hard
windows 11 or 10
wd-40 and a4 paper
iso 9001 and gdpr
b2b saas, 50-200 seats
we are 3 people at the office
the price is too high
cost per seat?
we paid in 2023
my budget is gone
do you take card?
which bank do you use?
i'll email you later
at web summit
look at gmail or outlook
ok.no problem
thanks.me too
e.g. this one
i am at home
meet @ noon?
via email or via whatsapp
cien por cien seguro
nos vemos a las 5
tengo dos preguntas
quiero 30 unidades para mayo
en 2026 empezamos
la calle está cerrada
o pedido chegou, obrigado
são 3 caixas de 12
às 15h30 pode ser
in 14 tagen
um 9 uhr am montag
wir haben 40 mitarbeiter
das kostet zu viel
platz 3 von 10
der weg ist weit
on se voit à 15h
il y a 3 options
dans la rue
ci vediamo alle 18
costa troppo
kal 5 baje aana
10 din me bhej do
2 piece chahiye
ek do din ruko
do teen log aayenge
100% sure 💯
10/10 would buy again
the 1st and the 15th
step 1, 2, 3 and 4
ratio 16:9
usb 3.0, wifi 6, 5g
2x faster, 3x cheaper
it's 30 degrees
room 4 at 12:15
size 42, 44 or 46
1-2 days, max 3
over 9000 lol
""".strip().splitlines()
