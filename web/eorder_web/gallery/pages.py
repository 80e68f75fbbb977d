"""The component gallery: every macro in every state on one page, for those who build pages and for axe."""

from typing import Annotated

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import QueryParameter

from eorder_web.edge.access import PUBLIC
from eorder_web.edge.queries import Words
from eorder_web.edge.visiting import Request
from eorder_web.gallery import specimens
from eorder_web.look.components.drawing import MOTIFS
from eorder_web.look.rendering import render


@get("/galeri", opt=PUBLIC, name="gallery.show")
async def show(
    request: Request,
    words: Words = "",
    dye: Annotated[str, QueryParameter(name="warna")] = "bata",
    motif: Annotated[str, QueryParameter(name="motif")] = "tumpal",
) -> Response[str]:
    """The gallery as a region with this dye and motif would show it, light or dark."""
    shown = motif if motif in MOTIFS else "tumpal"
    html = gallery(words, dye, shown, request.visit.theme)
    return Response(html, media_type=MediaType.HTML)


def gallery(words: str = "", dye: str = "bata", motif: str = "tumpal", theme: str = "light") -> str:
    """The page itself."""
    chrome = specimens.a_chrome(tenant=specimens.a_tenant(dye, motif), theme=theme)
    return render("gallery/show.html", chrome, **specimens.everything(words))


NATION = [show]
