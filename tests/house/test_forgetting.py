"""What nobody will ask for again is forgotten, and nothing else."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.identity.models import NationalIdempotencyKey
from eorder_platform.ids import new_id
from eorder_platform.outbox import KEEP_DONE, Outbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import IdempotencyKey
from eorder_web.operations.scheduler import FORM_KEYS_KEPT, forget_the_old


async def test_keys_of_old_forms_and_effects_done_long_ago_are_forgotten(dki: Tenant) -> None:
    person, now = new_id(), clock.now()
    for name, age in (("old", FORM_KEYS_KEPT + timedelta(hours=1)), ("young", timedelta(hours=1))):
        async with tenancy.inside(dki) as session:
            session.add(IdempotencyKey(account_id=person, key=name, location="/", created_at=now - age))
        async with tenancy.national() as nation:
            nation.add(
                NationalIdempotencyKey(account_id=person, key=name, location="/", created_at=now - age)
            )
    done, still_open = await _an_effect(dki, done=True), await _an_effect(dki, done=False)
    await forget_the_old()
    async with tenancy.inside(dki) as session:
        kept = await session.scalars(select(IdempotencyKey.key).where(IdempotencyKey.account_id == person))
        assert list(kept) == ["young"]
        rows = await session.scalars(select(Outbox.id).where(Outbox.id.in_([done, still_open])))
        assert list(rows) == [still_open]
    async with tenancy.national() as nation:
        mine = select(NationalIdempotencyKey.key).where(NationalIdempotencyKey.account_id == person)
        assert list(await nation.scalars(mine)) == ["young"]


async def _an_effect(tenant: Tenant, *, done: bool) -> UUID:
    long_ago = clock.now() - KEEP_DONE - timedelta(days=1)
    row = Outbox(id=new_id(), job="house.nothing", arguments={}, created_at=long_ago)
    row.done_at = long_ago if done else None
    row.attempts = outbox.MAXIMUM_ATTEMPTS  # no relay of another test sends it
    async with tenancy.inside(tenant) as session:
        session.add(row)
    return row.id
