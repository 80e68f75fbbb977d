"""Papers of a case: photos drawn anew, PDFs looked into (attachments.py); the agency and the vendor read them."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.attachments import Attachment
from eorder_platform.directory.sanctions.models import SanctionFile, Side
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.files import file_store
from eorder_platform.ids import new_id

MOST_FILES: Final = 5


async def keep_files(
    session: AsyncSession, case_id: UUID, side: Side, account_id: UUID, files: Iterable[Attachment]
) -> None:
    """Store them; a rollback leaves files that nobody names. Refused beside "files": more than five."""
    given = list(files)
    if len(given) > MOST_FILES:
        raise Refused("Paling banyak %(most)s berkas.", "files", most=MOST_FILES)
    for file in given:
        row = SanctionFile(
            id=new_id(),
            case_id=case_id,
            side=side,
            name=file.name,
            media_type=file.media_type,
            sha256=sha256(file.content).hexdigest(),
            added_by=account_id,
            added_at=clock.now(),
        )
        await file_store().national().put(_key(case_id, row.id), file.content)
        session.add(row)


async def files_of(session: AsyncSession, case_id: UUID) -> list[SanctionFile]:
    """All papers of the case, in their order."""
    found = select(SanctionFile).where(SanctionFile.case_id == case_id)
    return list(await session.scalars(found.order_by(SanctionFile.added_at, SanctionFile.id)))


async def read_file(session: AsyncSession, case_id: UUID, file_id: UUID) -> tuple[SanctionFile, bytes]:
    """One paper of that case; NotVisible for any other."""
    file = await session.get(SanctionFile, file_id)
    if file is None or file.case_id != case_id:
        raise NotVisible("Berkas ini tidak ditemukan.")
    return file, await file_store().national().get(_key(case_id, file_id))


def _key(case_id: UUID, file_id: UUID) -> str:
    return f"sanctions/{case_id}/{file_id}"
