"""Work units (satuan kerja) from a file; the code says which unit a row is about."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.ids import new_id
from eorder_platform.reference.models import RegionRow
from eorder_tenants.budgets.importing.columns import Column, code, tax_id, text, yes_or_no
from eorder_tenants.budgets.importing.kind import Comparison, Kind, Row, change_of
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit

UNIT_CODE = code(r"[0-9A-Za-z]+([.\-/][0-9A-Za-z]+)*", "1.01.2.22.0.00.01.0000")


async def compare(session: AsyncSession, rows: Sequence[Row]) -> Comparison:
    """Refused beside its cell: a region code that Kemendagri does not list."""
    stored = await units_by_code(session, [row["code"] for row in rows])
    wanted = {row["region_code"] for row in rows}
    regions = set(await session.scalars(select(RegionRow.code).where(RegionRow.code.in_(wanted))))
    found = Comparison()
    for row in rows:
        if row["region_code"] not in regions:
            sentence = "Kode wilayah ini tidak ada dalam daftar Kemendagri."
            found.problems.append(WORK_UNITS.problem(row, "region_code", sentence))
        found.changes.append(change_of(stored.get(row["code"]), row.values))
    return found


async def store(session: AsyncSession, actor: Actor, rows: Sequence[Row], batch: ImportBatch) -> None:
    """Add new units and change known ones; a unit that is not in the file stays as it is."""
    stored = await units_by_code(session, [row["code"] for row in rows])
    for row in rows:
        unit = stored.get(row["code"])
        if unit is None:
            session.add(WorkUnit(id=new_id(), **row.values))
        else:
            for name, value in row.values.items():
                setattr(unit, name, value)
    await session.flush()


async def units_by_code(session: AsyncSession, codes: Sequence[str]) -> dict[str, WorkUnit]:
    """The units of those codes."""
    units = await session.scalars(select(WorkUnit).where(WorkUnit.code.in_(set(codes))))
    return {unit.code: unit for unit in units}


WORK_UNITS = Kind(
    name="work_units",
    title="Unit kerja",
    explanation="Satuan kerja yang memesan, menerima, dan membayar.",
    columns=(
        Column(
            "code",
            "Kode unit",
            UNIT_CODE,
            ("1.01.2.22.0.00.01.0000", "1.02.0.00.0.00.01.0000"),
            aliases=("kode satker", "kd_satker", "kode skpd"),
            is_code=True,
        ),
        Column(
            "name",
            "Nama unit",
            text(),
            ("Dinas Pendidikan", "Dinas Kesehatan"),
            aliases=("nama satker", "nama skpd", "satuan kerja"),
        ),
        Column("short_name", "Nama singkat", text(40), ("Disdik", "Dinkes"), aliases=("singkatan",)),
        Column(
            "address", "Alamat", text(300), ("Jalan Gatot Subroto Kav. 40–41", "Jalan Kesehatan Nomor 10")
        ),
        Column(
            "city",
            "Kota atau kabupaten",
            text(100),
            ("Jakarta Selatan", "Jakarta Pusat"),
            aliases=("kota", "kabupaten", "kota/kabupaten"),
        ),
        Column(
            "region_code",
            "Kode wilayah",
            code(r"\d\d(\.\d\d)?", "31.74"),
            ("31.74", "31.71"),
            aliases=("kode kemendagri",),
        ),
        Column("tax_id", "NPWP", tax_id, ("", ""), required=False, is_code=True),
        Column("active", "Aktif", yes_or_no, ("ya", "ya"), required=False, default=True),
    ),
    key=("code",),
    compare=compare,
    store=store,
)
