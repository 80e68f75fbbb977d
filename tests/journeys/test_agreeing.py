"""Public pages that count the same thing say the same, over the demo's data: fronts, lists, regions, CSV, the nation.

The CSV is added up by itself; what a page says is compared with that.
"""

import csv
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from eorder_platform import clock
from eorder_tenants.orders.core.models import DEAD
from eorder_web.look.formatting import number, rupiah_short, share
from tests.journeys.visitor import JOBS_SECONDS

if TYPE_CHECKING:
    from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

NATION: Final = "localhost"
REGIONS: Final = {"dki.localhost": "31", "gorontalo.localhost": "75"}
CAME_TO_NOTHING: Final = {status.label for status in DEAD}
SMALL: Final = {"mikro", "kecil"}


@dataclass(frozen=True)
class Sums:
    """What the rows of a CSV add up to."""

    orders: int
    spent: int
    paid: int
    small: int
    ended: int
    vendors: int

    @classmethod
    def of(cls, rows: list[dict[str, str]]) -> "Sums":
        counted = [(row, spent_of(row)) for row in rows]
        return cls(
            orders=len(rows),
            spent=sum(spent for _, spent in counted),
            paid=sum(int(row["dibayar_rupiah"]) for row in rows),
            small=sum(spent for row, spent in counted if is_small(row)),
            ended=sum(row["status"] in CAME_TO_NOTHING for row in rows),
            vendors=len({row["penyedia"] for row, spent in counted if spent}),
        )


def spent_of(row: dict[str, str]) -> int:
    """What an order costs: of one that came to nothing, what was paid nevertheless."""
    return int(row["dibayar_rupiah" if row["status"] in CAME_TO_NOTHING else "nilai_rupiah"])


def is_small(row: dict[str, str]) -> bool:
    return row["bentuk_usaha"] == "koperasi" or row["skala_usaha"] in SMALL


class Reader:
    """A citizen without a browser."""

    def __init__(self, stack: "Stack") -> None:
        self._stack = stack

    def text(self, host: str, path: str) -> str:
        answer = httpx.get(
            f"http://127.0.0.1:{self._stack.port}{path}", headers={"Host": f"{host}:{self._stack.port}"}
        )
        assert answer.status_code == 200, f"{host}{path}: {answer.status_code}"
        return answer.text

    def rows(self, host: str, path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(host, path))))

    def facts(self, host: str, path: str) -> dict[str, list[str]]:
        """Every term of the page with the texts that stand under it, without markup."""
        found = re.findall(r"<dt>(.*?)</dt>((?:\s*<dd.*?</dd>)+)", self.text(host, path), re.DOTALL)
        return {
            plain(term): [plain(one) for one in re.split("</dd>", texts) if plain(one)]
            for term, texts in found
        }


def plain(html: str) -> str:
    """The words of a piece of markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("&nbsp;", " ").split())


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def reader(stack: "Stack") -> Iterator[Reader]:
    """Once what the worker tells the nation has arrived there."""
    reader = Reader(stack)
    until = time.monotonic() + JOBS_SECONDS
    while pairs(reader.rows(NATION, "/belanja.csv?tahun=semua")) != {
        pair for host in REGIONS for pair in pairs(reader.rows(host, "/belanja.csv?tahun=semua"))
    }:
        assert time.monotonic() < until, "the nation's orders are never those of the regions"
        time.sleep(0.5)
    yield reader


def pairs(rows: list[dict[str, str]]) -> set[tuple[str, ...]]:
    """What the nation and a region both say of an order."""
    both = (
        *("nomor", "uraian", "unit_kerja", "penyedia", "skala_usaha", "bentuk_usaha", "status"),
        *("nilai_rupiah", "dibayar_rupiah", "dipesan", "serah_terima", "dibayar"),
    )
    return {tuple(row[name] for name in both) for row in rows}


@pytest.mark.parametrize("host", REGIONS)
def test_a_region_s_pages_say_what_its_csv_adds_up_to(reader: Reader, host: str) -> None:
    this_year = str(clock.today("Asia/Jakarta").year)
    for year in (this_year, "semua"):
        sums = Sums.of(reader.rows(host, f"/belanja.csv?tahun={year}"))
        page = reader.facts(host, f"/belanja?tahun={year}")
        assert sums.orders > 1
        assert page["Nilai belanja"] == [
            words(
                f"{rupiah_short(sums.spent)} {rupiah_short(sums.paid)} sudah dibayar; dari {sums.vendors} penyedia"
            )
        ]
        assert page["Pesanan"][0].startswith(f"{number(sums.orders)} ")
        assert page["Pesanan"][0].endswith(f"{sums.ended} tidak jadi")
        assert page["Diterima UMK dan koperasi"] == [
            words(f"{share(sums.small, sums.spent)} dari nilai belanja")
        ]
        assert f"{number(sums.orders)} pesanan" in plain(reader.text(host, f"/belanja?tahun={year}"))
    sums = Sums.of(reader.rows(host, "/belanja.csv"))
    front = reader.facts(host, "/")
    assert front[f"Belanja {this_year}"] == [
        words(rupiah_short(sums.spent)),
        f"{number(sums.orders)} pesanan",
    ]
    assert front["Diterima UMK dan koperasi"][0] == words(share(sums.small, sums.spent))


def test_the_parts_of_a_region_s_page_add_up_to_the_whole(reader: Reader) -> None:
    for host in REGIONS:
        rows = reader.rows(host, "/belanja.csv")
        table = reader.text(host, "/belanja").partition("Perangkat daerah menurut nilai belanja")[2]
        lines = re.findall(r"<tr>(.*?)</tr>", table.partition("</table>")[0], re.DOTALL)[1:]
        assert lines
        for line in lines:
            unit, orders, *_, spent = (
                plain(one) for one in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)
            )
            of_unit = Sums.of([row for row in rows if row["unit_kerja"] == unit])
            assert (orders, spent) == (str(of_unit.orders), words(rupiah_short(of_unit.spent))), (host, unit)


def test_the_nation_says_of_each_region_what_the_region_says(reader: Reader) -> None:
    whole = Sums.of(reader.rows(NATION, "/belanja.csv"))
    regions = {host: Sums.of(reader.rows(host, "/belanja.csv")) for host in REGIONS}
    assert whole.orders == sum(one.orders for one in regions.values())
    assert whole.spent == sum(one.spent for one in regions.values())
    assert whole.paid == sum(one.paid for one in regions.values())
    front = reader.facts(NATION, "/")
    (spent,) = (texts for term, texts in front.items() if term.startswith("Belanja sejak Januari"))
    assert spent == [
        words(rupiah_short(whole.spent)),
        f"{number(whole.orders)} pesanan di {len(REGIONS)} wilayah",
    ]
    assert front["Diterima UMK dan koperasi"][0] == words(share(whole.small, whole.spent))
    assert f"{number(whole.orders)} pesanan" in plain(reader.text(NATION, "/belanja"))
    table, front_page = reader.text(NATION, "/wilayah"), plain(reader.text(NATION, "/"))
    for host, sums in regions.items():
        (line,) = (one for one in re.findall(r"<tr>.*?</tr>", table, re.DOTALL) if f"//{host}" in one)
        cells = [plain(one) for one in re.findall(r"<td.*?</td>", line, re.DOTALL)]
        assert cells[1].split()[0] == number(sums.orders), host
        assert cells[2] == words(share(sums.small, sums.spent)), host
        assert cells[4] == words(rupiah_short(sums.spent)), host
        assert words(rupiah_short(sums.spent)) in front_page, host
        of_region = [
            row for row in reader.rows(NATION, "/belanja.csv") if row["kode_wilayah"] == REGIONS[host]
        ]
        assert Sums.of(of_region).spent == sums.spent, host


def test_days_until_payment_are_the_same_everywhere(reader: Reader) -> None:
    days, orders = 0, 0
    for host in REGIONS:
        own = [
            int(row["hari_sampai_dibayar"])
            for row in reader.rows(host, "/belanja.csv")
            if row["hari_sampai_dibayar"]
        ]
        days, orders = days + sum(own), orders + len(own)
        (text,) = reader.facts(host, "/belanja")["Rata-rata dibayar dalam"]
        assert text.startswith(f"{number(Decimal(sum(own)) / len(own), 1)} hari"), (host, text)
        assert text.endswith(f"{len(own)} pesanan"), (host, text)
    front = reader.facts(NATION, "/")["Rata-rata dibayar dalam"]
    assert front[0] == f"{number(Decimal(days) / orders, 1)} hari"
