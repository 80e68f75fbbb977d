"""Papers, photos or PDFs: those that come with a form in the field `files`, and how one is given back."""

from typing import Final
from urllib.parse import quote

from litestar import Response

from eorder_platform.attachments import LARGEST_MEGABYTES, Attachment, attachment
from eorder_platform.directory.sanctions.files import MOST_FILES
from eorder_platform.errors import Refused
from eorder_web.edge.forms import Form
from eorder_web.edge.receiving import takes_files

TAKES_PAPERS: Final = takes_files(MOST_FILES, MOST_FILES * LARGEST_MEGABYTES + 1)


async def look_into(files: list[Attachment], form: Form) -> None:
    """Check what was uploaded, before any transaction begins."""
    uploads = form.files("files")
    if len(uploads) > MOST_FILES:
        raise Refused("Paling banyak %(most)s berkas.", "files", most=MOST_FILES)
    for upload in uploads:
        files.append(await attachment(upload.filename, await upload.read(), field="files"))


def attachment_response(file: Attachment) -> Response[bytes]:
    """A picture is shown, a paper is saved: what somebody else made is not opened on our address."""
    shown = "inline" if file.media_type.startswith("image/") else "attachment"
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
            "Cache-Control": "private, no-store",
        },
    )
