"""Budget lines from SIPD and packages from SiRUP, as if their administrator had uploaded them: a preview, no more.

What comes is written as a file of the same kind and read as one, so that every check and every sentence is the same.
Nothing is stored before a person confirms the preview, and where nobody answers there is none.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final

from eorder_platform import clock
from eorder_platform.adapters.asking import ask
from eorder_platform.adapters.carrying import connected
from eorder_platform.adapters.systems import NAMES, Outcome, Question, System
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.contents import Contents, read_apart
from eorder_tenants.budgets.importing.kinds import kind_named

SOURCES: Final = {"budget_lines": System.SIPD, "packages": System.SIRUP}
"""Kind of file → the system that has its rows."""


def fetchable() -> dict[str, System]:
    """The kinds whose system is connected in this deployment."""
    reached = connected()
    return {kind: system for kind, system in SOURCES.items() if system in reached}


async def fetch(tenant: Tenant, kind_name: str, year: str) -> tuple[str, Contents]:
    """What the system has for this region and year: the name of the file that it makes, and its contents.

    Refused where the system is not connected, does not answer, or has nothing; never an empty preview.
    """
    system, this_year = fetchable().get(kind_name), clock.today(tenant.zone).year
    if system is None:
        raise Refused("Data jenis ini tidak dapat diambil. Unggah berkasnya.", "fetched_kind")
    if year not in (str(this_year), str(this_year + 1)):
        raise Refused("Pilih tahun anggaran ini atau berikutnya.", "year")
    answer = await ask(Question(system, {"region_code": tenant.region_code, "year": year}))
    if answer.outcome is Outcome.UNKNOWN:
        raise Refused(
            "%(system)s belum memiliki data daerah ini untuk tahun %(year)s.",
            "fetched_kind",
            system=NAMES[system],
            year=year,
        )
    if answer.outcome is not Outcome.CONFIRMED:
        raise Refused(
            "%(system)s tidak menjawab dengan benar. Tidak ada yang diambil; coba lagi nanti, atau unggah berkasnya.",
            "fetched_kind",
            system=NAMES[system],
        )
    kind = kind_named(kind_name)
    written = _ROWS[system]
    rows = [written(row, year) for row in answer.rows]
    content = _as_csv([column.header for column in kind.columns], rows)
    label = f"{answer.source} " if answer.stand_in else ""
    return f"{label}{NAMES[system]} {year}.csv", await read_apart(kind, content)


def _line(row: Mapping[str, str], year: str) -> tuple[str, ...]:
    return (
        row["kode_skpd"],
        year,
        row["kode_sub_kegiatan"],
        row["nama_sub_kegiatan"],
        row["kode_akun"],
        row["nama_akun"],
        row["sumber_dana"],
        row["pagu"],
    )


def _package(row: Mapping[str, str], year: str) -> tuple[str, ...]:
    return (
        row["kd_rup"],
        row["kd_satker_str"],
        year,
        row["nama_paket"],
        row["metode_pengadaan"],
        row["pagu"],
        _day(row["tgl_awal_pemilihan"]),
        _day(row["tgl_akhir_pemilihan"]),
        "ya",
        "ya",
        row["kode_sub_kegiatan"],
        row["kode_rekening"],
        row["sumber_dana"],
        row["pagu_rekening"],
    )


_ROWS: Final = {System.SIPD: _line, System.SIRUP: _package}


def _day(written: str) -> str:
    """As our files have it; what is no day stays as it came, and the preview says so beside the cell."""
    try:
        return date.fromisoformat(written[:10]).strftime("%d/%m/%Y")
    except ValueError:
        return written


def _as_csv(headers: list[str], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode()
