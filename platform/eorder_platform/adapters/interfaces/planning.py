"""What a region may spend on what: packages of SiRUP (LKPP, ISB-2) and budget lines of SIPD (Kemendagri).

ISB-2 answers lists of objects whose numbers are sometimes texts; SIPD publishes no form, so that ours has the columns
of its DPA. Rows come as texts, and what they say is looked at as an uploaded file is: nothing is stored from here.
"""

from collections.abc import Mapping
from typing import Any, Final

from eorder_platform.adapters.reading import LONGEST, list_at, text_at
from eorder_platform.adapters.systems import Found, Outcome, Request, System, Unreadable

MOST_ROWS: Final = 5_000


class _Rows:
    """A list by region and year. Facts: region_code, year."""

    key = "region_code"
    fields: tuple[str, ...]
    path: str

    def request(self, facts: Mapping[str, str]) -> Request:
        return Request("GET", self.path.format(**facts))

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        if text_at(body, "tahun_anggaran") != facts["year"]:
            raise Unreadable("of another year")
        found = list_at(body, "data")
        if len(found) > MOST_ROWS:
            raise Unreadable("too many rows")
        rows = [{name: _plain(one, name) for name in self.fields} for one in found]
        outcome = Outcome.CONFIRMED if rows else Outcome.UNKNOWN
        reference = text_at(body, "nomor_tarikan") if rows else ""
        return Found(outcome, {"rows": str(len(rows))} if rows else {}, reference, rows)


class Sirup(_Rows):
    """Packages of the procurement plan that were announced (RUP)."""

    system = System.SIRUP
    path = "isb-2/api/paket-penyedia/tipe/4:12/parameter/{year}:{region_code}"
    fields = (
        "kd_rup",
        "kd_satker_str",
        "nama_paket",
        "metode_pengadaan",
        "pagu",
        "tgl_awal_pemilihan",
        "tgl_akhir_pemilihan",
        "kode_sub_kegiatan",
        "kode_rekening",
        "sumber_dana",
        "pagu_rekening",
    )


class Sipd(_Rows):
    """Lines of the DPA."""

    system = System.SIPD
    path = "dpa/rincian?kode_daerah={region_code}&tahun={year}"
    fields = (
        "kode_skpd",
        "kode_sub_kegiatan",
        "nama_sub_kegiatan",
        "kode_akun",
        "nama_akun",
        "sumber_dana",
        "pagu",
    )


def _plain(row: Mapping[str, Any], name: str) -> str:
    found = row.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int) or len(str(found)) > LONGEST:
        raise Unreadable(f"no text or number: {name}")
    return str(found).strip()
