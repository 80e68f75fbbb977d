"""The pages behind the two links in the mail about another bank account: the owner confirms it, or stops it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from eorder_platform import tenancy
from eorder_platform.directory.asking import pairs_of
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.changing_profile import masked_pairs
from eorder_platform.directory.confirming_account import (
    Link,
    account_asked_for,
    account_to_confirm,
    confirm_account,
    stop_account,
)
from eorder_platform.directory.models import ChangeRequest
from eorder_platform.identity.links import Expired, Used
from eorder_web.edge.access import PUBLIC, VENDOR
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import HOME, address
from eorder_web.vendors.member import AS_MEMBER


@get("/usaha/rekening-baru/{token:str}", opt=VENDOR, name="vendors.account")
async def confirmation(request: Request, token: FromPath[str]) -> Response[Any]:
    """A button, because programs that look at mail open its links too."""
    try:
        async with AS_MEMBER.enter(request) as (session, member):
            wanted = await account_to_confirm(session, member, token)
    except (Used, Expired) as over:
        return see_other(request, address("vendors.profile"), over.message, "warn")
    return _page(request, wanted, token, stops=False)


@post("/usaha/rekening-baru/{token:str}", opt=VENDOR, name="vendors.confirm_account")
async def confirm(request: Request, token: FromPath[str]) -> Response[Any]:
    """Confirmed, by this click or by one just before."""
    try:
        async with AS_MEMBER.enter(request) as (session, member):
            await confirm_account(session, member, token)
    except Expired as over:
        return see_other(request, address("vendors.profile"), over.message, "warn")
    except Used:
        pass
    return see_other(
        request, address("vendors.profile"), "Dikonfirmasi. Verifikator memeriksanya sesudah 24 jam."
    )


@get("/bukan-saya/{token:str}", opt=PUBLIC, name="vendors.unwanted_account")
async def unwanted(request: Request, token: FromPath[str]) -> Response[str]:
    """For whoever reads the owner's mailbox, signed in or not."""
    async with tenancy.national() as session:
        wanted = await account_asked_for(session, token, Link.STOP)
    return _page(request, wanted, token, stops=True)


@post("/bukan-saya/{token:str}", opt=PUBLIC, name="vendors.stop_account")
async def stop(request: Request, token: FromPath[str]) -> Response[Any]:
    """Nothing changes, and every session of the owner ends."""
    async with tenancy.national() as session:
        await stop_account(session, token)
    told = (
        "Penggantian rekening dihentikan; rekening yang lama tetap berlaku. Ganti kata sandi Anda sekarang."
    )
    where = HOME if request.visit.session else address("people.forgotten_form")
    return see_other(request, where, told)


def _page(request: Request, wanted: ChangeRequest, token: str, *, stops: bool) -> Response[str]:
    return page(
        request,
        "vendors/account_change.html",
        pairs=masked_pairs(pairs_of(wanted)),
        banks=BANKS,
        token=token,
        stops=stops,
    )


NATION = [confirmation, confirm, unwanted, stop]
