"""The paper that a vendor sends along with a request: kept as it came, never opened by us, read by verifiers alone."""

from typing import Final, NamedTuple
from uuid import UUID

from eorder_platform.errors import Refused
from eorder_platform.files import file_store

LARGEST_MEGABYTES: Final = 5
_BEGINNINGS: Final = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
SUFFIXES: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class Evidence(NamedTuple):
    """A checked upload."""

    media_type: str
    content: bytes


def check_evidence(content: bytes) -> Evidence:
    """Refused beside "evidence": more than 5 MB, and what does not begin as a PDF, JPEG or PNG does."""
    if len(content) > LARGEST_MEGABYTES * 1024 * 1024:
        raise Refused("Bukti paling besar %(most)s MB.", "evidence", most=LARGEST_MEGABYTES)
    for media_type, beginning in _BEGINNINGS.items():
        if content.startswith(beginning):
            return Evidence(media_type, content)
    raise Refused("Bukti berupa PDF, JPG, atau PNG.", "evidence")


async def keep_evidence(request_id: UUID, evidence: Evidence) -> str:
    """Store it and say its media type; a rollback leaves a file that nobody names."""
    await file_store().national().put(_key(request_id), evidence.content)
    return evidence.media_type


async def read_evidence(request_id: UUID) -> bytes:
    """What came with that request."""
    return await file_store().national().get(_key(request_id))


def _key(request_id: UUID) -> str:
    return f"change-requests/{request_id}"
