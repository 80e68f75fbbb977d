"""The people of the demo: invented names, each with one office. They all have the same password, said in the README."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final

from eorder_platform.identity.proving import Factor, Proof
from eorder_tenants.organisation.models import Role
from eorder_web.operations.demo.regions import DemoRegion, DemoUnit

PASSWORD: Final = "belanja dari tetangga"

PROVED: Final = Proof(Factor.APP, datetime.max.replace(tzinfo=UTC))
"""The people of the demo's year signed each with their app, always just now."""

AGENCY: Final = (
    ("admin@nasional.example", "Ratna Wulandari", "agency_admin"),
    ("admin2@nasional.example", "Hesti Ramadhani", "agency_admin"),
    ("verifikator@nasional.example", "Teguh Prakoso", "verifier"),
)

_FIRST: Final = (
    "Rina Budi Dewi Hendra Sri Agus Maya Yusuf Fitri Rahmat Nur Ahmad Lestari Eko Putri Joko Indah Bambang Wati"
    " Irfan Sari Doni Ayu Arief Rahma Taufik Melati Ridwan Kartika Fadli"
).split()
_LAST: Final = (
    "Kartikasari Santoso Anggraeni Wijaya Handayani Setiawan Permata Hidayat Maharani Nugroho Lestari Kurniawan"
    " Pratama Siregar Mokoginta Pakaya Tamrin Abdullah Katili Wahyudi Hasanah Gobel Suryani Ramadhan Utami Saputra"
).split()

_OFFICES: Final = (
    (Role.PROCUREMENT_OFFICER, "pp", "Pejabat Pengadaan"),
    (Role.COMMITMENT_OFFICER, "ppk", "Kepala Bagian Umum selaku PPK"),
    (Role.RECEIVER, "penerima", "Pengurus Barang"),
    (Role.TREASURER, "bendahara", "Bendahara Pengeluaran"),
    (Role.BUDGET_USER, "pa", "Kepala Unit selaku Pengguna Anggaran"),
)


@dataclass(frozen=True)
class DemoOfficial:
    """An official with their one role; `unit` None: for the whole region."""

    email: str
    name: str
    civil_servant_id: str
    position: str
    role: Role
    unit: DemoUnit | None


def app_secret_of(email: str) -> str:
    """The secret of that person's app (base32); no more a secret than the password they all share."""
    return base64.b32encode(hashlib.sha256(f"demo {email}".encode()).digest()[:20]).decode()


def administrator_of(region: DemoRegion) -> tuple[str, str]:
    """E-mail and name of the region's administrator."""
    return f"admin@{region.slug}.example", _name(Random(f"admin {region.slug}"))


def officials_of(region: DemoRegion) -> Iterator[DemoOfficial]:
    """Five people for each unit and, for the region, its auditor; the first unit's have the plain addresses."""
    for number, unit in enumerate(region.units, start=1):
        for role, office, position in _OFFICES:
            dice = Random(f"{region.slug} {unit.code} {office}")
            suffix = "" if number == 1 else str(number)
            yield DemoOfficial(
                email=f"{office}{suffix}@{region.slug}.example",
                name=_name(dice),
                civil_servant_id=_civil_servant_id(dice),
                position=position,
                role=role,
                unit=unit,
            )
    dice = Random(f"auditor {region.slug}")
    yield DemoOfficial(
        email=f"auditor@{region.slug}.example",
        name=_name(dice),
        civil_servant_id=_civil_servant_id(dice),
        position="Auditor Inspektorat",
        role=Role.AUDITOR,
        unit=None,
    )


def vendor_email(number: int) -> str:
    """The address of the owner of the vendor with that number in the list of businesses."""
    return f"penyedia{number}@usaha.example"


def _name(dice: Random) -> str:
    return f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"


def _civil_servant_id(dice: Random) -> str:
    born = f"{dice.randint(1968, 1994)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    return f"{born}{dice.randint(2005, 2019)}{dice.randint(1, 12):02}{dice.randint(1, 2)}{dice.randint(1, 999):03}"
