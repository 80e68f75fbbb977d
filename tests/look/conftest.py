"""The gallery behind a bare server with the application's Content-Security-Policy, and a real browser before it."""

import mimetypes
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from eorder_web.gallery.pages import gallery
from eorder_web.look.rendering import ROOT, STATIC
from eorder_web.look.translating import speaking
from tests.conftest import BUSY_SECONDS

AXE = ROOT.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture(scope="session", autouse=True)
def _addresses() -> None:
    """Templates print addresses, though no application is made here."""
    from eorder_web import routes
    from eorder_web.edge.naming import learn_addresses

    learn_addresses([*routes.region(), *routes.nation()])


class GalleryServer(ThreadingHTTPServer):
    """Remembers the writes that reached it, and answers them when `answering` is set, as it is from the start."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), GalleryHandler)
        self.writes: list[bytes] = []
        self.reached = threading.Event()
        self.answering = threading.Event()
        self.answering.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/galeri"


class GalleryHandler(BaseHTTPRequestHandler):
    """GET shows the gallery or a static file; POST answers 422 with the gallery's form and its errors."""

    server: GalleryServer
    ARGUMENTS: ClassVar = {
        "q": "words",
        "warna": "dye",
        "motif": "motif",
        "tema": "theme",
    }

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/static/"):
            path = STATIC / address.path.removeprefix("/static/")
            if not path.is_file():
                self._answer(404, "text/plain", b"")
                return
            kind = mimetypes.guess_type(path.name)[0] or "font/woff2"
            self._answer(200, kind, path.read_bytes())
            return
        query = dict(parse_qsl(address.query))
        asked = {self.ARGUMENTS[name]: value for name, value in query.items() if name in self.ARGUMENTS}
        with speaking(query.get("bahasa", "id")):
            html = gallery(**asked)
        self._answer(200, "text/html; charset=utf-8", html.encode())

    def do_POST(self) -> None:
        self.server.writes.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.reached.set()
        self.server.answering.wait(BUSY_SECONDS)
        self._answer(422, "text/html; charset=utf-8", gallery().encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[GalleryServer]:
    running = GalleryServer()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A desktop tab that fails the test when the page breaks the Content-Security-Policy or its script throws."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda message: complaints.append(message.text) if _is_complaint(message.text) else None
    )
    yield page
    context.close()
    assert complaints == []


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text
