"""What the kinds of notices, and the ways in which they come, are called."""

from typing import Final

from eorder_platform.notices.models import By, NoticeKind

KINDS: Final = {
    NoticeKind.PURCHASE_ORDER: ("Surat pesanan baru", "Dengan surat ini waktu menjawab Anda mulai berjalan."),
    NoticeKind.WAITING: (
        "Pesanan menunggu Anda",
        "Ada langkah yang hanya Anda, atau rekan setugas, dapat lakukan.",
    ),
    NoticeKind.REMINDER: ("Pengingat", "Sebelum batas langkah Anda lewat."),
    NoticeKind.ENDED: ("Pesanan berakhir", "Ditolak, ditarik, dibatalkan, atau lewat batas."),
    NoticeKind.PAID: ("Pembayaran", "Pesanan Anda dibayar."),
    NoticeKind.COMMENT: ("Percakapan", "Pihak lain menulis pada pesanan Anda."),
    NoticeKind.PROGRESS: ("Kabar perjalanan pesanan", "Yang terjadi tanpa menunggu Anda."),
}
WAYS: Final = (
    (By.AT_ONCE, "Segera"),
    (By.DIGEST, "Dalam ringkasan harian"),
    (By.NEVER, "Tidak lewat surat"),
)
