"""The browser's built files: a name carries its content's hash, so a browser keeps it for ever, compressed already."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from litestar import Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from eorder_web.edge.access import PUBLIC
from eorder_web.edge.visiting import Request
from eorder_web.look.rendering import STATIC

FOR_EVER: Final = "public, max-age=31536000, immutable"
MEDIA_TYPES: Final = {
    "css": "text/css",
    "js": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


@dataclass(frozen=True)
class BuiltFile:
    """`brotli` and `gzip` are None where the file is compressed already: a font."""

    content: bytes
    brotli: bytes | None
    gzip: bytes | None
    media_type: str


@route("/static/build/{name:str}", http_method=["GET", "HEAD"], opt=PUBLIC, sync_to_thread=False)
def built_file(request: Request, name: FromPath[str]) -> Response[bytes]:
    file = _built_files().get(name)
    if file is None:
        raise NotFoundException
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")  # over plain http browsers read no Brotli
    content, encoding = file.content, ""
    if file.brotli and "br" in accepted:
        content, encoding = file.brotli, "br"
    elif file.gzip and "gzip" in accepted:
        content, encoding = file.gzip, "gzip"
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(content, headers=headers, media_type=file.media_type)


@lru_cache(maxsize=1)
def _built_files() -> Mapping[str, BuiltFile]:
    """All of them, a quarter of a megabyte, read once per process."""
    files = {path.name: path.read_bytes() for path in (STATIC / "build").glob("*.*")}
    return {
        name: BuiltFile(
            content,
            brotli := files.get(f"{name}.br"),
            gzip.compress(content, mtime=0) if brotli else None,
            MEDIA_TYPES[suffix],
        )
        for name, content in files.items()
        if (suffix := name.rpartition(".")[2]) in MEDIA_TYPES
    }
