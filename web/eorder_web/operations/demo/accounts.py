"""The accounts a newcomer signs in with, as the README and `./run` list them."""

from typing import Final

from eorder_web.operations.demo.people import PASSWORD, vendor_email

ACCOUNTS: Final = (
    ("Badan nasional", "localhost", "verifikator@nasional.example", "memeriksa penyedia"),
    ("Badan nasional", "localhost", "admin@nasional.example", "aturan nasional dan wilayah, putusan sanksi"),
    ("Badan nasional", "localhost", "admin2@nasional.example", "orang kedua: mencabut sanksi"),
    ("CV Cahaya Tulis", "localhost", vendor_email(6), "penyedia yang melayani DKI Jakarta dan Gorontalo"),
    ("Dapur Bu Yayah", "localhost", vendor_email(1), "katering kecil di Jakarta Timur"),
    ("DKI Jakarta", "dki.localhost", "pp@dki.example", "Pejabat Pengadaan: menyusun pesanan"),
    ("DKI Jakarta", "dki.localhost", "ppk@dki.example", "PPK: menyetujui dan menandatangani"),
    ("DKI Jakarta", "dki.localhost", "penerima@dki.example", "penerima barang: memeriksa"),
    ("DKI Jakarta", "dki.localhost", "bendahara@dki.example", "bendahara: membayar"),
    ("DKI Jakarta", "dki.localhost", "pa@dki.example", "Pengguna Anggaran: menyetujui pembayaran"),
    ("DKI Jakarta", "dki.localhost", "auditor@dki.example", "auditor: membaca semuanya"),
    ("DKI Jakarta", "dki.localhost", "admin@dki.example", "admin: organisasi, anggaran, penyedia"),
    ("Gorontalo", "gorontalo.localhost", "pp@gorontalo.example", "dan seterusnya, seperti di DKI"),
)
"""(whose, host, e-mail, what for)"""

__all__ = ["ACCOUNTS", "PASSWORD"]
