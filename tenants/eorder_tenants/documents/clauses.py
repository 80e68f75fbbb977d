"""The standard conditions of a purchase order, in the words that the parties sign."""

from eorder_tenants.documents.facts import Clause


def standard_clauses(
    *, payment_business_days: int, penalty_permil_per_day: int = 1, penalty_days_at_most: int = 50
) -> tuple[Clause, ...]:
    """Delivery, rights and duties, payment, penalty and ending of the order.

    The figures come from the region's dated rules. The late penalty is a permil of the late part before PPN for each
    calendar day; the business days within which a complete claim is paid are the region's own.
    """
    return (
        Clause(
            heading="Penyerahan",
            points=(
                "Penyedia menyerahkan barang atau jasa sesuai rincian di atas, dalam keadaan baik dan lengkap, "
                "ke alamat penyerahan paling lambat pada tanggal penyerahan.",
                "Penyerahan bertahap hanya dapat dilakukan dengan persetujuan Pejabat Pembuat Komitmen.",
            ),
        ),
        Clause(
            heading="Hak dan kewajiban Pejabat Pembuat Komitmen",
            points=(
                "Memeriksa barang atau jasa yang diserahkan dan menolak bagian yang tidak sesuai rincian.",
                "Menyetujui berita acara serah terima atas bagian yang diterima dan mengusulkan pembayarannya.",
            ),
        ),
        Clause(
            heading="Hak dan kewajiban Penyedia",
            points=(
                "Menerima pembayaran atas barang atau jasa yang telah diserahterimakan.",
                "Mengganti atau memperbaiki bagian yang ditolak atas biaya sendiri dan tidak mengalihkan "
                "pesanan ini kepada pihak lain.",
            ),
        ),
        Clause(
            heading="Pembayaran",
            points=(
                f"Pembayaran dilakukan paling lambat {payment_business_days} hari kerja setelah berkas tagihan "
                "dinyatakan lengkap, ke rekening Penyedia yang tercantum dalam surat pesanan ini, "
                "setelah dipotong pajak dan denda.",
            ),
        ),
        Clause(
            heading="Denda keterlambatan",
            points=(
                f"Keterlambatan penyerahan dikenai denda {penalty_permil_per_day}/1000 per hari kalender dari nilai "
                f"bagian yang terlambat sebelum PPN, paling lama {penalty_days_at_most} hari kalender.",
            ),
        ),
        Clause(
            heading="Keadaan kahar, perubahan, dan pemutusan",
            points=(
                "Dalam keadaan kahar Penyedia memberitahukan kepada Pejabat Pembuat Komitmen secara tertulis; "
                "waktu penyerahan dapat diperpanjang tanpa denda.",
                "Perubahan atas surat pesanan ini hanya sah dengan adendum yang disetujui kedua pihak.",
                "Surat pesanan dapat diputus apabila salah satu pihak tidak memenuhi kewajibannya; "
                "bagian yang telah diterima dan bermanfaat tetap dibayar.",
            ),
        ),
    )
