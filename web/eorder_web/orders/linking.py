"""Where an order and what belongs to it stand: in its region for officials, in the vendor's room for the vendor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from eorder_web.look.addresses import address

CONVERSATION: Final = "percakapan"
EARLIER: Final = "sebelum"
"""The query's name for the comment before which older ones are shown."""


@dataclass(frozen=True)
class Links:
    """The addresses of one order in one of the two rooms that show it."""

    room: str
    keys: Mapping[str, object]

    @classmethod
    def for_officials(cls, order_id: UUID) -> Self:
        return cls("orders", {"order_id": order_id})

    @classmethod
    def for_vendor(cls, slug: str, order_id: UUID) -> Self:
        return cls("inbox", {"slug": slug, "order_id": order_id})

    @property
    def is_vendors(self) -> bool:
        return self.room == "inbox"

    @property
    def order(self) -> str:
        return address(f"{self.room}.show", **self.keys)

    def step(self, noun: str) -> str:
        return address(f"{self.room}.step", noun=noun, **self.keys)

    def document(self, document_id: UUID) -> str:
        return address(f"{self.room}.document", document_id=document_id, **self.keys)

    def photo(self, delivery_id: UUID) -> str:
        return address(f"{self.room}.photo", delivery_id=delivery_id, **self.keys)

    def arrival_proof(self, delivery_id: UUID) -> str:
        return address(f"{self.room}.arrival_proof", delivery_id=delivery_id, **self.keys)

    def attachment(self, file_id: str) -> str:
        return address(f"{self.room}.attachment", file_id=file_id, **self.keys)

    @property
    def conversation(self) -> str:
        """Where a comment is sent to."""
        return address(f"{self.room}.comment", **self.keys)

    def comments(self, before: UUID | None = None) -> str:
        """The order's page where it shows what was said: the newest, or what came before that comment."""
        earlier = f"?{EARLIER}={before}" if before else ""
        return f"{self.order}{earlier}#{CONVERSATION}"
