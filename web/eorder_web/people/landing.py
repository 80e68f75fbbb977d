"""Where a person goes once they are signed in: what they wanted, or where their work is."""

import re
from typing import Annotated, Final

from litestar.params import QueryParameter

from eorder_platform.tenancy import Tenant
from eorder_web.edge.naming import QUERY
from eorder_web.look.addresses import HOME, address
from eorder_web.people.beginning import REGIONAL_OFFICIAL

OWN_PATH: Final = re.compile(r"/(?!/)[!-\[\]-~]*")
"""Printable ASCII without a backslash, which browsers read as a slash; tabs and line breaks they would drop."""

Wanted = Annotated[str, QueryParameter(name="lanjut")]
"""Where the person wanted to go."""

ASKED_AT_SIGN_IN: Final = {QUERY: {"wanted": "lanjut", "hint": "untuk", "account": "akun"}}
"""One address on both kinds of host: at the nation with a form, at a region leading to the nation."""


def own_path(wanted: str) -> str:
    """Only a path of this host: a crafted link must not lead a person away after signing in."""
    return wanted if OWN_PATH.fullmatch(wanted) else HOME


def landing(tenant: Tenant | None, roles: tuple[str, ...]) -> str:
    """The first page of somebody with these roles at this place."""
    if tenant is not None:
        # who administers or audits holds no other role, and no order ever waits for them
        if set(roles) == {"tenant_admin"}:
            return address("organisation.officials")
        return address("orders.list" if set(roles) == {"internal_auditor"} else "orders.tasks")
    if {"agency_admin", "verifier"} & set(roles):
        return address("agency.queue")
    if REGIONAL_OFFICIAL in roles:
        return address("people.regions")
    return address("inbox.list" if roles else "vendors.register")
