"""Documents of two regions, as their orders would fill them."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from eorder_tenants.documents.clauses import standard_clauses
from eorder_tenants.documents.facts import (
    Charge,
    HandoverReportFacts,
    InspectedLine,
    InspectionReportFacts,
    Letterhead,
    Line,
    Official,
    PaymentReceiptFacts,
    PurchaseOrderFacts,
    Signatory,
    Vendor,
)

WIB = timezone(timedelta(hours=7))
WITA = timezone(timedelta(hours=8))

JAKARTA = Letterhead(
    government="Pemerintah Provinsi DKI Jakarta",
    unit="Suku Dinas Pendidikan Wilayah I Jakarta Pusat",
    address="Jalan K.H. Mas Mansyur Kavling 73, Tanah Abang, Jakarta Pusat 10230",
    code="JK",
    accent="bata",
    motif="tumpal",
)
GORONTALO = Letterhead(
    government="Pemerintah Provinsi Gorontalo",
    unit="Dinas Kesehatan",
    address="Jalan Achmad Nadjamuddin Nomor 21, Kota Gorontalo 96128",
    code="GO",
    accent="manggis",
    motif="karawo",
)
BUDI = Official(
    name="Budi Santosa, S.E., M.M.",
    nip="19790412 200604 1 008",
    position="Pejabat Pembuat Komitmen",
    appointment="SK 17/2026",
)
FITRI = Official(
    name="Fitri Mohamad, S.KM.", nip="19850917 201001 2 014", position="Pejabat Pembuat Komitmen"
)
CAHAYA_TULIS = Vendor(
    name="CV Cahaya Tulis",
    npwp="01.234.567.8-021.000",
    address="Jalan Percetakan Negara Nomor 14, Johar Baru, Jakarta Pusat",
    representative="Rahmat Hidayat (Direktur)",
    bank_name="Bank DKI",
    bank_account="40108112233",
    bank_holder="CV Cahaya Tulis",
)
DAPUR_HULONTALO = Vendor(
    name="Dapur Hulontalo",
    npwp="3275014509850003",
    address="Jalan Jenderal Sudirman Nomor 88, Kota Tengah, Kota Gorontalo",
    representative="Nurhayati Ibrahim (Pemilik)",
    bank_name="Bank SulutGo",
    bank_account="00802110045671",
    bank_holder="Nurhayati Ibrahim",
)


def a_purchase_order() -> PurchaseOrderFacts:
    """Stationery for Jakarta: four lines, PPN, PPh 22."""
    return PurchaseOrderFacts(
        number="000.3/0123/SP/SDPWI-JP/XI/2026",
        issued_at=datetime(2026, 11, 23, 10, 15, tzinfo=WIB),
        place="Jakarta",
        letterhead=JAKARTA,
        order_number="EO-31-2026-0004871",
        rup_code="52817364",
        package_name="Alat tulis dan toner ujian akhir semester",
        budget_line_code="5.1.02.01.01.0024",
        budget_line_name="Belanja Alat/Bahan untuk Kegiatan Kantor - Alat Tulis Kantor",
        verification_url="https://dki.eorder.example/periksa/7KQ4-M2XD-93PA",
        verification_code="7KQ4-M2XD-93PA",
        signatories=(
            Signatory(
                capacity="Pejabat Pembuat Komitmen",
                name=BUDI.name,
                position=JAKARTA.unit,
                id_number=f"NIP {BUDI.nip}",
                signed_at=datetime(2026, 11, 23, 10, 15, tzinfo=WIB),
            ),
            Signatory(
                capacity="Penyedia",
                name="Rahmat Hidayat",
                position="Direktur CV Cahaya Tulis",
                id_number="",
                signed_at=None,
            ),
        ),
        buyer=BUDI,
        vendor=CAHAYA_TULIS,
        lines=(
            a_line(
                "Kertas HVS A4 80 gram, 500 lembar", "120", "rim", 58_900, detail="Merek Sinar Dunia, putih"
            ),
            a_line("Toner laser hitam isi ulang, 2.500 halaman", "12", "buah", 385_000),
            a_line("Amplop cokelat folio, isi 100", "40", "pak", 46_000),
            a_line("Lembar jawaban komputer, cetak dua sisi", "9000", "lembar", 640),
        ),
        shipping=350_000,
        added_taxes=(Charge(label="PPN 12% dari DPP nilai lain", amount=2_160_180, base=18_001_500),),
        gross=21_798_180,
        withheld_taxes=(
            Charge(label="PPN", amount=2_160_180),
            Charge(label="PPh Pasal 22, 1,5%", amount=294_570, base=19_638_000),
        ),
        net=19_343_430,
        amount_in_words="Dua puluh satu juta tujuh ratus sembilan puluh delapan ribu seratus delapan puluh rupiah",
        delivery_address="Gudang Suku Dinas Pendidikan Wilayah I, Jalan K.H. Mas Mansyur Kavling 73, Jakarta Pusat",
        due_date=date(2026, 11, 30),
        note="Antar lewat pintu belakang.",
        clauses=standard_clauses(payment_business_days=3),
    )


def a_line(name: str, quantity: str, unit: str, unit_price: int, detail: str = "") -> Line:
    return Line(
        name=name,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=unit_price,
        total=int(Decimal(quantity) * unit_price),
        detail=detail,
    )


def a_long_purchase_order(lines: int = 40) -> PurchaseOrderFacts:
    """More lines than a sheet holds."""
    order = a_purchase_order()
    many = tuple(a_line(f"Barang ke-{n} untuk gudang", "2.500", "kg", 10_000) for n in range(1, lines + 1))
    gross = sum(line.total for line in many)
    return replace(
        order,
        lines=many,
        shipping=0,
        added_taxes=(),
        gross=gross,
        withheld_taxes=(),
        net=gross,
        amount_in_words="Satu juta rupiah",
    )


def an_inspection_report() -> InspectionReportFacts:
    """Meal boxes for Gorontalo, twenty of a hundred rejected."""
    return InspectionReportFacts(
        number="000.3/0045/BAP/DINKES/XI/2026",
        issued_at=datetime(2026, 11, 24, 13, 40, tzinfo=WITA),
        place="Gorontalo",
        letterhead=GORONTALO,
        order_number="EO-75-2026-0000318",
        rup_code="53120877",
        package_name="Konsumsi rapat koordinasi percepatan penurunan stunting",
        budget_line_code="5.1.02.01.01.0052",
        budget_line_name="Belanja Makanan dan Minuman Rapat",
        verification_url="https://gorontalo.eorder.example/periksa/R8TN-4WCE-K6YH",
        verification_code="R8TN-4WCE-K6YH",
        signatories=(
            Signatory(
                capacity="Pemeriksa",
                name="Ismail Pakaya, A.Md.",
                position="Penerima Barang, Dinas Kesehatan",
                id_number="NIP 19900203 201503 1 006",
                signed_at=datetime(2026, 11, 24, 13, 40, tzinfo=WITA),
            ),
            Signatory(
                capacity="Pejabat Pembuat Komitmen",
                name=FITRI.name,
                position="Dinas Kesehatan",
                id_number=f"NIP {FITRI.nip}",
                signed_at=datetime(2026, 11, 24, 15, 5, tzinfo=WITA),
            ),
        ),
        purchase_order_number="000.3/0041/SP/DINKES/XI/2026",
        purchase_order_date=date(2026, 11, 19),
        vendor_name=DAPUR_HULONTALO.name,
        inspected_on=date(2026, 11, 24),
        inspected_at_place="Aula Dinas Kesehatan Provinsi Gorontalo",
        lines=(
            InspectedLine(
                name="Nasi kotak ayam iloni dengan sayur dan buah",
                unit="kotak",
                ordered=Decimal(100),
                delivered=Decimal(100),
                accepted=Decimal(80),
                rejected=Decimal(20),
                note="20 kotak rusak dan tumpah dalam perjalanan",
            ),
            InspectedLine(
                name="Air mineral 330 ml",
                unit="botol",
                ordered=Decimal(100),
                delivered=Decimal(100),
                accepted=Decimal(100),
                rejected=Decimal(0),
            ),
        ),
        function_fits=True,
        quantity_fits=False,
        time_fits=True,
        note="Penyedia menyatakan tidak mengirim pengganti; pesanan ditutup sebesar jumlah yang diterima.",
    )


def a_handover_report() -> HandoverReportFacts:
    """What was accepted of the meal boxes."""
    inspection = an_inspection_report()
    return HandoverReportFacts(
        number="000.3/0046/BAST/DINKES/XI/2026",
        issued_at=datetime(2026, 11, 25, 9, 0, tzinfo=WITA),
        place="Gorontalo",
        letterhead=GORONTALO,
        order_number=inspection.order_number,
        rup_code=inspection.rup_code,
        package_name=inspection.package_name,
        budget_line_code=inspection.budget_line_code,
        budget_line_name=inspection.budget_line_name,
        verification_url="https://gorontalo.eorder.example/periksa/D5HV-92LM-XQ3B",
        verification_code="D5HV-92LM-XQ3B",
        signatories=(
            Signatory(
                capacity="Pihak Pertama",
                name=FITRI.name,
                position="Pejabat Pembuat Komitmen",
                id_number=f"NIP {FITRI.nip}",
                signed_at=datetime(2026, 11, 25, 9, 0, tzinfo=WITA),
            ),
            Signatory(
                capacity="Pihak Kedua",
                name="Nurhayati Ibrahim",
                position="Pemilik Dapur Hulontalo",
                id_number="",
                signed_at=datetime(2026, 11, 25, 8, 12, tzinfo=WITA),
            ),
        ),
        buyer=FITRI,
        vendor=DAPUR_HULONTALO,
        purchase_order_number=inspection.purchase_order_number,
        purchase_order_date=inspection.purchase_order_date,
        inspection_number=inspection.number,
        inspection_date=inspection.inspected_on,
        handed_over_on=date(2026, 11, 25),
        handed_over_at_place="Gorontalo",
        lines=(
            a_line("Nasi kotak ayam iloni dengan sayur dan buah", "80", "kotak", 45_000),
            a_line("Air mineral 330 ml", "100", "botol", 3_500),
        ),
        shipping=0,
        added_taxes=(),
        gross=3_950_000,
        amount_in_words="Tiga juta sembilan ratus lima puluh ribu rupiah",
        late_days=1,
        penalty=3_950,
    )


def a_payment_receipt() -> PaymentReceiptFacts:
    """The stationery paid, with the duty owed on receipts above five million."""
    order = a_purchase_order()
    return PaymentReceiptFacts(
        number="000.3/0119/KWT/SDPWI-JP/XII/2026",
        issued_at=datetime(2026, 12, 4, 14, 22, tzinfo=WIB),
        place="Jakarta",
        letterhead=JAKARTA,
        order_number=order.order_number,
        rup_code=order.rup_code,
        package_name=order.package_name,
        budget_line_code=order.budget_line_code,
        budget_line_name=order.budget_line_name,
        verification_url="https://dki.eorder.example/periksa/W3FZ-8NQJ-C7TA",
        verification_code="W3FZ-8NQJ-C7TA",
        signatories=(
            Signatory(
                capacity="Pejabat Pembuat Komitmen",
                name=BUDI.name,
                position="Setuju dibayar",
                id_number=f"NIP {BUDI.nip}",
                signed_at=datetime(2026, 12, 3, 16, 2, tzinfo=WIB),
            ),
            Signatory(
                capacity="Bendahara Pengeluaran",
                name="Sri Wahyuni, S.Ak.",
                position="Lunas dibayar",
                id_number="NIP 19880625 201101 2 003",
                signed_at=datetime(2026, 12, 4, 14, 22, tzinfo=WIB),
            ),
            Signatory(
                capacity="Penyedia",
                name="Rahmat Hidayat",
                position="Direktur CV Cahaya Tulis",
                id_number="",
                signed_at=datetime(2026, 12, 4, 15, 47, tzinfo=WIB),
            ),
        ),
        received_from=f"Bendahara Pengeluaran {JAKARTA.unit}",
        vendor=CAHAYA_TULIS,
        purpose="Alat tulis dan toner ujian akhir semester sesuai Surat Pesanan nomor 000.3/0123/SP/SDPWI-JP/XI/2026",
        gross=order.gross,
        amount_in_words=order.amount_in_words,
        deductions=(*order.withheld_taxes, Charge(label="Denda keterlambatan 2 hari", amount=36_800)),
        net=order.net - 36_800,
        payment_method="Pemindahbukuan (uang persediaan)",
        payment_reference="TRX-20261204-7719034",
        paid_on=date(2026, 12, 4),
        handover_number="000.3/0121/BAST/SDPWI-JP/XII/2026",
        handover_date=date(2026, 12, 2),
        stamp_duty=10_000,
    )
