"""Every step of an order after it was placed, by page: as a person would, from the forms that stand on the pages.

Whoever a step waits for opens the order, fills in what its form asks for and sends it; only the sending is measured.
What a form asks for is read from the page, so that the walk follows the pages and no list of fields is kept here but
the values that a person would have to think of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import httpx

from eorder_platform.identity import sessions
from eorder_platform.identity.sessions import NATIONAL_PLACE
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_web.edge.visiting import SESSION_COOKIE, VISITOR_COOKIE
from eorder_web.operations.demo.people import PROVED
from infra.benchmarks.speed.loading import Asked, post

NATION: Final = "localhost"
WAY: Final = (
    ("commitment_officer", "persetujuan", "approval"),
    ("vendor", "penerimaan", "acceptance"),
    ("vendor", "pengiriman", "setting out"),
    ("vendor", "kedatangan", "arrival"),
    ("goods_receiver", "pemeriksaan", "inspection"),
    ("vendor", "persetujuan-pemeriksaan", "agreement on the inspection"),
    ("commitment_officer", "serah-terima", "handover"),
    ("vendor", "tagihan", "invoice"),
    ("treasurer", "permintaan-pembayaran", "request of payment"),
    ("budget_user", "persetujuan-pembayaran", "approval of payment"),
    ("treasurer", "pembayaran", "payment"),
    ("commitment_officer", "penutupan", "closing"),
)
"""Who takes the step, the noun that is POSTed, and what the table calls it."""


@dataclass
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms of a page with what they send as they stand: boxes ticked, of several choices the first.

    Of a list that must be answered the first answer, of one that need not be none.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._open: _Form | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = _Form(given.get("action", ""))
            if given.get("method", "").lower() == "post":
                self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input" and given.get("name") and given.get("type") not in ("submit", "file"):
            self._open.fields.setdefault(given["name"], given.get("value", "on"))
        elif tag in ("select", "textarea") and given.get("name"):
            self._select = given["name"] if "required" in given else None
            self._open.fields.setdefault(given["name"], "")
        elif tag == "option" and self._select and not self._open.fields[self._select]:
            self._open.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None


@dataclass(frozen=True)
class Walk:
    """Orders of one unit and vendor on their way, and the cookie of everybody whom they come to."""

    tenant: Tenant
    orders: Sequence[UUID]
    cookies: dict[str, str]

    async def requests(self, port: int, who: str, noun: str) -> list[Asked]:
        """The request that takes the step, for each order."""
        host = NATION if who == "vendor" else self.tenant.hosts[0]
        base = f"/usaha/pesanan/{self.tenant.slug}" if who == "vendor" else "/pesanan"
        found = []
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"Host": host}) as client:
            for number, order_id in enumerate(self.orders):
                forms: list[_Form] = []
                for page in (f"{base}/{order_id}", f"{base}/{order_id}/{noun}"):
                    if not forms:  # what a step asks for at length has a page of its own
                        html = (await client.get(page, headers={"Cookie": self.cookies[who]})).text
                        ending = f"{order_id}/{noun}"
                        forms = [
                            one for one in _Forms(html).forms if one.action.partition("?")[0].endswith(ending)
                        ]
                if not forms:
                    raise SystemExit(f"{who} finds no form for “{noun}” at {base}/{order_id}")
                form = forms[0]
                fields = form.fields | {
                    name: value
                    for name, value in self._thought_of(number, order_id).items()
                    if name in form.fields
                }
                found.append(post(host, form.action, urlencode(fields), self.cookies[who]))
        return found

    def _thought_of(self, number: int, order_id: UUID) -> dict[str, str]:
        return {
            "reason": "",
            "reference": f"BUKTI {order_id.hex[-12:]}",
            "number": f"INV/{number}/{order_id.hex[-8:]}",
            "tax_invoice_number": f"0200{order_id.int % 10**13:013}",
        }


async def begin_walk(owner_url: str, tenant: Tenant, orders: Sequence[UUID]) -> Walk:
    """Appoint everybody whom these orders need and sign them in; the orders have one unit and one vendor."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute(f"set search_path = {tenant.schema}, nusantara")
    unit, vendor = await connection.fetchrow(
        "select work_unit_id, vendor_id from orders where id = $1", orders[0]
    )
    cookies = {}
    for role in ("commitment_officer", "goods_receiver", "treasurer", "budget_user"):
        cookies[role] = await sign_in(connection, tenant, unit, role)
    owner = new_id()
    await connection.execute(
        "insert into pusat.account (id, email, name, password_hash, language, active, email_confirmed, created_at)"
        " values ($1, $2, 'Pemilik Uji', '', 'id', true, true, now())",
        owner,
        f"{owner.hex}@uji.example",
    )
    await connection.execute("delete from pusat.vendor_member where vendor_id = $1", vendor)
    await connection.execute(
        "insert into pusat.vendor_member (vendor_id, account_id, role, joined_at)"
        " values ($1, $2, 'vendor_owner', now())",
        vendor,
        owner,
    )
    token = await sessions.start(
        NATIONAL_PLACE, owner, "Pemilik Uji", "", ("vendor_owner",), "", **PROVED_FOR_LONG
    )
    cookies["vendor"] = f"{SESSION_COOKIE}={token}; {VISITOR_COOKIE}=uji"
    await connection.close()
    return Walk(tenant, orders, cookies)


PROVED_FOR_LONG: Final[dict[str, Any]] = {
    "methods": (sessions.PASSWORD, PROVED.factor),
    "proved_at": PROVED.at,
}
"""Their signatures are measured without the code that is asked for every five minutes."""


async def sign_in(connection: asyncpg.Connection, tenant: Tenant, unit: UUID, role: str) -> str:
    """The cookies of a new official who holds that role for the unit."""
    official = new_id()
    await connection.execute(
        "insert into official (id, name, email, position, active, created_at) values ($1, $2, $3, $4, true, now())",
        official,
        f"Petugas {official.hex[-4:]}",
        f"{official.hex}@uji.example",
        role,
    )
    await connection.execute(
        "insert into role_assignment (id, official_id, role, work_unit_id, valid_from, letter_number)"
        " values ($1, $2, $3, $4, current_date - 1, 'SK 1')",
        new_id(),
        official,
        role,
        unit,
    )
    token = await sessions.start(
        tenant.slug, official, "Petugas", "petugas@uji.example", (role,), "", **PROVED_FOR_LONG
    )
    return f"{SESSION_COOKIE}={token}; {VISITOR_COOKIE}=uji"
