"""Devices and sessions: where a person is signed in, by which browser, since when; one or all are ended here."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, post
from litestar.params import FromPath

from eorder_platform.identity import sessions
from eorder_platform.identity.openid import signing_out
from eorder_platform.tenancy import registry
from eorder_web.edge.access import OUTSIDE_THE_REGION, SIGNED_IN
from eorder_web.edge.answering import see_other
from eorder_web.edge.visiting import SESSION_COOKIE, Request
from eorder_web.look.addresses import HOME, address


@dataclass(frozen=True)
class Device:
    """One session as its person recognises it."""

    id: str
    browser: str
    office: str
    network: str
    since: datetime
    used_at: datetime
    here: bool


async def devices_of(request: Request) -> list[Device]:
    """Every session of who is signed in, this one first."""
    here, found = sessions.id_of(request.visit.session_token), []
    for one in await sessions.of_account(request.account_id):
        tenant = await registry.by_slug(one.session.place)
        found.append(
            Device(
                id=one.id,
                browser=one.session.browser,
                office=tenant.name if tenant else "e-Order Nusantara",
                network=one.session.address,
                since=one.session.started_at,
                used_at=one.last_used_at,
                here=one.id == here,
            )
        )
    return sorted(found, key=lambda one: not one.here)


@post(
    "/akun/sesi/{session_id:str}/pengakhiran",
    opt=SIGNED_IN | OUTSIDE_THE_REGION,
    name="people.end_session",
)
async def end(request: Request, session_id: FromPath[str]) -> Response[None]:
    """End one sign-in wherever it led; a second click finds it ended, which is what was wanted."""
    await signing_out.sign_out_one(request.account_id, session_id)
    return see_other(request, f"{address('people.account')}#perangkat", "Sesi itu sudah diakhiri.")


@post("/akun/sesi/pengakhiran", opt=SIGNED_IN | OUTSIDE_THE_REGION, name="people.sign_out_everywhere")
async def sign_out_everywhere(request: Request) -> Response[None]:
    """End every session of this person, on every host."""
    await signing_out.sign_out_everywhere(request.account_id)
    request.visit.cookies.append((SESSION_COOKIE, "", 0))
    return see_other(request, HOME, "Anda sudah keluar dari semua perangkat dan wilayah.")


EVERYWHERE = [end, sign_out_everywhere]
