"""Packages of the procurement plan (paket RUP) with what each may draw from which budget line.

A package has a row for every budget line it draws on; the facts of the package are repeated in each. All rows of a
package stand in one file: a line that is missing there is taken back from the package.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.ids import new_id
from eorder_platform.sentences import Rupiah, Sentence
from eorder_tenants.budgets.importing.budget_lines import (
    ACCOUNT_CODE,
    FUNDING_SOURCE,
    SUB_ACTIVITY_CODE,
    LineKey,
    key_of,
    lines_by_key,
)
from eorder_tenants.budgets.importing.columns import (
    Column,
    announced,
    as_date,
    code,
    day,
    rupiah,
    text,
    year,
    yes_or_no,
)
from eorder_tenants.budgets.importing.kind import Change, Comparison, Kind, Row, change_of
from eorder_tenants.budgets.importing.work_units import UNIT_CODE, units_by_code
from eorder_tenants.budgets.ledger import change_ceilings
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, ImportBatch, Package
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit

REPEATED = (
    "unit_code",
    "fiscal_year",
    "name",
    "method",
    "ceiling_rupiah",
    "selection_from",
    "selection_until",
    "announced",
    "active",
)
"""Facts of the package itself, the same in each of its rows."""


class _Stored:
    """What the database knows about everything that the rows name."""

    units: dict[str, WorkUnit]
    lines: dict[LineKey, BudgetLine]
    packages: dict[str, Package]
    balances: dict[tuple[UUID, UUID], BudgetBalance]
    of_package: dict[UUID, list[BudgetBalance]]

    @classmethod
    async def read(cls, session: AsyncSession, rows: Sequence[Row]) -> "_Stored":
        stored = cls()
        stored.units = await units_by_code(session, [row["unit_code"] for row in rows])
        stored.lines = await lines_by_key(session, stored.units.values())
        packages = select(Package).where(Package.rup_code.in_({row["rup_code"] for row in rows}))
        stored.packages = {package.rup_code: package for package in await session.scalars(packages)}
        unit_ids = [unit.id for unit in stored.units.values()]
        balances = select(BudgetBalance).where(
            BudgetBalance.budget_line_id.in_(
                select(BudgetLine.id).where(BudgetLine.work_unit_id.in_(unit_ids))
            )
            | BudgetBalance.package_id.in_([package.id for package in stored.packages.values()])
        )
        stored.balances = {
            (one.budget_line_id, one.package_id): one for one in await session.scalars(balances)
        }
        stored.of_package = defaultdict(list)
        for balance in stored.balances.values():
            stored.of_package[balance.package_id].append(balance)
        return stored

    def line_of(self, row: Row) -> BudgetLine | None:
        unit = self.units.get(row["unit_code"])
        return self.lines.get(key_of(row, unit)) if unit else None

    def balance_of(self, row: Row) -> BudgetBalance | None:
        line, package = self.line_of(row), self.packages.get(row["rup_code"])
        return self.balances.get((line.id, package.id)) if line and package else None

    def taken_back(self, package: Package, rows: Iterable[Row]) -> list[BudgetBalance]:
        """Balances of a package whose line is no longer in the file but still has a ceiling."""
        kept = {line.id for line in map(self.line_of, rows) if line}
        return [one for one in self.of_package[package.id] if one.budget_line_id not in kept and one.ceiling]


async def compare(session: AsyncSession, rows: Sequence[Row]) -> Comparison:
    """Refused beside its cell: an unknown unit or line, facts that differ between the rows of a package, splits
    that do not add up to the package, and packages that together take more than their line has."""
    stored, found = await _Stored.read(session, rows), Comparison()
    for row in rows:
        _check_row(row, stored, found)
    for same in _by_package(rows).values():
        _check_package(same, stored, found)
    _check_lines(rows, stored, found)
    for row in rows:
        package, balance = stored.packages.get(row["rup_code"]), stored.balance_of(row)
        change = change_of(package, _facts(row, stored))
        if change is Change.UNCHANGED and (balance is None or balance.ceiling != row["line_rupiah"]):
            change = Change.CHANGED if balance else Change.NEW
        found.changes.append(change)
    shortened = {
        same[0].number
        for rup_code, same in _by_package(rows).items()
        if rup_code in stored.packages and stored.taken_back(stored.packages[rup_code], same)
    }
    for index, row in enumerate(rows):
        if row.number in shortened and found.changes[index] is Change.UNCHANGED:
            found.changes[index] = Change.CHANGED
    return found


async def store(session: AsyncSession, actor: Actor, rows: Sequence[Row], batch: ImportBatch) -> None:
    """Add and change packages and set the ceiling of their balances through the ledger."""
    stored = await _Stored.read(session, rows)
    ceilings: dict[tuple[UUID, UUID], int] = {}
    for rup_code, same in _by_package(rows).items():
        package = stored.packages.get(rup_code)
        if package is None:
            package = Package(id=new_id(), rup_code=rup_code)
            session.add(package)
        for name, value in _facts(same[0], stored).items():
            setattr(package, name, value)
        for balance in stored.taken_back(package, same):
            ceilings[balance.budget_line_id, package.id] = 0
        for row in same:
            line = stored.line_of(row)
            assert line is not None
            ceilings[line.id, package.id] = row["line_rupiah"]
    await session.flush()
    await change_ceilings(session, actor, ceilings, batch)


def _check_row(row: Row, stored: _Stored, found: Comparison) -> None:
    if row["unit_code"] not in stored.units:
        found.problems.append(PACKAGES.problem(row, "unit_code", "Unit kerja ini belum terdaftar."))
    elif stored.line_of(row) is None:
        sentence = (
            "Unit ini tidak memiliki baris anggaran dengan sub kegiatan, rekening, dan sumber dana itu."
        )
        found.problems.append(PACKAGES.problem(row, "account_code", sentence))
    if row["selection_until"] < row["selection_from"]:
        found.problems.append(PACKAGES.problem(row, "selection_until", "Akhir pemilihan mendahului awalnya."))
    for name in ("selection_from", "selection_until"):
        if abs(as_date(row[name]).year - row["fiscal_year"]) > 1:
            sentence = (
                "Tahun pada tanggal ini jauh dari tahun anggarannya. Tulis tahunnya dengan empat angka."
            )
            found.problems.append(PACKAGES.problem(row, name, sentence))
    package = stored.packages.get(row["rup_code"])
    unit = stored.units.get(row["unit_code"])
    if package and unit and package.work_unit_id != unit.id:
        found.problems.append(PACKAGES.problem(row, "unit_code", "Paket ini sudah terdaftar pada unit lain."))


def _check_package(same: Sequence[Row], stored: _Stored, found: Comparison) -> None:
    for row in same[1:]:
        for name in REPEATED:
            if row[name] != same[0][name]:
                sentence = Sentence("Berbeda dengan baris %(row)s untuk paket yang sama.", row=same[0].number)
                found.problems.append(PACKAGES.problem(row, name, sentence))
    total, ceiling = sum(row["line_rupiah"] for row in same), same[0]["ceiling_rupiah"]
    if total != ceiling:
        sentence = Sentence(
            "Jumlah pagu rekening %(total)s tidak sama dengan pagu paket %(ceiling)s.",
            total=Rupiah(total),
            ceiling=Rupiah(ceiling),
        )
        found.problems.append(PACKAGES.problem(same[0], "ceiling_rupiah", sentence))


def _check_lines(rows: Sequence[Row], stored: _Stored, found: Comparison) -> None:
    """Together the packages of a line, those in the file and those stored before, stay within its ceiling."""
    in_file = {package.id for package in stored.packages.values()}
    taken: dict[UUID, int] = defaultdict(int)
    for (line_id, package_id), balance in stored.balances.items():
        if package_id not in in_file:
            taken[line_id] += balance.ceiling
    for row in rows:
        line = stored.line_of(row)
        if line is None:
            continue
        left = line.ceiling_rupiah - taken[line.id]
        taken[line.id] += row["line_rupiah"]
        if row["line_rupiah"] > left:
            text = "Baris anggaran ini hanya menyisakan %(left)s dari pagunya."
            sentence = Sentence(text, left=Rupiah(max(left, 0)))
            found.problems.append(PACKAGES.problem(row, "line_rupiah", sentence))


def _by_package(rows: Sequence[Row]) -> dict[str, list[Row]]:
    packages: dict[str, list[Row]] = {}
    for row in rows:
        packages.setdefault(row["rup_code"], []).append(row)
    return packages


def _facts(row: Row, stored: _Stored) -> dict[str, Any]:
    unit = stored.units.get(row["unit_code"])
    return {
        **{
            name: row[name]
            for name in ("fiscal_year", "name", "method", "ceiling_rupiah", "announced", "active")
        },
        "work_unit_id": unit.id if unit else None,
        "selection_from": as_date(row["selection_from"]),
        "selection_until": as_date(row["selection_until"]),
    }


PACKAGES = Kind(
    name="packages",
    title="Paket RUP",
    explanation="Paket yang diumumkan di SiRUP, satu baris untuk tiap rekening yang membiayainya.",
    columns=(
        Column(
            "rup_code",
            "Kode RUP",
            code(r"\d{5,12}", "58412207"),
            ("58412207", "58412207"),
            aliases=("kd_rup",),
        ),
        Column(
            "unit_code",
            "Kode unit",
            UNIT_CODE,
            ("1.01.2.22.0.00.01.0000", "1.01.2.22.0.00.01.0000"),
            aliases=("kode satker", "kd_satker", "kode skpd"),
            is_code=True,
        ),
        Column("fiscal_year", "Tahun anggaran", year, ("2026", "2026"), aliases=("tahun", "ta")),
        Column(
            "name",
            "Nama paket",
            text(),
            ("Alat tulis kantor sekolah dasar", "Alat tulis kantor sekolah dasar"),
        ),
        Column("method", "Metode pengadaan", text(60), ("E-Purchasing", "E-Purchasing"), aliases=("metode",)),
        Column("ceiling_rupiah", "Pagu paket", rupiah, ("150.000.000", "150.000.000"), aliases=("pagu",)),
        Column(
            "selection_from",
            "Awal pemilihan",
            day,
            ("02/01/2026", "02/01/2026"),
            aliases=("tgl_awal_pemilihan",),
        ),
        Column(
            "selection_until",
            "Akhir pemilihan",
            day,
            ("30/11/2026", "30/11/2026"),
            aliases=("tgl_akhir_pemilihan",),
        ),
        Column("announced", "Diumumkan", announced, ("ya", "ya"), aliases=("status_umumkan_rup",)),
        Column(
            "active",
            "Aktif",
            yes_or_no,
            ("ya", "ya"),
            required=False,
            default=True,
            aliases=("status_aktif_rup",),
        ),
        Column(
            "sub_activity_code",
            "Kode sub kegiatan",
            SUB_ACTIVITY_CODE,
            ("1.01.02.2.01.0012", "1.01.02.2.01.0012"),
            aliases=("kd_subkegiatan",),
            is_code=True,
        ),
        Column(
            "account_code",
            "Kode rekening",
            ACCOUNT_CODE,
            ("5.1.02.01.01.0024", "5.1.02.01.01.0026"),
            aliases=("mak", "kode akun"),
            is_code=True,
        ),
        Column("funding_source", "Sumber dana", FUNDING_SOURCE, ("PAD", "PAD")),
        Column("line_rupiah", "Pagu rekening", rupiah, ("100.000.000", "50.000.000"), aliases=("pagu mak",)),
    ),
    key=("rup_code", "sub_activity_code", "account_code", "funding_source"),
    compare=compare,
    store=store,
)
