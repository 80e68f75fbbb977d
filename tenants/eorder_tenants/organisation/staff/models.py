"""A region's own staff directory: how it is asked, and the people whom it told us of (SCIM)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, false, text
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import Base, Id, writable


class StaffDirectory(Base):
    """The one directory of a region; `id` is the region's own. The secret is sealed, of the SCIM token a hash is kept.

    `civil_servant_claim`: under which name its tokens carry the NIP. `active`: officials may sign in by it.
    """

    __tablename__ = "staff_directory"
    __table_args__ = {"info": writable(keeps=("id",))}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    secret_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    civil_servant_claim: Mapped[str] = mapped_column(default="nip", server_default=text("'nip'"))
    active: Mapped[bool] = mapped_column(default=False, server_default=false())
    scim_token_hash: Mapped[str | None]
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime]


class DirectoryUser(Base):
    """A person as the directory last told of them; `official_id` where one of our officials is that person."""

    __tablename__ = "directory_user"
    __table_args__ = (
        Index("uq_directory_user_name", text("lower(user_name)"), unique=True),
        {"info": writable(keeps=("id",), deletes=True)},
    )

    id: Mapped[Id]
    external_id: Mapped[str | None]
    user_name: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    civil_servant_id: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    official_id: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    changed_at: Mapped[datetime]
