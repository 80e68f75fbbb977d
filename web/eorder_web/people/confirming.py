"""The page behind the link in a confirmation: the person is signed in and says that the address is theirs."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.confirming import account_to_confirm, confirm_email, send_again
from eorder_platform.identity.links import Expired, Used
from eorder_web.edge.access import SIGNED_IN
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address


@get("/konfirmasi/{token:str}", opt=SIGNED_IN, name="people.confirmation")
async def confirmation(request: Request, token: FromPath[str]) -> Response[str]:
    """A button, because programs that look at mail open its links too."""
    try:
        async with tenancy.national() as session:
            email = (await account_to_confirm(session, request.account_id, token)).email
    except (Used, Expired) as over:
        return _over(request, over)
    return page(request, "people/confirmation.html", email=email, token=token)


@post("/konfirmasi/{token:str}", opt=SIGNED_IN, name="people.confirm")
async def confirm(request: Request, token: FromPath[str]) -> Response[Any]:
    """The address is confirmed, by this click or by one just before; registering goes on where it stopped."""
    try:
        async with tenancy.national() as session:
            await confirm_email(session, request.account_id, token)
    except Expired as over:
        return _over(request, over)
    except Used:
        pass
    return see_other(request, address("vendors.register"), "Alamat e-mail Anda sudah dikonfirmasi.")


@post("/konfirmasi", opt=SIGNED_IN, name="people.send_confirmation")
async def another_letter(request: Request) -> Response[Any]:
    """Mail the link once more."""
    summary = address("vendors.register_summary")
    try:
        async with tenancy.national() as session:
            await send_again(session, request.account_id)
    except Refused as refusal:
        return see_other(request, summary, refusal.message, "warn")
    return see_other(request, summary, "Surat konfirmasi dikirim lagi ke alamat e-mail Anda.")


def _over(request: Request, over: Used | Expired) -> Response[str]:
    return page(
        request,
        "people/confirmation_over.html",
        status=410,
        sentence=over.message,
        expired=isinstance(over, Expired),
    )


NATION = [confirmation, confirm, another_letter]
