"""A form as it arrives: its limits are asked before it is read, and its token before any file in it is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar.connection import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from multipart import MultipartSegment, ParserError, ParserLimitReached, PushMultipartParser

ONE_MIB: Final = 1024 * 1024
TOO_SLOW: Final = 408
CSRF_FIELD: Final = "_csrf"


@dataclass(frozen=True)
class Limits:
    """What a route takes: bytes of all it is sent, fields (an order has up to 100 lines), files, seconds to arrive."""

    body_bytes: int = ONE_MIB // 4
    fields: int = 2_000
    files: int = 0
    seconds: float = 30


PLAIN: Final = Limits()
"""A form without files."""


def takes_files(most: int, all_mb: int) -> dict[str, Any]:
    """For a route's `opt`: so many files, together so large; no other route takes any."""
    return {"limits": Limits(all_mb * ONE_MIB, PLAIN.fields, most, seconds=300)}


async def receive(request: Request[Any, Any, Any], admit: Callable[[str], None]) -> FormMultiDict:
    """The form that was sent; 413 over the limits of its route, 408 where it does not come in time.

    `admit` refuses a token that is not the visitor's. It is asked here where files follow: what a stranger sends is
    not even kept for a moment. (A form without files is small: whoever called asks.)
    """
    limits: Limits = request.route_handler.opt.get("limits", PLAIN)
    kind, options = request.content_type
    try:
        async with asyncio.timeout(limits.seconds):
            if kind == RequestEncodingType.MULTI_PART:
                return FormMultiDict(await _parts(request, limits, options.get("boundary", ""), admit))
            if kind == RequestEncodingType.URL_ENCODED:
                return FormMultiDict(await _pairs(request, limits))
    except TimeoutError:
        raise HTTPException(status_code=TOO_SLOW) from None
    return FormMultiDict()


async def _pairs(request: Request[Any, Any, Any], limits: Limits) -> list[tuple[str, Any]]:
    body = bytearray()
    async for chunk in _chunks(request, limits):
        body += chunk
    try:
        text = body.decode("ascii")
        return list(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=limits.fields))
    except UnicodeDecodeError:
        raise ClientException from None
    except ValueError:  # more fields than that
        raise RequestEntityTooLarge from None


async def _parts(
    request: Request[Any, Any, Any], limits: Limits, boundary: str, admit: Callable[[str], None]
) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    admitted = "x-csrf-token" in request.headers  # asked already
    name, content = "", _Content()
    files = 0
    try:
        with PushMultipartParser(boundary, max_segment_count=limits.fields + limits.files) as parser:
            async for chunk in _chunks(request, limits):
                for part in parser.parse(chunk):
                    if isinstance(part, MultipartSegment):
                        name, content = part.name, _Content(part)
                        files += content.file is not None
                        if files > limits.files:
                            raise RequestEntityTooLarge
                        if content.file and not admitted:
                            admit(next((value for key, value in found if key == CSRF_FIELD), ""))
                            admitted = True
                    elif part:
                        await content.add(part)
                    else:
                        found.append((name, await content.finished()))
    except ParserLimitReached:
        raise RequestEntityTooLarge from None
    except (ParserError, UnicodeDecodeError):
        raise ClientException from None
    return found


class _Content:
    """What one part of a form holds: a text, or a file where the part has the name of one."""

    def __init__(self, part: MultipartSegment | None = None) -> None:
        self._text = bytearray()
        self.file: UploadFile | None = None
        if part is not None and part.filename:
            self.file = UploadFile(content_type=part.content_type or "", filename=part.filename)

    async def add(self, piece: bytes | bytearray) -> None:
        if self.file is not None:
            await self.file.write(piece)
        elif len(self._text) + len(piece) > PLAIN.body_bytes:
            raise RequestEntityTooLarge
        else:
            self._text += piece

    async def finished(self) -> str | UploadFile:
        if self.file is None:
            return self._text.decode()
        await self.file.seek(0)
        return self.file


async def _chunks(request: Request[Any, Any, Any], limits: Limits) -> AsyncIterator[bytes]:
    """What arrives, up to the limit; nothing is awaited where the headers already announce more."""
    if (request.content_length or 0) > limits.body_bytes:
        raise RequestEntityTooLarge
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > limits.body_bytes:
            raise RequestEntityTooLarge
        if chunk:
            yield chunk
