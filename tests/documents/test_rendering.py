"""Documents as a reader, an archive and a screen reader meet them."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from eorder_tenants.documents.facts import (
    DocumentFacts,
    DocumentKind,
    InspectedLine,
    PurchaseOrderFacts,
    facts_from_json,
)
from eorder_tenants.documents.rendering import render
from tests.documents.factories import (
    a_handover_report,
    a_line,
    a_long_purchase_order,
    a_payment_receipt,
    a_purchase_order,
    an_inspection_report,
)

EVERY_KIND: list[tuple[DocumentKind, DocumentFacts]] = [
    (DocumentKind.PURCHASE_ORDER, a_purchase_order()),
    (DocumentKind.INSPECTION_REPORT, an_inspection_report()),
    (DocumentKind.HANDOVER_REPORT, a_handover_report()),
    (DocumentKind.PAYMENT_RECEIPT, a_payment_receipt()),
]
every_kind = pytest.mark.parametrize(
    ("kind", "facts"), EVERY_KIND, ids=[kind.value for kind, _ in EVERY_KIND]
)


@every_kind
def test_a_document_is_archival_accessible_and_named(kind: DocumentKind, facts: DocumentFacts) -> None:
    with pikepdf.open(io.BytesIO(render(kind, facts.to_json()))) as pdf, pdf.open_metadata() as described:
        assert described.pdfa_status == "2A"
        assert described["pdfuaid:part"] == "1"
        assert described["dc:title"] == f"{kind.official_name} {facts.number}"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "id"


@every_kind
def test_a_document_says_where_it_comes_from_and_how_to_check_it(
    kind: DocumentKind, facts: DocumentFacts
) -> None:
    text = text_of(kind, facts)
    for fact in (
        facts.number,
        facts.letterhead.government.upper(),
        facts.letterhead.unit.upper(),
        facts.letterhead.address,
        facts.order_number,
        facts.rup_code,
        facts.budget_line_code,
        facts.verification_url,
        facts.verification_code,
        "bukan tanda tangan elektronik tersertifikasi",
        "Halaman 1 dari",
        *(signatory.name for signatory in facts.signatories),
    ):
        assert unspaced(fact) in text


def test_a_purchase_order_names_the_parties_the_price_and_the_conditions() -> None:
    text = text_of(DocumentKind.PURCHASE_ORDER, a_purchase_order())
    for fact in (
        "Budi Santosa, S.E., M.M.",
        "SK 17/2026",
        "Antar lewat pintu belakang.",
        "•••• 1000",
        "Bank DKI •••• 2233",
        "Rp 58.900",
        "9.000",
        "Rp 21.798.180",
        "Dua puluh satu juta tujuh ratus sembilan puluh delapan ribu seratus delapan puluh rupiah",
        "−Rp 294.570",
        "Rp 19.343.430",
        "30 November 2026",
        "denda 1/1000 per hari kalender",
        "paling lambat 3 hari kerja",
    ):
        assert unspaced(fact) in text


def test_an_approval_that_is_still_awaited_is_not_shown_as_given() -> None:
    order = a_purchase_order()
    text = text_of(DocumentKind.PURCHASE_ORDER, order)
    assert text.count(unspaced("Disetujui secara elektronik")) == 1
    assert unspaced("pada 23 November 2026 pukul 10.15 WIB") in text
    assert unspaced("Belum disetujui") in text


def test_an_inspection_report_says_what_was_rejected_and_concludes() -> None:
    text = text_of(DocumentKind.INSPECTION_REPORT, an_inspection_report())
    for fact in (
        "Selasa tanggal dua puluh empat bulan November tahun dua ribu dua puluh enam",
        "20 kotak rusak dan tumpah dalam perjalanan",
        "Tidak sesuai jumlah yang dipesan",
        "dinyatakan diterima sebagian",
        "pukul 13.40 WITA",
    ):
        assert unspaced(fact) in text


def test_everything_accepted_is_said_so() -> None:
    hundred = Decimal("100.000")
    whole = InspectedLine(
        name="Air mineral",
        unit="botol",
        ordered=hundred,
        delivered=hundred,
        accepted=Decimal(100),
        rejected=Decimal(0),
    )
    report = replace(an_inspection_report(), lines=(whole,))
    assert unspaced("dinyatakan diterima seluruhnya") in text_of(DocumentKind.INSPECTION_REPORT, report)


def test_a_handover_report_tells_of_the_delay_and_its_penalty() -> None:
    text = text_of(DocumentKind.HANDOVER_REPORT, a_handover_report())
    assert unspaced("terlambat 1 hari kalender; denda keterlambatan sebesar Rp 3.950") in text
    assert unspaced("Tiga juta sembilan ratus lima puluh ribu rupiah") in text


def test_a_receipt_mentions_stamp_duty_only_where_it_is_owed() -> None:
    receipt = a_payment_receipt()
    assert unspaced("bea meterai Rp 10.000") in text_of(DocumentKind.PAYMENT_RECEIPT, receipt)
    assert "meterai" not in text_of(DocumentKind.PAYMENT_RECEIPT, replace(receipt, stamp_duty=None))


def test_a_long_table_repeats_its_head_and_loses_no_line() -> None:
    pages = pages_of(DocumentKind.PURCHASE_ORDER, a_long_purchase_order(lines=40))
    assert len(pages) > 1
    carrying = [page for page in pages if "Barangke-" in page]
    assert len(carrying) > 1
    assert all("Hargasatuan" in page for page in carrying)
    assert all(f"Barangke-{n}untuk" in "".join(pages) for n in range(1, 41))
    assert f"Halaman{len(pages)}dari{len(pages)}" in pages[-1]


@every_kind
def test_the_same_facts_give_the_same_bytes(kind: DocumentKind, facts: DocumentFacts) -> None:
    stored = facts.to_json()
    reordered = dict(reversed(stored.items()))
    assert render(kind, stored) == render(kind, reordered)


@every_kind
def test_facts_survive_being_stored(kind: DocumentKind, facts: DocumentFacts) -> None:
    assert facts_from_json(kind, facts.to_json()) == facts


@pytest.mark.parametrize(
    "hostile",
    [
        '#eval("1+1")',
        '#include "/etc/passwd"',
        "$ x^2 $ *tebal* _miring_ `kode` @rujukan <label>",
        "= Judul // komentar /* blok */",
        "\\u{41} \\n ~ -- --- ...",
        "'petik' \"ganda\" “miring”",
        "{{ 7*7 }} <script>alert(1)</script>",
    ],
)
def test_hostile_text_is_printed_as_it_was_typed(hostile: str) -> None:
    order = an_order_of_one(hostile, unit=hostile)
    assert text_of(DocumentKind.PURCHASE_ORDER, order).count(unspaced(hostile)) >= 3


def test_a_word_without_an_end_stays_inside_the_page() -> None:
    order = an_order_of_one("A" * 400, unit="B" * 40)
    reader = PdfReader(io.BytesIO(render(DocumentKind.PURCHASE_ORDER, order.to_json())))
    text = unspaced("".join(page.extract_text() for page in reader.pages))
    assert text.count("A") >= 800
    assert text.count("B") >= 40
    right_edge = float(reader.pages[0].mediabox.right)
    assert max(rightmost_text(page) for page in reader.pages) < right_edge


def test_characters_without_a_glyph_become_a_square() -> None:
    order = replace(
        a_purchase_order(), package_name="Nasi 🍱 kotak ꦗꦮ 東京 a\u0300\u0301\u202e\u200d b\x00c\td"
    )
    assert unspaced("Nasi □ kotak □□ □□ à bcd") in text_of(DocumentKind.PURCHASE_ORDER, order)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_at_all_stops_a_document(anything: str) -> None:
    order = replace(a_purchase_order(), package_name=anything, place=anything, budget_line_name=anything)
    assert render(DocumentKind.PURCHASE_ORDER, order.to_json()).startswith(b"%PDF-")


@every_kind
def test_a_paper_of_old_prints_no_number_in_full(kind: DocumentKind, facts: DocumentFacts) -> None:
    vendor = facts.to_json().get("vendor") or {}
    printed = text_of(kind, facts)
    for number in filter(None, (vendor.get("npwp"), vendor.get("bank_account"))):
        digits = "".join(filter(str.isdigit, number))
        assert number not in printed and digits not in printed
        assert not digits or f"••••{digits[-4:]}" in printed or kind is DocumentKind.INSPECTION_REPORT


def test_facts_that_do_not_add_up_are_not_printed() -> None:
    stored = a_purchase_order().to_json()
    with pytest.raises(ValueError, match="gross"):
        render(DocumentKind.PURCHASE_ORDER, stored | {"shipping": stored["shipping"] + 1})
    with pytest.raises(ValueError, match="net"):
        render(DocumentKind.PURCHASE_ORDER, stored | {"net": stored["net"] + 1})


def test_a_missing_or_unknown_fact_is_not_printed() -> None:
    stored = a_purchase_order().to_json()
    with pytest.raises(ValueError, match="surprise"):
        render(DocumentKind.PURCHASE_ORDER, stored | {"surprise": 1})
    with pytest.raises(ValueError, match="due_date"):
        render(
            DocumentKind.PURCHASE_ORDER, {name: fact for name, fact in stored.items() if name != "due_date"}
        )


def test_a_time_that_is_not_the_offices_own_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="WIB"):
        replace(a_purchase_order(), issued_at=datetime(2026, 11, 23, 3, 15, tzinfo=UTC))


def an_order_of_one(name: str, unit: str) -> PurchaseOrderFacts:
    lines = (a_line(name, "1", unit, 21_798_180),)
    return replace(a_purchase_order(), package_name=name, lines=lines, shipping=0, added_taxes=())


def text_of(kind: DocumentKind, facts: DocumentFacts) -> str:
    return "".join(pages_of(kind, facts))


def pages_of(kind: DocumentKind, facts: DocumentFacts) -> list[str]:
    reader = PdfReader(io.BytesIO(render(kind, facts.to_json())))
    return [unspaced(page.extract_text()) for page in reader.pages]


def unspaced(text: str) -> str:
    """Where a line or a cell breaks is not what these tests are about."""
    return re.sub(r"[\s\u200b]", "", text)


def rightmost_text(page: Any) -> float:
    starts: list[float] = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, font, size: starts.append(cm[4] + tm[4]) if text.strip() else None
    )
    return max(starts)
