"""What a letter says on paper; the same letter always prints the same bytes."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from eorder_platform.addresses import regional_address
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.letters.queries import ShownLetter
from eorder_tenants.organisation.models import LetterKind, Official, Role

ROLES: Final = {
    Role.COMMITMENT_OFFICER: "Pejabat Pembuat Komitmen (PPK)",
    Role.RECEIVER: "Penerima Barang",
    Role.TREASURER: "Bendahara Pengeluaran",
    Role.BUDGET_USER: "Pengguna Anggaran",
}
KINDS: Final = {
    LetterKind.ABSENT: ("Plh.", "Pelaksana Harian"),
    LetterKind.VACANT: ("Plt.", "Pelaksana Tugas"),
}


def facts_of(letter: ShownLetter, tenant: Tenant) -> dict[str, Any]:
    """Plain facts for documents/templates/stand_in_letter.typ; times are the office's own. It must have been issued."""
    row, unit = letter.row, letter.unit
    assert row.issued_at and letter.issuer
    short, in_full = KINDS[letter.kind]
    issued_at = _office_time(tenant, row.issued_at)
    return {
        "number": row.number,
        "kind": short,
        "kind_in_full": in_full,
        "letterhead": {
            "government": f"Pemerintah {tenant.name}",
            "unit": unit.name,
            "address": unit.address,
            "code": tenant.code,
            "accent": tenant.accent,
            "motif": tenant.motif,
        },
        "place": unit.city,
        "issued_at": issued_at,
        "verification_code": "",
        "page": regional_address(tenant.hosts[0], "letters.show", letter_id=row.id),
        "delegate": _person(letter.delegate),
        "absent": _person(letter.delegator) if letter.delegator else None,
        "role": ROLES[letter.role],
        "duties": ["; ".join(step.label for step in one.steps) for one in letter.scopes],
        "maximum": row.maximum_rupiah,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "ended": _office_time(tenant, row.ended_at) if row.ended_at else "",
        "issuer": {
            "capacity": ROLES[Role.BUDGET_USER],
            "name": letter.issuer.name,
            "position": letter.issuer.position,
            "id_number": f"NIP {letter.issuer.civil_servant_id}" if letter.issuer.civil_servant_id else "",
            "signed_at": issued_at,
        },
    }


def _person(official: Official) -> dict[str, str]:
    return {
        "name": official.name,
        "nip": official.civil_servant_id or "",
        "position": official.position,
    }


def _office_time(tenant: Tenant, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(tenant.zone)).isoformat()
