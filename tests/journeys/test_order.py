"""One order by its eight people, each at a browser of his own: from the catalogue to the figures of the nation."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import Welcome
from tests.journeys.walking import NATION, REGION, Walk

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
PAPERS = ("Surat pesanan", "Berita acara pemeriksaan", "Berita acara serah terima (BAST)", "Kuitansi")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_eight_people_take_an_order_from_the_catalogue_to_completion(
    welcome: Welcome, scripts: bool, tmp_path: Path
) -> None:
    citizen = welcome(NATION, scripts=scripts)
    before = national_orders(citizen)
    walk = Walk(welcome, scripts)
    walk.is_submitted()
    walk.is_approved()
    walk.is_delivered()
    walk.is_handed_over()
    walk.is_paid()
    walk.is_completed()
    those_who_only_look_may_do_nothing(walk)
    paper = documents_become_pdfs(walk, tmp_path)
    everybody_sees_it_paid(walk, welcome(REGION, scripts=scripts), paper)
    citizen.waits_for(lambda: national_orders(citizen) > before, "one order more")


def those_who_only_look_may_do_nothing(walk: Walk) -> None:
    auditor = walk.is_shown_to("auditor")
    auditor.sees(walk.number, walk.title, "Pesanan ditutup")
    auditor.may_do_nothing()
    administrator = walk.person("admin")
    administrator.opens("/pesanan")
    administrator.sees_no("Draf baru")
    answer = administrator.page.goto(administrator.stack.address(REGION, walk.path))
    assert answer is not None and answer.status in (200, 403, 404)
    administrator.looks_around()
    administrator.may_do_nothing()


def documents_become_pdfs(walk: Walk, folder: Path) -> Path:
    officer = walk.is_shown_to("ppk")
    officer.sees(*PAPERS)
    officer.waits_for(lambda: officer.main.get_by_text("PDF siap").count() == len(PAPERS), "four PDFs")
    content = officer.downloads(officer.main.get_by_role("link", name="Kuitansi"))
    assert content.startswith(b"%PDF")
    paper = folder / "kuitansi.pdf"
    paper.write_bytes(content)
    return paper


def everybody_sees_it_paid(walk: Walk, citizen: "Visitor", paper: Path) -> None:
    citizen.opens(f"/belanja?q={walk.number}")
    citizen.follows(walk.title)
    citizen.sees(walk.number, "Kecepatan bayar", "Diterima penyedia")
    citizen.sees_no("Perkiraan diterima penyedia")
    citizen.follows("Periksa keaslian Kuitansi")
    citizen.sees("Sah: dokumen ini asli", walk.number)
    citizen.uploads("berkas", paper, "Periksa berkas")
    citizen.sees("Cocok")


def national_orders(citizen: "Visitor") -> int:
    """How many orders the national home page counts."""
    citizen.opens("/")
    found = re.search(r"([\d.]+) pesanan di 2 wilayah", citizen.main.inner_text())
    assert found, "the national home page counts no orders"
    return int(found[1].replace(".", ""))
