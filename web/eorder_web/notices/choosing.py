"""Which notices come by mail: the page below one's account, and the link in every letter that ends its kind."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.notices.choosing import (
    behind_token,
    choices_of,
    choose,
    choose_language,
    language_of,
)
from eorder_platform.notices.models import REQUIRED, By, NoticeKind
from eorder_web.edge.access import OUTSIDE_THE_REGION, PUBLIC, SIGNED_ADDRESS, SIGNED_IN
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import Form
from eorder_web.edge.places import NATIONALLY
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.notices.words import KINDS, WAYS


@get("/akun/pemberitahuan", opt=SIGNED_IN, name="notices.choices")
async def choices(request: Request) -> Response[str]:
    """What comes by mail, at once or in the day's digest, and in which language."""
    return await _page(request)


@post("/akun/pemberitahuan", opt=SIGNED_IN | OUTSIDE_THE_REGION, name="notices.choose")
async def chosen(request: Request) -> Response[Any]:
    """Keep the choice."""

    async def work(session: AsyncSession, account_id: Any, form: Form) -> str:
        ways = {kind: form.text(kind) for kind in KINDS if kind not in REQUIRED and form.text(kind)}
        wrong = [kind for kind, way in ways.items() if way not in set(By)]
        if wrong:
            raise Refused("Pilih salah satu.", wrong[0])
        await choose(session, account_id, {kind: By(way) for kind, way in ways.items()})
        await choose_language(session, account_id, form.text("language"))
        return address("notices.choices")

    async def again(problems: Problems, form: Form) -> Response[str]:
        return await _page(request, problems)

    return await write(request, NATIONALLY, work, "Pilihan Anda disimpan.", again)


@get("/berhenti-surat/{token:str}", opt=PUBLIC, name="notices.unsubscribing")
async def unsubscribing(request: Request, token: FromPath[str]) -> Response[str]:
    """One button: mail programs open every link of a letter, so that opening it must change nothing."""
    _, kind = behind_token(token)
    return page(request, "notices/unsubscribing.html", token=token, kind=KINDS[kind][0])


@post(
    "/berhenti-surat/{token:str}",
    opt=PUBLIC | OUTSIDE_THE_REGION | SIGNED_ADDRESS,
    name="notices.unsubscribe",
)
async def unsubscribe(request: Request, token: FromPath[str]) -> Response[None]:
    """No more letters of this kind; mail programs may ask for it themselves (RFC 8058)."""
    account_id, kind = behind_token(token)
    async with tenancy.national() as session:
        await choose(session, account_id, {kind: By.NEVER})
    return see_other(
        request,
        address("notices.unsubscribing", token=token),
        "Surat seperti itu tidak dikirim lagi. Kabarnya tetap muncul di pemberitahuan Anda.",
    )


WAYS_CHOSEN: Final = [choices, chosen]
UNSUBSCRIBING: Final = [unsubscribing, unsubscribe]


async def _page(request: Request, problems: Problems = ()) -> Response[str]:
    async with tenancy.national() as session:
        holding = await choices_of(session, request.account_id)
        language = await language_of(session, request.account_id)
    sells = request.visit.tenant is None
    kinds = [kind for kind in KINDS if sells or kind is not NoticeKind.PURCHASE_ORDER]
    return page(
        request,
        "notices/choices.html",
        active="notices",
        kinds=[(kind, *KINDS[kind], holding[kind], kind in REQUIRED) for kind in kinds],
        ways=WAYS,
        language=language,
        problems=problems,
    )
