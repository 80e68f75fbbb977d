"""Budget lines (baris anggaran) of the approved DPA from a file."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.ids import new_id
from eorder_platform.sentences import Rupiah, Sentence
from eorder_tenants.budgets.importing.columns import Column, code, rupiah, text, year
from eorder_tenants.budgets.importing.kind import Comparison, Kind, Row, change_of
from eorder_tenants.budgets.importing.work_units import UNIT_CODE, units_by_code
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, ImportBatch
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit

SUB_ACTIVITY_CODE = code(r"[\dX]+(\.[\dX]+){2,}", "1.01.02.2.01.0012")
ACCOUNT_CODE = code(r"\d\.\d\.\d\d\.\d\d\.\d\d\.\d{4}", "5.1.02.01.01.0024")
FUNDING_SOURCE = text(60)

LineKey = tuple[UUID, int, str, str, str]
"""Unit, year, sub-activity code, account code, funding source: what makes a budget line one."""


async def compare(session: AsyncSession, rows: Sequence[Row]) -> Comparison:
    """Refused beside its cell: an unknown unit, and a ceiling below what its packages were allotted.

    A cut of the budget (pergeseran, perubahan APBD) comes in two files: first the packages, which may fall below
    what is bound already and then block new orders, then the lines. So no line ever has less than its packages.
    """
    units = await units_by_code(session, [row["unit_code"] for row in rows])
    lines = await lines_by_key(session, units.values())
    allotted = await _allotted(session, units.values())
    found = Comparison()
    for row in rows:
        unit = units.get(row["unit_code"])
        line = lines.get(key_of(row, unit)) if unit else None
        found.changes.append(change_of(line, _facts(row)))
        if unit is None:
            found.problems.append(BUDGET_LINES.problem(row, "unit_code", "Unit kerja ini belum terdaftar."))
        elif line is not None and row["ceiling_rupiah"] < allotted.get(line.id, 0):
            sentence = Sentence(
                "Paket pada baris ini sudah mendapat %(amount)s. Unggah dahulu paket RUP yang disesuaikan.",
                amount=Rupiah(allotted[line.id]),
            )
            found.problems.append(BUDGET_LINES.problem(row, "ceiling_rupiah", sentence))
    return found


async def store(session: AsyncSession, actor: Actor, rows: Sequence[Row], batch: ImportBatch) -> None:
    """Add new lines and change names and ceilings of known ones; a line that is not in the file stays."""
    units = await units_by_code(session, [row["unit_code"] for row in rows])
    lines = await lines_by_key(session, units.values())
    for row in rows:
        unit = units[row["unit_code"]]
        line = lines.get(key_of(row, unit))
        if line is None:
            facts = {
                name: row[name]
                for name in ("fiscal_year", "sub_activity_code", "account_code", "funding_source")
            }
            session.add(BudgetLine(id=new_id(), work_unit_id=unit.id, **facts, **_facts(row)))
        else:
            for name, value in _facts(row).items():
                setattr(line, name, value)
    await session.flush()


async def lines_by_key(session: AsyncSession, units: Iterable[WorkUnit]) -> dict[LineKey, BudgetLine]:
    """Every budget line of those units."""
    lines = await session.scalars(
        select(BudgetLine).where(BudgetLine.work_unit_id.in_([unit.id for unit in units]))
    )
    return {
        (
            line.work_unit_id,
            line.fiscal_year,
            line.sub_activity_code,
            line.account_code,
            line.funding_source,
        ): line
        for line in lines
    }


def key_of(row: Row, unit: WorkUnit) -> LineKey:
    """The key of the line that a row names."""
    return unit.id, row["fiscal_year"], row["sub_activity_code"], row["account_code"], row["funding_source"]


def _facts(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("sub_activity_name", "account_name", "ceiling_rupiah")}


async def _allotted(session: AsyncSession, units: Iterable[WorkUnit]) -> dict[UUID, int]:
    """What the packages of each budget line were given."""
    rows = await session.execute(
        select(BudgetBalance.budget_line_id, func.sum(BudgetBalance.ceiling))
        .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
        .where(BudgetLine.work_unit_id.in_([unit.id for unit in units]))
        .group_by(BudgetBalance.budget_line_id)
    )
    return {line_id: int(total) for line_id, total in rows}


BUDGET_LINES = Kind(
    name="budget_lines",
    title="Baris anggaran",
    explanation="Pagu tiap sub kegiatan dan kode rekening dari DPA yang disahkan.",
    columns=(
        Column(
            "unit_code",
            "Kode unit",
            UNIT_CODE,
            ("1.01.2.22.0.00.01.0000", "1.01.2.22.0.00.01.0000"),
            aliases=("kode satker", "kode skpd"),
            is_code=True,
        ),
        Column("fiscal_year", "Tahun anggaran", year, ("2026", "2026"), aliases=("tahun", "ta")),
        Column(
            "sub_activity_code",
            "Kode sub kegiatan",
            SUB_ACTIVITY_CODE,
            ("1.01.02.2.01.0012", "1.01.02.2.01.0012"),
            aliases=("kd_subkegiatan",),
            is_code=True,
        ),
        Column(
            "sub_activity_name",
            "Nama sub kegiatan",
            text(),
            ("Pengelolaan Dana BOS Sekolah Dasar", "Pengelolaan Dana BOS Sekolah Dasar"),
            aliases=("sub kegiatan",),
        ),
        Column(
            "account_code",
            "Kode rekening",
            ACCOUNT_CODE,
            ("5.1.02.01.01.0024", "5.1.02.01.01.0026"),
            aliases=("mak", "kode akun"),
            is_code=True,
        ),
        Column(
            "account_name",
            "Nama rekening",
            text(),
            ("Belanja Alat Tulis Kantor", "Belanja Bahan Cetak"),
            aliases=("uraian rekening", "nama akun"),
        ),
        Column("funding_source", "Sumber dana", FUNDING_SOURCE, ("PAD", "PAD")),
        Column(
            "ceiling_rupiah",
            "Pagu",
            rupiah,
            ("250.000.000", "120.000.000"),
            aliases=("pagu anggaran", "jumlah"),
        ),
    ),
    key=("unit_code", "fiscal_year", "sub_activity_code", "account_code", "funding_source"),
    compare=compare,
    store=store,
)
