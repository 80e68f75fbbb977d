"""What people look for at the foot of a page: two short guides, accessibility, privacy."""

from litestar import Response, get

from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.visiting import Request


@get("/panduan/penyedia", opt=PUBLIC, name="guides.vendors")
async def vendors(request: Request) -> Response[str]:
    """From registering to being paid."""
    return page(request, "guides/vendors.html", active="guides")


@get("/panduan/pejabat", opt=PUBLIC, name="guides.officials")
async def officials(request: Request) -> Response[str]:
    """Who does what with an order, and how a region begins."""
    return page(request, "guides/officials.html", active="guides")


@get("/aksesibilitas", opt=PUBLIC, name="guides.accessibility")
async def accessibility(request: Request) -> Response[str]:
    """What was done so that everybody can use these pages, and what was not."""
    return page(request, "guides/accessibility.html", active="guides")


@get("/privasi", opt=PUBLIC, name="guides.privacy")
async def privacy(request: Request) -> Response[str]:
    """Which data is open, which never is, and who sees the rest."""
    return page(request, "guides/privacy.html", active="guides")


NATION = [vendors, officials, accessibility, privacy]
