"""What a program may be allowed, each in plain words; and what none is allowed, whoever asks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eorder_platform.sentences import term


class Scope(StrEnum):
    """One thing that a program may do, by the name that stands in its requests and tokens."""

    OPENID = "openid"
    PROFILE = "profile"
    EMAIL = "email"
    OFFLINE = "offline_access"
    TASKS_READ = "tasks:read"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    ORDERS_SIGN = "orders:sign"
    INVOICES_WRITE = "invoices:write"
    PAYMENTS_READ = "payments:read"
    BUDGETS_READ = "budgets:read"
    BUDGETS_WRITE = "budgets:write"
    PACKAGES_WRITE = "packages:write"
    OFFICIALS_READ = "officials:read"
    OFFICIALS_WRITE = "officials:write"
    PRODUCTS_WRITE = "products:write"
    BUSINESS_READ = "business:read"
    BUSINESS_WRITE = "business:write"
    PARTICIPATION_WRITE = "participation:write"
    INBOX_READ = "inbox:read"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    ORGANISATION_WRITE = "organisation:write"
    AGENCY_READ = "agency:read"
    AGENCY_WRITE = "agency:write"
    WEBHOOKS_WRITE = "webhooks:write"


@dataclass(frozen=True)
class Words:
    """How a scope is called before the person who allows it, and what it does and does not show."""

    label: str
    hint: str


SCOPE_WORDS: Final[dict[Scope, Words]] = {
    Scope.OPENID: Words(term("Mengenali Anda"), term("tanda tetap untuk program ini saja; tanpa nama")),
    Scope.PROFILE: Words(term("Membaca nama Anda"), term("nama seperti di akun, dan pilihan bahasa")),
    Scope.EMAIL: Words(term("Membaca e-mail Anda"), term("alamat yang Anda pakai untuk masuk")),
    Scope.OFFLINE: Words(
        term("Bekerja juga saat Anda tidak masuk"), term("sampai izinnya berakhir atau Anda cabut")
    ),
    Scope.TASKS_READ: Words(term("Membaca kotak tugas"), term("apa yang menunggu Anda, dan tenggatnya")),
    Scope.ORDERS_READ: Words(
        term("Membaca pesanan dan statusnya"),
        term("nomor, barang, jumlah, tenggat; yang boleh Anda lihat saja"),
    ),
    Scope.ORDERS_WRITE: Words(
        term("Mengisi dan melanjutkan pesanan"), term("menyusun, menjawab, mencatat; tidak menandatangani")
    ),
    Scope.ORDERS_SIGN: Words(
        term("Menyampaikan tanda tangan Anda"),
        term("hanya dalam lima menit sesudah Anda sendiri membuktikan diri dengan kunci sandi atau kode"),
    ),
    Scope.INVOICES_WRITE: Words(
        term("Mengirim tagihan atas nama usaha"), term("setiap tagihan dikabarkan kepada Anda")
    ),
    Scope.PAYMENTS_READ: Words(term("Membaca uang masuk"), term("jumlah dan tanggal, bukan nomor rekening")),
    Scope.BUDGETS_READ: Words(term("Membaca anggaran"), term("pagu, terpakai, dan sisa")),
    Scope.BUDGETS_WRITE: Words(term("Memasukkan anggaran"), term("rekening belanja dan pagunya")),
    Scope.PACKAGES_WRITE: Words(term("Memasukkan paket"), term("paket SiRUP dan kaitannya dengan anggaran")),
    Scope.OFFICIALS_READ: Words(term("Membaca daftar pejabat"), term("nama, unit, dan penugasannya")),
    Scope.OFFICIALS_WRITE: Words(
        term("Mengubah daftar pejabat"), term("nama dan jabatan; tidak menunjuk peran")
    ),
    Scope.PRODUCTS_WRITE: Words(term("Mengubah produk usaha"), term("nama, harga, dan foto produk")),
    Scope.BUSINESS_READ: Words(
        term("Membaca data usaha"), term("profil dan permintaan perubahan; nomor rahasia tetap disamarkan")
    ),
    Scope.BUSINESS_WRITE: Words(term("Mengubah data usaha"), term("profil dan staf; bukan rekening")),
    Scope.PARTICIPATION_WRITE: Words(term("Mengatur wilayah jualan"), term("tempat usaha Anda menjual")),
    Scope.INBOX_READ: Words(
        term("Membaca pesanan masuk usaha"), term("dari semua wilayah tempat usaha menjual")
    ),
    Scope.NOTICES_READ: Words(term("Membaca pemberitahuan"), term("kabar yang dikirim kepada Anda")),
    Scope.NOTICES_WRITE: Words(
        term("Menandai pemberitahuan"), term("sudah dibaca, dan cara mengirim suratnya")
    ),
    Scope.ORGANISATION_WRITE: Words(
        term("Mengatur daerah"),
        term("penugasan, aturan daerah, hari libur, dan penerimaan penyedia; bila Anda adminnya"),
    ),
    Scope.AGENCY_READ: Words(term("Membaca pekerjaan badan nasional"), term("antrean verifikasi dan aturan")),
    Scope.AGENCY_WRITE: Words(
        term("Mengerjakan tugas badan nasional"),
        term("putusan verifikasi dan nilai aturan; bila Anda petugasnya"),
    ),
    Scope.WEBHOOKS_WRITE: Words(
        term("Menerima kabar otomatis"), term("alamat yang dikirimi kabar tentang yang boleh dibacanya")
    ),
}

NEVER: Final = (
    Words(
        term("Menandatangani, menyetujui, atau membayar tanpa Anda"),
        term("selalu oleh Anda sendiri, dengan kunci sandi atau kode"),
    ),
    Words(term("Mengganti rekening, kata sandi, atau cara masuk"), term("hanya di halaman e-Order")),
    Words(term("Melihat NIK dan foto KTP"), term("tidak pernah keluar dari e-Order")),
)
"""What no program may, whoever asks: said beside what it may."""

OF_A_PERSON: Final = frozenset(
    {Scope.OPENID, Scope.PROFILE, Scope.EMAIL, Scope.OFFLINE, Scope.TASKS_READ, Scope.NOTICES_READ}
)
"""Mean somebody who is signed in: a program that acts as itself has none of them."""


def read_scopes(text: str) -> tuple[Scope, ...]:
    """The scopes of a request's text, each once, in our order; ValueError for what is none of ours."""
    named = {Scope(name) for name in text.split()}
    return tuple(scope for scope in Scope if scope in named)


def written(scopes: frozenset[Scope] | tuple[Scope, ...]) -> str:
    """As they stand in a request or a token."""
    return " ".join(scope for scope in Scope if scope in scopes)
