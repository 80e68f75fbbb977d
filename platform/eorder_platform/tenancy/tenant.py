"""A tenant as the application carries it: everything tenant-bound takes one of these."""

from dataclasses import dataclass
from uuid import UUID

from eorder_platform.database import Login
from eorder_platform.trying_out import is_test


@dataclass(frozen=True, slots=True)
class Tenant:
    """One region's row of the registry. `placement`, `role` and `generation` say how to connect for it."""

    id: UUID
    slug: str
    name: str
    short_name: str
    region_code: str
    zone: str
    status: str
    placement: str
    schema: str
    role: str
    generation: int
    revision: str | None
    code: str
    accent: str
    motif: str
    hosts: tuple[str, ...]
    suspension_reason: str | None = None

    @property
    def login(self) -> Login:
        return Login(self.placement, self.role, self.generation)

    @property
    def is_sandbox(self) -> bool:
        """Is it there only to try things out (uji coba)? Nothing of it counts for the nation."""
        return is_test(self.id)

    @property
    def is_suspended(self) -> bool:
        return self.status == "suspended"
