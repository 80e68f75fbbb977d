"""What a region's rules are called on screen; how their values read: look/rule_values.py."""

from typing import Final

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
    "individual_catering_article": "Pasal PPh atas jasa boga perorangan",
    "local_tax_permil": "Pajak makanan dan minuman daerah (PBJT)",
    "year_end_last_order": "Pesanan terakhir dalam tahun anggaran",
    "year_end_last_handover": "Serah terima terakhir dalam tahun anggaran",
    "year_end_last_payment_request": "Permintaan pembayaran terakhir dalam tahun anggaran",
}
"""In the order of the page. A rule without words is not offered."""
