"""What a channel is to the rest of the house. A channel is given callbacks; it knows nobody else."""

from typing import Protocol

from bot.messages import OutboundMessage


class Channel(Protocol):
    """A way out. WhatsApp is none: customers talk to people only, so nothing here ever writes to them."""

    @property
    def name(self) -> str:
        """The word used in addresses: `slack`, `whatsapp`."""
        ...

    async def deliver(self, message: OutboundMessage) -> str:
        """Send a card and give the channel's own id of it; the same `key` twice is one message. Raises DeliveryFailed, NotConfigured."""
        ...
