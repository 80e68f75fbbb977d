"""Files of the regions and of the nation, in a folder or in any S3-compatible store.

Nobody holds a store in which two owners can be seen: one asks for the files `inside` one tenant or for the `national`
ones, and every key is looked up below that owner's own prefix.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from obstore.exceptions import GenericError
from obstore.store import LocalStore, ObjectStore, S3Store

from eorder_platform.errors import NotVisible, Unavailable
from eorder_platform.settings import settings

LONGEST_KEY = 400
CHUNK_BYTES = 256 * 1024

_SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class StoredFile:
    """One file as a listing shows it; `key` is relative to its owner."""

    key: str
    size_bytes: int
    modified_at: datetime


class OwnedFiles:
    """The files of one owner. A key is one or more names of ASCII letters, digits and ``._-``, joined by slashes.

    Any other key (absolute, empty, with ``..``, NUL or an encoded slash) is answered like a file that does not exist:
    NotVisible. A store that cannot be reached is Unavailable.
    """

    def __init__(self, store: ObjectStore, owner: str) -> None:
        self._store = store
        self._owner = owner

    async def put(self, key: str, content: bytes | AsyncIterable[bytes]) -> None:
        """Stores the file whole or not at all, in place of an earlier one of that key."""
        path = self._path(key)
        with _answered():
            await self._store.put_async(path, content)

    async def get(self, key: str) -> bytes:
        """The whole content; for files that fit in memory."""
        path = self._path(key)
        with _answered():
            found = await self._store.get_async(path)
            return bytes(await found.bytes_async())

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The content in pieces. A missing file is refused here, before the first piece is sent anywhere."""
        path = self._path(key)
        with _answered():
            found = await self._store.get_async(path)
        return (bytes(piece) async for piece in found.stream(min_chunk_size=CHUNK_BYTES))

    async def exists(self, key: str) -> bool:
        """Whether the owner has a file of that key."""
        with _answered():
            try:
                await self._store.head_async(self._path(key))
            except (FileNotFoundError, NotVisible):
                return False
        return True

    async def delete(self, key: str) -> None:
        """Removes the file; doing it twice does no harm."""
        path = self._path(key)
        with _answered(), suppress(FileNotFoundError):
            await self._store.delete_async(path)

    async def list(self, folder: str | None = None) -> AsyncIterator[StoredFile]:
        """Every file below the folder, or every file of the owner, in no particular order."""
        path = self._path(folder) if folder is not None else self._owner
        with _answered():
            async for page in self._store.list(path):
                for found in page:
                    key = found["path"].removeprefix(self._owner + "/")
                    yield StoredFile(key=key, size_bytes=found["size"], modified_at=found["last_modified"])

    def _path(self, key: str) -> str:
        names = key.split("/")
        if len(key) > LONGEST_KEY or not all(_SEGMENT.fullmatch(name) for name in names):
            raise NotVisible("Berkas ini tidak ditemukan.")
        return f"{self._owner}/{key}"


class FileStore:
    """Where all files are, handed out by owner only."""

    def __init__(
        self,
        location: str,
        *,
        endpoint: str | None = None,
        region: str = "auto",
        access_key: str | None = None,
        secret_key: str | None = None,
    ) -> None:
        if location.startswith("s3://"):
            self._store: ObjectStore = _s3_store(location, endpoint, region, access_key, secret_key)
        else:
            folder = Path(location)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = LocalStore(folder)

    def inside(self, tenant_slug: str) -> OwnedFiles:
        """The files of one region, and none of any other's."""
        if not _SLUG.fullmatch(tenant_slug):
            raise ValueError(f"not the slug of a tenant: {tenant_slug!r}")
        return OwnedFiles(self._store, f"tenants/{tenant_slug}")

    def national(self) -> OwnedFiles:
        """The files of the national agency: the vendors' papers and pictures."""
        return OwnedFiles(self._store, "national")


@lru_cache(maxsize=1)
def file_store() -> FileStore:
    """The store that the settings name."""
    chosen = settings()
    return FileStore(
        chosen.files,
        endpoint=chosen.s3_endpoint,
        region=chosen.s3_region,
        access_key=chosen.s3_access_key,
        secret_key=chosen.s3_secret_key,
    )


def _s3_store(
    location: str, endpoint: str | None, region: str, access_key: str | None, secret_key: str | None
) -> S3Store:
    address = urlsplit(location)
    given: dict[str, Any] = {
        "endpoint": endpoint,
        "access_key_id": access_key,
        "secret_access_key": secret_key,
    }
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        region=region,
        virtual_hosted_style_request=endpoint is None,
        client_options={
            "allow_http": (endpoint or "").startswith("http://"),
            "connect_timeout": timedelta(seconds=3),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        **{name: value for name, value in given.items() if value is not None},
    )


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotVisible("Berkas ini tidak ditemukan.") from None
    except GenericError as error:
        raise Unavailable(
            "Penyimpanan berkas sedang tidak dapat dihubungi. Tidak ada yang hilang; coba lagi sebentar lagi."
        ) from error
