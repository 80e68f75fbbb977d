"""The test people of a sandbox: one for each duty of an order, an administrator, an auditor and a vendor's owner.

Their addresses can receive no letter and tell the database what they are (identity/addresses.py).
"""

from dataclasses import dataclass
from typing import Final

from eorder_platform.trying_out import TEST_DOMAIN
from eorder_tenants.organisation.models import Role


@dataclass(frozen=True)
class TestPerson:
    """Somebody who signs in to try things out. `role` None: the owner of the test vendor; `in_unit`: holds it there."""

    office: str
    name: str
    position: str
    role: Role | None
    in_unit: bool = True

    def email(self, slug: str) -> str:
        """Their address in the sandbox of that slug."""
        return f"{self.office}@{slug.replace('_', '-')}{TEST_DOMAIN}"


ADMINISTRATOR: Final = TestPerson("admin", "Admin Uji Coba", "Admin daerah", Role.TENANT_ADMIN, in_unit=False)
OFFICIALS: Final = (
    TestPerson("pp", "Pengadaan Uji Coba", "Pejabat Pengadaan", Role.PROCUREMENT_OFFICER),
    TestPerson("ppk", "Komitmen Uji Coba", "Pejabat Pembuat Komitmen", Role.COMMITMENT_OFFICER),
    TestPerson("penerima", "Penerima Uji Coba", "Pengurus Barang", Role.RECEIVER),
    TestPerson("bendahara", "Bendahara Uji Coba", "Bendahara Pengeluaran", Role.TREASURER),
    TestPerson("pa", "Anggaran Uji Coba", "Pengguna Anggaran", Role.BUDGET_USER),
    TestPerson("auditor", "Auditor Uji Coba", "Auditor Inspektorat", Role.AUDITOR, in_unit=False),
)
VENDOR: Final = TestPerson("penyedia", "Penyedia Uji Coba", "Pemilik usaha", None)
EVERYBODY: Final = (ADMINISTRATOR, *OFFICIALS, VENDOR)
