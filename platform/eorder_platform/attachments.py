"""What people attach to what they write: a photo, drawn anew from its pixels, or a PDF, kept as it came.

Both are looked into in a process of its own (apart.py), before any transaction begins.
"""

from typing import Final, NamedTuple

from eorder_platform.apart import TooMuch, apart
from eorder_platform.errors import Refused
from eorder_platform.pictures import redrawn

LARGEST_MEGABYTES: Final = 8
ACCEPTED: Final = "image/*,application/pdf"
"""What a form's field offers to choose from."""
SUFFIXES: Final = {"image/webp": "webp", "application/pdf": "pdf"}
LONGEST_NAME: Final = 80
_PDF: Final = b"%PDF-"
_READER: Final = "eorder_platform.pdfs"


class Attachment(NamedTuple):
    """A file that was looked into; `name` is what its sender called it, without folders, at most 80 characters."""

    name: str
    media_type: str
    content: bytes


async def attachment(name: str, content: bytes, *, field: str) -> Attachment:
    """The upload as it is kept. Refused beside its field: more than 8 MB, neither photo nor PDF by content, damaged,

    and a PDF that nobody can look into (a password) or that does something by itself when it is opened.
    """
    if len(content) > LARGEST_MEGABYTES * 1024 * 1024:
        raise Refused(
            "Berkas “%(name)s” lebih dari %(most)s MB.", field, name=shown_name(name), most=LARGEST_MEGABYTES
        )
    if content.startswith(_PDF):
        if not await _is_plain_pdf(content):
            text = (
                "PDF “%(name)s” tidak dapat dilampirkan: rusak, memakai kata sandi, atau menjalankan program."
            )
            raise Refused(text, field, name=shown_name(name))
        return Attachment(shown_name(name), "application/pdf", content)
    return Attachment(shown_name(name), "image/webp", await redrawn(content, field=field))


def shown_name(name: str) -> str:
    """Without the folders that some browsers send along, and without what cannot be seen."""
    own = name.replace("\\", "/").rpartition("/")[2]
    seen = " ".join("".join(letter if letter.isprintable() else " " for letter in own).split())
    stem, dot, ending = seen.rpartition(".")
    if len(seen) <= LONGEST_NAME:
        return seen or "berkas"
    return (
        f"{stem[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending}" if len(ending) < 8 else seen[:LONGEST_NAME]
    )


async def _is_plain_pdf(content: bytes) -> bool:
    try:
        return bool(await apart(_READER, content))
    except TooMuch:
        return False
