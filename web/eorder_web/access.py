"""Who may open a route. Every route says so in its `opt`; one that does not is refused to everybody."""

from typing import Any, Final
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from eorder_platform.errors import NotAllowed, Suspended, Unavailable
from eorder_web.visiting import Visit

PUBLIC: Final = {"access": "public"}
SIGNED_IN: Final = {"access": "signed_in"}
OFFICIAL: Final = {"access": "official"}
VENDOR: Final = {"access": "vendor"}
AGENCY: Final = {"access": "agency"}

ONLY_THE_ACCOUNT: Final = {"only_the_account": True}
"""Added to a write that touches a person's account and nothing of the region: open while the region is suspended."""

NEEDED_ROLES: Final[dict[str, frozenset[str] | None]] = {
    "signed_in": frozenset(),
    "official": None,
    "vendor": frozenset({"vendor_owner", "vendor_staff"}),
    "agency": frozenset({"agency_admin", "verifier"}),
}


class SignInNeeded(Exception):
    """Nobody is signed in; the edge leads to the sign-in page and back."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.location = f"/masuk?lanjut={quote(wanted)}"


async def check_access(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Litestar guard: public to all, anything else only to the signed-in with a fitting role.

    It keeps strangers off a page. What a person may *do* there is decided below the pages, in the database's
    words of today (organisation/actors.py).
    """
    access = handler.opt.get("access")
    visit: Visit = connection.scope["visit"]  # type: ignore[typeddict-item]
    writes = connection.scope.get("method") not in ("GET", "HEAD", "OPTIONS")
    if writes and visit.tenant and visit.tenant.is_suspended and not handler.opt.get("only_the_account"):
        raise Suspended
    if access == "public":
        return
    if visit.session is None:
        if visit.sign_in_unavailable:
            raise Unavailable(
                "Layanan masuk sedang tidak tersedia, jadi halaman ini belum dapat dibuka."
                " Data Anda aman; coba lagi sebentar lagi."
            )
        query = connection.scope.get("query_string", b"").decode()
        raise SignInNeeded(connection.scope["path"] + (f"?{query}" if query else ""))
    if access not in NEEDED_ROLES:
        raise NotAllowed("Halaman ini belum dibuka untuk siapa pun.")
    needed = NEEDED_ROLES[access]
    if needed is None:
        if visit.tenant is None or not visit.session.roles:
            raise NotAllowed("Halaman ini hanya untuk pejabat daerah ini.")
    elif needed and not needed & set(visit.session.roles):
        raise NotAllowed("Halaman ini untuk peran lain. Akun Anda tidak memiliki peran itu.")
