"""Who may open a route. Every route says so in its `opt`; one that does not is refused to everybody."""

from typing import Any, Final

from litestar.connection import ASGIConnection

from eorder_platform.errors import NotAllowed, Suspended, Unavailable
from eorder_web.edge.visiting import Visit, address_of_page
from eorder_web.look.addresses import address

PUBLIC: Final = {"access": "public"}
SIGNED_IN: Final = {"access": "signed_in"}
OFFICIAL: Final = {"access": "official"}
VENDOR: Final = {"access": "vendor"}
AGENCY: Final = {"access": "agency"}

OUTSIDE_THE_REGION: Final = {"outside_the_region": True}
"""Added to a POST that changes nothing of the region (a person's account, a file to compare): open while suspended."""

WITHOUT_FACTOR: Final = {"without_factor": True}
"""Added to what is open to those who must set up a second factor first: setting it up, and leaving."""

SIGNED_ADDRESS: Final = {"signed_address": True}
"""Added to a POST whose address alone, signed and mailed, says what is asked: no form of ours need have been shown."""

OF_PROGRAMS: Final = {"access": "public", "of_programs": True}
"""What programs outside call, no browser: each request proves by itself who sends it, and no cookie counts."""

NEEDED_ROLES: Final[dict[str, frozenset[str] | None]] = {
    "signed_in": frozenset(),
    "official": None,
    "vendor": frozenset({"vendor_owner", "vendor_staff"}),
    "agency": frozenset({"agency_admin", "verifier"}),
}


class SignInNeeded(Exception):
    """Nobody is signed in; the edge leads to the sign-in page and back."""

    page = "people.sign_in_form"

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.location = address(self.page, wanted=wanted)


class FactorNeeded(SignInNeeded):
    """They may do nothing before they have a second factor; the edge leads to where it is set up, and back."""

    page = "people.app"


def check_access(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Public to all, anything else only to the signed-in with a fitting role; asked before every handler.

    It keeps strangers off a page. What a person may *do* there is decided below the pages, in the database's
    words of today (organisation/actors.py).
    """
    options = connection.route_handler.opt
    access = options.get("access")
    visit: Visit = connection.scope["visit"]  # type: ignore[typeddict-item]
    writes = connection.scope.get("method") not in ("GET", "HEAD", "OPTIONS")
    if writes and visit.tenant and visit.tenant.is_suspended and not options.get("outside_the_region"):
        raise Suspended
    if access == "public":
        return
    if visit.session is None:
        if visit.sign_in_unavailable:
            raise Unavailable(
                "Layanan masuk sedang tidak tersedia, jadi halaman ini belum dapat dibuka."
                " Data Anda aman; coba lagi sebentar lagi."
            )
        raise SignInNeeded(address_of_page(connection))
    if access not in NEEDED_ROLES:
        raise NotAllowed("Halaman ini belum dibuka untuk siapa pun.")
    if visit.session.needs_factor and not options.get("without_factor"):
        raise FactorNeeded(address_of_page(connection))
    needed = NEEDED_ROLES[access]
    if needed is None:
        if visit.tenant is None:
            raise NotAllowed("Halaman ini hanya untuk pejabat daerah ini.")
        if not visit.session.roles:  # nobody signs in at a region without one
            raise NotAllowed(
                "Penugasan Anda di daerah ini sudah berakhir, jadi halaman ini tidak lagi terbuka."
            )
    elif needed and not needed & set(visit.session.roles):
        raise NotAllowed("Halaman ini untuk peran lain. Akun Anda tidak memiliki peran itu.")
