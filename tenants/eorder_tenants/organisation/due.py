"""What the scheduler has to see to, one by one."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Due:
    """An order or a vendor for which a time has come; `name` is what the log calls it."""

    id: UUID
    name: str
