"""The local mailbox: what the platform would have mailed, readable without a mail server (development and demo).

Beside it the codes that the demo's people would read in their apps, so that the demo can be walked in minutes.
"""

import asyncio
from typing import Annotated, Final

from litestar import Response, get
from litestar.params import QueryParameter

from eorder_platform import tenancy
from eorder_platform.errors import NotVisible
from eorder_platform.identity.authenticator import codes_under
from eorder_platform.mail import read_mailbox
from eorder_platform.settings import settings
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.proving import DEMO_DOMAIN
from eorder_web.edge.visiting import Request

NAMED: Final = ("@nasional.example", "@dki.example", "@gorontalo.example")
VENDORS: Final = ("penyedia6@usaha.example", "penyedia1@usaha.example")


@get("/surat", opt=PUBLIC, name="mailbox.show")
async def show(request: Request, whose: Annotated[str, QueryParameter(name="akun")] = "") -> Response[str]:
    """The newest messages, and codes; not there where the deployment does not show its mailbox.

    `whose`: the e-mail of the one whose code is wanted; without it those whom the README names.
    """
    if not settings().show_mailbox:
        raise NotVisible
    async with tenancy.national() as session:
        one = whose.endswith(DEMO_DOMAIN)
        codes = await codes_under(session, (whose,) if one else VENDORS, () if one else NAMED)
    messages = await asyncio.to_thread(read_mailbox, 50)
    return page(request, "mailbox/show.html", messages=messages, codes=codes)


NATION = [show]
