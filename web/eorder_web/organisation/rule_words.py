"""What a region's rules are called on screen, and how their values read."""

from typing import Final

from eorder_tenants.organisation.law import MIDNIGHT
from eorder_web.look.formatting import day_of_year, number, rupiah
from eorder_web.look.translating import _

RULE_WORDS: Final = {
    "order_cap": "Nilai pesanan tertinggi",
    "quote_request_required_from": "Wajib meminta penawaran mulai nilai",
    "quote_request_minimum_vendors": "Penyedia paling sedikit dalam permintaan penawaran",
    "merged_receipt_maximum": "Penerima boleh merangkap PPK sampai nilai",
    "owner_estimate_required_above": "Wajib HPS di atas nilai",
    "draft_idle_days": "Draf dibuang setelah tidak disentuh",
    "approval_reminder_days": "PPK diingatkan setelah",
    "approval_lapse_days": "Pengajuan gugur tanpa keputusan PPK setelah",
    "vendor_answer_days": "Penyedia menjawab paling lambat",
    "inspection_start_days": "Pemeriksaan dimulai paling lambat",
    "inspection_days": "Pemeriksaan selesai paling lambat",
    "handover_signature_days": "BAST ditandatangani paling lambat",
    "invoice_days": "Penyedia menagih paling lambat",
    "invoice_check_days": "Tagihan diperiksa paling lambat",
    "payment_days": "Pembayaran paling lambat",
    "cancellation_answer_days": "Permintaan pembatalan dijawab paling lambat",
    "deadline_hour": "Batas waktu berakhir pukul",
    "delivery_cure_days": "Penyedia yang ditegur boleh mengirim sampai",
    "escalation_days": "Yang diminta turun tangan bertindak paling lambat",
    "completion_days": "Pesanan lunas ditutup otomatis setelah",
    "backdating_days": "Tanggal kejadian boleh mundur paling lama",
    "undo_minutes": "Kiriman dan kedatangan boleh diurungkan selama",
    "quote_validity_days": "Masa berlaku penawaran",
    "negotiation_rounds_maximum": "Putaran negosiasi paling banyak",
    "negotiation_vendor_answer_hours": "Penyedia menjawab negosiasi paling lambat",
    "negotiation_buyer_answer_days": "Pemesan menjawab negosiasi paling lambat",
    "local_tax_permil": "Pajak makanan dan minuman daerah (PBJT)",
    "year_end_last_order": "Pesanan terakhir dalam tahun anggaran",
    "year_end_last_handover": "Serah terima terakhir dalam tahun anggaran",
    "year_end_last_payment_request": "Permintaan pembayaran terakhir dalam tahun anggaran",
}
"""In the order of the page. A rule without words is not offered."""

UNIT_WORDS: Final = {
    "business_days": "hari kerja",
    "calendar_days": "hari kalender",
    "hours": "jam",
    "minutes": "menit",
    "count": "",
    "permil": "per mil",
    "month_day": "bulan dan tanggal, 1210 = 10 Desember",
    "hour_of_day": "jam, 24 = akhir hari",
}


def in_words(value: int, unit: str) -> str:
    """`50000000, rupiah` as Rp 50.000.000; `3, business_days` as 3 hari kerja; `1210, month_day` as 10 Desember."""
    if unit == "rupiah":
        return rupiah(value)
    if unit == "month_day" and 1 <= value // 100 <= 12:
        return day_of_year(value // 100, value % 100)
    if unit == "hour_of_day":
        return "23.59" if value == MIDNIGHT else f"{value:02}.00"
    word = UNIT_WORDS.get(unit, "")
    return f"{number(value)} {_(word)}" if word else number(value)
