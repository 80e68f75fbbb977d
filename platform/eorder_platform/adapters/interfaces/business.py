"""Who a business and its owner are: OSS (NIB), Dukcapil (NIK), Coretax (NPWP, PKP), the bank (name of an account).

Access to each is by agreement (domain.md 8). Names of fields follow what is public of them: the
OSS service `inqueryNIB`, Dukcapil's "Sesuai"/"Tidak Sesuai" by field, service 15 of Bank Indonesia's SNAP (account
inquiry) with its response codes. Coretax publishes no form; ours has its words. What an agreement names otherwise
changes here and in the recordings, nowhere else.
"""

from collections.abc import Mapping
from typing import Any, Final

from eorder_platform.adapters.reading import is_same_name, list_at, one_of_at, text_at
from eorder_platform.adapters.systems import Found, Outcome, Request, System, Unreadable

FITS: Final = "Sesuai"
DIFFERS: Final = "Tidak Sesuai"
NO_DATA: Final = "Data Tidak Ditemukan"
SUCCESSFUL: Final = "2001500"
NO_ACCOUNT: Final = ("4041511", "4041518")
"""SNAP: invalid account; inactive account."""


class Oss:
    """Is the NIB in force, in that name, with that NIK? Facts: business_id_number, name, national_identity_number."""

    system = System.OSS
    key = "business_id_number"

    def request(self, facts: Mapping[str, str]) -> Request:
        return Request("POST", "inqueryNIB", {"INQUERYNIB": {"nib": facts["business_id_number"]}})

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        if one_of_at(body, (200, 404), "responinqueryNIB", "kode") == 404:
            return Found(Outcome.UNKNOWN, {})
        found = ("responinqueryNIB", "dataNIB")
        if text_at(body, *found, "nib") != facts["business_id_number"]:
            raise Unreadable("of another NIB")
        status = one_of_at(body, ("AKTIF", "DIBEKUKAN", "DICABUT"), *found, "status_nib")
        name, owner = text_at(body, *found, "nama_perseroan"), text_at(body, *found, "nik_penanggung_jawab")
        fits = (
            status == "AKTIF"
            and is_same_name(name, facts["name"])
            and owner == facts["national_identity_number"]
        )
        said = {"status": status, "name": name}
        if owner != facts["national_identity_number"]:
            said["owner"] = DIFFERS
        reference = text_at(body, "responinqueryNIB", "id_transaksi")
        return Found(Outcome.CONFIRMED if fits else Outcome.CONTRADICTED, said, reference)


class Dukcapil:
    """Does the NIK belong to somebody of that name? Facts: national_identity_number, name."""

    system = System.DUKCAPIL
    key = "national_identity_number"

    def request(self, facts: Mapping[str, str]) -> Request:
        return Request(
            "POST",
            "verifikasi-nik",
            {"nik": facts["national_identity_number"], "nama_lgkp": facts["name"], "threshold": 90},
        )

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        found = list_at(body, "content")
        if len(found) != 1:
            raise Unreadable("not one person")
        if found[0].get("RESPON") == NO_DATA:
            return Found(Outcome.UNKNOWN, {})
        number, name = (_fits(text_at(found[0], one)) for one in ("NIK", "NAMA_LGKP"))
        said = {"fits": FITS if name else DIFFERS}
        return Found(
            Outcome.CONFIRMED if number and name else Outcome.CONTRADICTED,
            said,
            text_at(body, "id_permintaan"),
        )


class Coretax:
    """Is the NPWP active, in that name, and PKP or not as stated? Facts: tax_id, name, vat_registered (ya, tidak)."""

    system = System.CORETAX
    key = "tax_id"

    def request(self, facts: Mapping[str, str]) -> Request:
        return Request("POST", "v1/validasi-npwp", {"npwp16": facts["tax_id"]})

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        if one_of_at(body, ("DITEMUKAN", "TIDAK DITEMUKAN"), "hasil") == "TIDAK DITEMUKAN":
            return Found(Outcome.UNKNOWN, {})
        if text_at(body, "npwp16") != facts["tax_id"]:
            raise Unreadable("of another NPWP")
        name = text_at(body, "nama")
        status = one_of_at(body, ("AKTIF", "NON EFEKTIF", "HAPUS"), "status_wp")
        registered = one_of_at(body, (True, False), "pkp")
        stated = facts["vat_registered"] == "ya"
        fits = status == "AKTIF" and registered is stated and is_same_name(name, facts["name"])
        said = {"status": status, "name": name, "vat_registered": "PKP" if registered else "bukan PKP"}
        return Found(
            Outcome.CONFIRMED if fits else Outcome.CONTRADICTED, said, text_at(body, "nomor_permintaan")
        )


class Bank:
    """Is the account held in that name? Facts: bank_code, bank_account, bank_account_holder."""

    system = System.BANK
    key = "bank_account"

    def request(self, facts: Mapping[str, str]) -> Request:
        return Request(
            "POST",
            "v1.0/account-inquiry-external",
            {"beneficiaryBankCode": facts["bank_code"], "beneficiaryAccountNo": facts["bank_account"]},
        )

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        if one_of_at(body, (SUCCESSFUL, *NO_ACCOUNT), "responseCode") in NO_ACCOUNT:
            return Found(Outcome.UNKNOWN, {})
        if text_at(body, "beneficiaryAccountNo") != facts["bank_account"]:
            raise Unreadable("of another account")
        name = text_at(body, "beneficiaryAccountName")
        fits = is_same_name(name, facts["bank_account_holder"])
        return Found(
            Outcome.CONFIRMED if fits else Outcome.CONTRADICTED, {"name": name}, text_at(body, "referenceNo")
        )


def _fits(said: str) -> bool:
    """Dukcapil adds the likeness in per cent: "Sesuai (100)"."""
    word = said.partition(" (")[0]
    if word not in (FITS, DIFFERS):
        raise Unreadable(f"neither fits nor differs: {word[:20]}")
    return word == FITS
