"""One contract for both stores: a folder and an S3-compatible server."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from eorder_platform.errors import NotVisible, Unavailable
from eorder_platform.files import FileStore, OwnedFiles

KEYS_THAT_LEAVE = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "../gorontalo/rahasia.pdf",
    "a/../../gorontalo/rahasia.pdf",
    "a/..",
    "./a",
    "a//b",
    "a/",
    "a\x00b",
    "a\nb",
    "a\\..\\b",
    "%2e%2e/gorontalo/rahasia.pdf",
    "a%2fb",
    ".hidden",
    "surat é.pdf",
    "k" * 401,
]


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    urlopen(Request(f"{address}/berkas", method="PUT")).close()
    yield address
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return FileStore(str(tmp_path / "files"))
    address = request.getfixturevalue("s3_address")
    location = f"s3://berkas/uji/{tmp_path.name}"
    return FileStore(location, endpoint=address, access_key="kunci", secret_key="rahasia")


@pytest.fixture
def jakarta(store: FileStore) -> OwnedFiles:
    return store.inside("dki")


@pytest.fixture
def gorontalo(store: FileStore) -> OwnedFiles:
    return store.inside("gorontalo")


async def test_what_was_put_is_got_back(jakarta: OwnedFiles) -> None:
    await jakarta.put("pesanan/sp.pdf", b"%PDF")
    assert await jakarta.get("pesanan/sp.pdf") == b"%PDF"
    assert await jakarta.exists("pesanan/sp.pdf")


async def test_the_latest_content_counts(jakarta: OwnedFiles) -> None:
    await jakarta.put("foto.webp", b"lama")
    await jakarta.put("foto.webp", b"baru")
    assert await jakarta.get("foto.webp") == b"baru"


async def test_an_empty_file_is_a_file(jakarta: OwnedFiles) -> None:
    await jakarta.put("kosong", b"")
    assert await jakarta.get("kosong") == b""


async def test_a_large_file_goes_in_and_out_in_pieces(jakarta: OwnedFiles) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(24):
            yield bytes([number]) * 500_000

    await jakarta.put("unduhan/ekspor.csv", pieces())
    received = [piece async for piece in await jakarta.stream("unduhan/ekspor.csv")]
    assert len(received) > 1
    assert b"".join(received) == b"".join([bytes([number]) * 500_000 for number in range(24)])


async def test_a_missing_file_is_not_visible(jakarta: OwnedFiles) -> None:
    assert not await jakarta.exists("tidak-ada.pdf")
    with pytest.raises(NotVisible):
        await jakarta.get("tidak-ada.pdf")
    with pytest.raises(NotVisible):
        await jakarta.stream("tidak-ada.pdf")


async def test_deleting_twice_does_no_harm(jakarta: OwnedFiles) -> None:
    await jakarta.put("sementara", b"x")
    await jakarta.delete("sementara")
    await jakarta.delete("sementara")
    assert not await jakarta.exists("sementara")


async def test_a_listing_shows_an_owners_files_and_nobody_elses(store: FileStore) -> None:
    jakarta, gorontalo = store.inside("dki"), store.inside("gorontalo")
    await jakarta.put("pesanan/1/sp.pdf", b"12345")
    await jakarta.put("pesanan/10/sp.pdf", b"x")
    await jakarta.put("logo.webp", b"x")
    await gorontalo.put("pesanan/1/sp.pdf", b"x")
    await store.national().put("penyedia/nib.pdf", b"x")
    await store.inside("dki2").put("lain.pdf", b"x")
    listed = {file.key: file async for file in jakarta.list()}
    assert set(listed) == {"pesanan/1/sp.pdf", "pesanan/10/sp.pdf", "logo.webp"}
    assert listed["pesanan/1/sp.pdf"].size_bytes == 5
    assert listed["pesanan/1/sp.pdf"].modified_at.tzinfo is not None
    assert [file.key async for file in jakarta.list("pesanan/1")] == ["pesanan/1/sp.pdf"]
    assert [file.key async for file in jakarta.list("tidak-ada")] == []


async def test_one_region_does_not_see_the_file_of_another(
    jakarta: OwnedFiles, gorontalo: OwnedFiles
) -> None:
    await gorontalo.put("rahasia.pdf", b"rahasia")
    assert not await jakarta.exists("rahasia.pdf")
    await jakarta.delete("rahasia.pdf")
    assert await gorontalo.get("rahasia.pdf") == b"rahasia"


@pytest.mark.parametrize("key", KEYS_THAT_LEAVE)
async def test_no_key_leads_out_of_an_owners_files(
    jakarta: OwnedFiles, gorontalo: OwnedFiles, key: str
) -> None:
    await gorontalo.put("rahasia.pdf", b"rahasia")
    for attempt in (jakarta.get(key), jakarta.stream(key), jakarta.put(key, b"x"), jakarta.delete(key)):
        with pytest.raises(NotVisible):
            await attempt
    assert not await jakarta.exists(key)
    with pytest.raises(NotVisible):
        _ = [file async for file in jakarta.list(key)]
    assert await gorontalo.get("rahasia.pdf") == b"rahasia"


@pytest.mark.parametrize("slug", ["", ".", "..", "dki/../gorontalo", "DKI", "dki\x00", "dki/"])
async def test_only_a_tenants_slug_names_an_owner(store: FileStore, slug: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        store.inside(slug)


async def test_a_store_out_of_reach_is_said_plainly() -> None:
    store = FileStore("s3://berkas", endpoint="http://127.0.0.1:9", access_key="kunci", secret_key="rahasia")
    with pytest.raises(Unavailable, match="Penyimpanan berkas sedang tidak dapat dihubungi"):
        await store.inside("dki").get("sp.pdf")


async def test_a_folder_is_nobody_elses_to_read(tmp_path: Path) -> None:
    FileStore(str(tmp_path / "files"))
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0
