"""Officials (pejabat) from a file; the e-mail says whose account a row is about.

Accounts live in the national schema, which a region's transaction cannot see. So a known official is changed at
once, and a new one is linked to their account by the job `organisation.link_accounts` (linking.py).
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_platform.trying_out import is_test_address
from eorder_tenants.budgets.importing.columns import Column, civil_servant_id, email, text, yes_or_no
from eorder_tenants.budgets.importing.kind import Comparison, Kind, Row, change_of
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Official

TEST_PEOPLE: Final = "Alamat .uji.example milik orang uji coba, yang tidak bertugas di wilayah sungguhan."


async def compare(session: AsyncSession, rows: Sequence[Row]) -> Comparison:
    """Refused beside its cell: a civil servant number (NIP) that belongs to another e-mail, here or in the file; in a
    real region, a sandbox's test person.
    """
    tenant: Tenant = session.info["tenant"]
    stored = await _by_email(session, rows)
    owners = await _owners_of_numbers(session, rows)
    found = Comparison()
    for row in rows:
        if is_test_address(row["email"]) and not tenant.is_sandbox:
            found.problems.append(OFFICIALS.problem(row, "email", Sentence(TEST_PEOPLE)))
        number = row["civil_servant_id"]
        if number and owners.setdefault(number, row["email"]) != row["email"]:
            sentence = Sentence("NIP ini milik pejabat lain (%(owner)s).", owner=owners[number])
            found.problems.append(OFFICIALS.problem(row, "civil_servant_id", sentence))
        found.changes.append(change_of(stored.get(row["email"]), _facts(row)))
    return found


async def store(session: AsyncSession, actor: Actor, rows: Sequence[Row], batch: ImportBatch) -> None:
    """Change known officials; new ones follow by the job, which also invites who has no account yet."""
    stored = await _by_email(session, rows)
    for row in rows:
        official = stored.get(row["email"])
        if official is not None:
            for name, value in _facts(row).items():
                setattr(official, name, value)
    await session.flush()
    if any(row["email"] not in stored for row in rows):
        outbox.write(session, "organisation.link_accounts", batch_id=batch.id)


async def _by_email(session: AsyncSession, rows: Sequence[Row]) -> dict[str, Official]:
    emails = {row["email"] for row in rows}
    found = await session.scalars(select(Official).where(func.lower(Official.email).in_(emails)))
    return {official.email.lower(): official for official in found}


async def _owners_of_numbers(session: AsyncSession, rows: Sequence[Row]) -> dict[str, str]:
    numbers = {row["civil_servant_id"] for row in rows if row["civil_servant_id"]}
    found = await session.execute(
        select(Official.civil_servant_id, Official.email).where(Official.civil_servant_id.in_(numbers))
    )
    return {str(number): owner.lower() for number, owner in found}


def _facts(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("name", "civil_servant_id", "position", "active")}


OFFICIALS = Kind(
    name="officials",
    title="Pejabat",
    explanation="Orang yang akan ditugaskan. Yang belum memiliki akun mendapat undangan lewat e-mail.",
    columns=(
        Column(
            "name",
            "Nama",
            text(120),
            ("Dewi Lestari", "Budi Santoso"),
            aliases=("nama pejabat", "nama lengkap"),
        ),
        Column(
            "civil_servant_id",
            "NIP",
            civil_servant_id,
            ("198503122010012003", "197911052006041001"),
            required=False,
            is_code=True,
        ),
        Column(
            "email",
            "E-mail",
            email,
            ("dewi.lestari@jakarta.example.go.id", "budi.santoso@jakarta.example.go.id"),
            aliases=("surel", "alamat email"),
        ),
        Column(
            "position", "Jabatan", text(120), ("Kepala Subbagian Umum", "Pengelola Pengadaan Barang/Jasa")
        ),
        Column("active", "Aktif", yes_or_no, ("ya", "ya"), required=False, default=True),
    ),
    key=("email",),
    compare=compare,
    store=store,
)
