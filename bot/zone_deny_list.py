"""Everybody and everything a zone knows by name or number: what the anonymiser must find whatever it looks like."""

from typing import TYPE_CHECKING

from intelligence.deny_list import DenyList
from memory.customers import Customers
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House


def zone_deny_list(house: "House", zone: Zone) -> DenyList:
    """The zone's customers with their companies and addresses, and all of our staff."""
    customers = Customers(house.database, zone).all()
    members = house.staff.all()
    numbers = [address for customer in customers for address in customer.addresses]
    numbers += [address.address for member in members for address in house.staff.addresses(member.id)]
    return DenyList(
        persons=tuple({customer.name for customer in customers} | {member.name for member in members}),
        organizations=tuple({customer.company for customer in customers if customer.company}),
        numbers=tuple(dict.fromkeys(numbers)),
    )
