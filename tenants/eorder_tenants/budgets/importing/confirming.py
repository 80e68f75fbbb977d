"""Storing a preview that its reader found right, or putting it away."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.sentences import term
from eorder_tenants.budgets.importing.kind import Change
from eorder_tenants.budgets.importing.kinds import KINDS
from eorder_tenants.budgets.importing.previewing import rows_of
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator


async def confirm(session: AsyncSession, actor: Actor, batch_id: UUID) -> ImportBatch:
    """Store all new and changed rows of a preview in this one transaction.

    The rows are compared with the database again, because it may have moved on since the preview. Refused: a
    preview with problems, old or new. Conflict: one that was confirmed or discarded already. A file that was
    confirmed before has only unchanged rows the second time, so confirming it again changes nothing.
    """
    require_administrator(actor)
    batch = await _locked(session, batch_id)
    if batch.problems:
        raise Refused("Perbaiki dahulu baris yang bermasalah, lalu unggah lagi berkasnya.", "file")
    rows, kind = rows_of(batch), KINDS[batch.kind]
    comparison = await kind.compare(session, rows)
    if comparison.problems:
        first = comparison.problems[0]
        raise Refused(
            "Data daerah berubah sejak pratinjau ini: baris %(row)s, %(sentence)s Unggah lagi berkasnya.",
            "file",
            row=first.row,
            sentence=term(first.sentence),
        )
    if set(comparison.changes) - {Change.UNCHANGED}:
        await kind.store(session, actor, rows, batch)
    batch.status, batch.confirmed_at = "confirmed", clock.now()
    return batch


async def discard(session: AsyncSession, actor: Actor, batch_id: UUID) -> ImportBatch:
    """Put a preview away without storing anything."""
    require_administrator(actor)
    batch = await _locked(session, batch_id)
    batch.status = "discarded"
    return batch


async def _locked(session: AsyncSession, batch_id: UUID) -> ImportBatch:
    """The batch, with every other waiting preview locked too: two confirmations go one after the other."""
    await session.execute(
        select(ImportBatch.id)
        .where((ImportBatch.status == "previewed") | (ImportBatch.id == batch_id))
        .order_by(ImportBatch.id)
        .with_for_update()
    )
    batch = await session.get(ImportBatch, batch_id, populate_existing=True)
    if batch is None:
        raise NotVisible("Unggahan ini tidak ditemukan.")
    if batch.status != "previewed":
        raise Conflict("Unggahan ini sudah dikonfirmasi atau dibuang.")
    return batch
