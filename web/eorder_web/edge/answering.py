"""What handlers answer with: a page, a page of facts that is kept, a redirect after success."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from litestar import Response
from litestar.types import Receive, Scope, Send

from eorder_web.edge.bell import ring
from eorder_web.edge.compressing import WORTH_BYTES, packed, reads_gzip
from eorder_web.edge.navigation import chrome
from eorder_web.edge.repeating import new_key
from eorder_web.edge.returning import origin_behind
from eorder_web.edge.visiting import Request, Visit
from eorder_web.look.rendering import PAGES_KEPT, Flash, render, render_block, render_kept
from eorder_web.look.translating import _

Problems = Sequence[tuple[str | None, str]]
"""What is wrong, as a refusal lists it: the field, or None for the whole form, and the sentence."""


class Html(Response[str]):
    """A page as bytes and a status: Litestar's own response spends on headers and cookies what a product page costs."""

    def __init__(self, html: str, status: int = 200, kept: bool = False) -> None:
        self.content, self.status_code, self.kept = html, status, kept

    async def html(self) -> str:
        return self.content

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """Litestar asks every response for the application that sends it."""
        return self._send

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        html = await self.html()
        body, headers = html.encode(), [(b"content-type", b"text/html; charset=utf-8")]
        if len(body) >= WORTH_BYTES and reads_gzip(scope["headers"]):
            body = _packed_once(html) if self.kept else packed(body)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        start: Any = {"type": "http.response.start", "status": self.status_code, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": False})


class SeeOther(Response[None]):
    """A redirect after success, as plain as :class:`Html`."""

    def __init__(self, location: str) -> None:
        self.content, self.status_code = None, 303
        self.headers: dict[str, Any] = {"location": location, "content-type": "text/plain; charset=utf-8"}

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """Litestar asks every response for the application that sends it."""
        return self._send

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        headers.append((b"content-length", b"0"))
        start: Any = {"type": "http.response.start", "status": self.status_code, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class HtmlWithBell(Html):
    """A page that answers a write: only it asks for the bell, which no redirect shows."""

    def __init__(self, visit: Visit, draw: Callable[[], str], status: int) -> None:
        super().__init__("", status)
        self._visit, self._draw = visit, draw

    async def html(self) -> str:
        await ring(self._visit)
        return self._draw()


@lru_cache(maxsize=PAGES_KEPT)
def _packed_once(html: str) -> bytes:
    """A page that is kept for everybody is compressed as often as it is written out."""
    return packed(html.encode())


def page(
    request: Request, template: str, /, *, status: int = 200, active: str = "", **context: Any
) -> Response[str]:
    """The whole page, or with `block=` only that block of its template."""
    block = context.pop("block", None)
    context.setdefault("problems", ())
    context.setdefault("key", new_key())
    if "lanjut" in context and request.visit.tenant is None:
        request.visit.leads_to = origin_behind(context["lanjut"])

    def draw() -> str:
        frame = chrome(request, active)
        return (
            render_block(template, block, frame, **context) if block else render(template, frame, **context)
        )

    visit = request.visit
    return (
        Html(draw(), status) if visit.bell_asked or not visit.session else HtmlWithBell(visit, draw, status)
    )


def page_of_facts(request: Request, template: str, /, *, active: str = "", **facts: Any) -> Response[str]:
    """A page that says these (hashable) facts and no more; who is not signed in may get it as kept by render_kept."""
    visit = request.visit
    if visit.session is not None or visit.flashes:
        return page(request, template, active=active, **facts)
    html = render_kept(template, chrome(request, active), **{"problems": (), "key": "", **facts})
    return Html(html, kept=True)


def see_other(request: Request, location: str, message: str = "", kind: str = "ok") -> Response[None]:
    """Redirect after success (303), with one sentence on the page that follows; one left for here goes on."""
    for flash in [Flash(kind, message)] if message else request.visit.flashes:
        request.visit.flash(flash.kind, _(flash.text))
    return SeeOther(location)
