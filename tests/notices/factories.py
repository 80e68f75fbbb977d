"""People who can be told: accounts for the cast of an order, and what was told to them."""

from collections.abc import Sequence

from sqlalchemy import select

from eorder_platform import outbox, tenancy
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.identity.models import Account
from eorder_platform.mail import ReceivedMail, read_mailbox
from eorder_platform.notices.models import NationalNotice, Notice
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_web.operations import jobs
from tests.orders.factories import Cast

JOBS = jobs
"""What notices and mails must be declared to be carried out."""

TELLING = ("orders.tell",)
MAILING = ("notices.mail_official", "notices.mail_member")


async def accounts_for(cast: Cast, **languages: str) -> None:
    """Every person of the cast may sign in; the vendor's people belong to the vendor."""
    async with tenancy.national() as session:
        for name, actor in cast.everybody.items():
            if actor.id is not None:
                session.add(
                    Account(
                        id=actor.id,
                        email=address_of(actor),
                        name=actor.name,
                        password_hash="-",
                        language=languages.get(name, "id"),
                    )
                )
        await session.flush()
        for actor, role in ((cast.owner, VendorRole.OWNER), (cast.staff, VendorRole.STAFF)):
            session.add(VendorMember(vendor_id=cast.participation.vendor_id, account_id=actor.id, role=role))


def address_of(actor: Actor) -> str:
    assert actor.id
    return f"{actor.id.hex}@surat.example"


async def carried_out(tenant: Tenant) -> None:
    """Everything that follows from the steps taken so far: notices, then their letters."""
    await outbox.carry_out_open(tenant.slug, TELLING)
    await outbox.carry_out_open(tenant.slug, MAILING)
    await outbox.carry_out_open(outbox.NATION, MAILING)


async def notices_of(actor: Actor, tenant: Tenant) -> Sequence[Notice | NationalNotice]:
    """What somebody was told, oldest first."""
    table = NationalNotice if actor.vendor_id else Notice
    async with tenancy.national() if actor.vendor_id else tenancy.inside(tenant) as session:
        found = select(table).where(table.account_id == actor.id).order_by(table.created_at, table.id)
        return list(await session.scalars(found))


def letters_to(actor: Actor) -> list[ReceivedMail]:
    """Their mail, oldest first."""
    return [mail for mail in reversed(read_mailbox(10_000)) if mail.to == address_of(actor)]
