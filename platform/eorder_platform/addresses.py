"""Addresses that leave the house, in mails and on papers: a promise that the web keeps (a test compares them).

The pages themselves are known to the web alone. What was mailed or printed must lead there for years, so these few are
written down here, under the names of their routes.
"""

from typing import Final

from eorder_platform.settings import settings

PROMISED: Final = {
    "mailbox.show": "/surat",
    "people.sign_in_form": "/masuk",
    "people.returned": "/masuk/kembali",
    "openid.token": "/openid/token",
    "openid.push": "/openid/permintaan",
    "people.account": "/akun",
    "people.recovery": "/pemulihan/{token}",
    "people.reclaim_form": "/akun-kembali/{token}",
    "people.new_password_form": "/sandi-baru/{token}",
    "organisation.invitation": "/undangan/{token}",
    "vendors.register": "/daftar",
    "vendors.participation": "/usaha/wilayah",
    "vendors.profile": "/usaha/profil",
    "vendors.sanction": "/usaha/sanksi/{case_id}",
    "sanctions.show": "/sanksi/{decision}",
    "vendors.account": "/usaha/rekening-baru/{token}",
    "vendors.unwanted_account": "/bukan-saya/{token}",
    "inbox.show": "/usaha/pesanan/{slug}/{order_id}",
    "orders.show": "/pesanan/{order_id}",
    "letters.list": "/pelimpahan",
    "letters.show": "/pelimpahan/{letter_id}",
    "notices.choices": "/akun/pemberitahuan",
    "notices.unsubscribing": "/berhenti-surat/{token}",
    "transparency.document": "/dokumen/{code}",
}


def regional_address(host: str, name: str, /, **facts: object) -> str:
    """The complete address of a page on this host."""
    return settings().public_url(host, PROMISED[name].format_map(facts))


def national_address(name: str, /, **facts: object) -> str:
    """The complete address of a page of the nation."""
    return regional_address(settings().national_host, name, **facts)
