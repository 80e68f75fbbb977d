"""The local mailbox: what the platform would have mailed, readable without a mail server (development and demo)."""

from litestar import Response, get

from eorder_platform.errors import NotVisible
from eorder_platform.mail import read_mailbox
from eorder_platform.settings import settings
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.visiting import Request


@get("/surat", opt=PUBLIC, name="mailbox.show", sync_to_thread=True)
def show(request: Request) -> Response[str]:
    """The newest messages; not there where the deployment does not show its mailbox."""
    if not settings().show_mailbox:
        raise NotVisible
    return page(request, "mailbox/show.html", messages=read_mailbox(50))


NATION = [show]
