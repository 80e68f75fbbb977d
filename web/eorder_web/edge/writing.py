"""The one way in which a page writes: once for each form that was shown, or the form again with what is wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_platform.identity.proving import ProofNeeded
from eorder_platform.notices import remembering
from eorder_platform.repetition import earlier_location, remember_location
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import Form
from eorder_web.edge.places import Place, Who
from eorder_web.edge.proving import show_factor
from eorder_web.edge.repeating import key_of
from eorder_web.edge.visiting import Request

Work = Callable[[AsyncSession, Who, Form], Awaitable[str]]
Again = Callable[[Problems, Form], Awaitable[Response[Any]]]


async def write(
    request: Request,
    place: Place[Who],
    work: Work[Who],
    message: str | Callable[[str], str] = "",
    again: Again | None = None,
    *,
    beforehand: Callable[[Form], Awaitable[None]] | None = None,
) -> Response[Any]:
    """Carry out `work` in one transaction of `place`, then lead to the address that it returns and say `message` there.

    What is said may depend on that address.

    A rule that says no (Refused) undoes everything; `again` then shows the page once more, at 422, with the problems
    and what was typed. It opens its own transaction, as it does for the page's GET. Without `again` a refusal is a
    page of its own; where the person must prove themselves, one that asks for it and carries what was sent.

    `place` is HERE (this host's region; `work` gets the Actor of today), `in_region(tenant, actor)` (a vendor's act
    in that region; `work` gets that actor), NATIONALLY (`work` gets the account's id) or `nationally_as(member_for)`
    (`work` gets what was found). So one work can serve officials and vendors::

        async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
            await decline_order(session, actor, order_id, form.number("version") or 0, form.text("reason"))
            return f"/pesanan/{order_id}"

        async def again(problems: Problems, form: Form) -> Response[str]:
            return await order_page(request, order_id, problems, form)

        return await write(request, HERE, work, "Pesanan ditolak.", again)

    A text above the `maxlength` of its field (texts.py), or with control characters, is refused before anything else.

    What the person typed or showed beside the form to prove themselves is taken first (proving.py).

    `beforehand` does what takes its time and needs no database (a photo drawn, a table read): before the transaction
    begins. What it refuses is answered like what the work refuses.

    The form's key is inserted first: the second click waits for the first one's commit and is then led to what that
    one made. A refusal rolls the key back, so that the corrected form may be sent again.
    """
    form = await request.fields()
    try:
        form.refuse_what_is_no_text()
        key = await key_of(request)
        await show_factor(request, form)
        if beforehand is not None:
            await beforehand(form)
        async with place.enter(request, True) as (session, who):
            location = await earlier_location(session, place.keys, request.account_id, key)
            if location is None:
                location = await work(session, who, form)
                remember_location(session, place.keys, request.account_id, key, location)
    except Refused as refusal:
        if again is None and isinstance(refusal, ProofNeeded):
            return page(
                request, "layout/proof.html", status=422, problems=refusal.problems, fields=form.plain()
            )
        if again is None:
            raise
        answer = await again(refusal.problems, form)
        answer.status_code = 422
        return answer
    await remembering.forget(request.visit.place, request.account_id)
    return see_other(request, location, message if isinstance(message, str) else message(location))
