"""The page behind an invitation's link: the person sets a first password. It opens on the national host."""

from litestar import Response, get, post
from litestar.params import FromPath

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.inviting import accept_invitation, invited_by
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address


@get("/undangan/{token:str}", opt=PUBLIC, name="organisation.invitation")
async def invitation(request: Request, token: FromPath[str]) -> Response[str]:
    """Who was invited, and a field for a password."""
    return await _invitation_page(request, token)


@post("/undangan/{token:str}", opt=PUBLIC, name="organisation.accept_invitation")
async def accept(request: Request, token: FromPath[str]) -> Response[str] | Response[None]:
    """Set the password; the link is used up."""
    password = str((await request.fields()).get("password", ""))
    try:
        async with tenancy.national() as session:
            await accept_invitation(session, token, password)
    except Refused as refusal:
        return await _invitation_page(request, token, refusal.problems)
    return see_other(
        request,
        address("people.sign_in_form"),
        "Kata sandi tersimpan. Masuk dengan e-mail dan kata sandi Anda.",
    )


async def _invitation_page(
    request: Request, token: str, problems: list[tuple[str | None, str]] | None = None
) -> Response[str]:
    async with tenancy.national() as session:
        invited = await invited_by(session, token)
    return page(
        request,
        "organisation/invitation.html",
        status=422 if problems else 200,
        problems=problems or [],
        invited=invited,
        token=token,
    )


NATION = [invitation, accept]
