"""A region's hosts and names are changed by `eorder` while its pages are served; a refusal changes nothing."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import pytest_asyncio

from eorder_platform.tenancy import Tenant
from tests.tenancy.commands import eorder
from tests.tenancy.deployments import Fleet, a_fleet

ClientFor = Callable[[str], httpx.AsyncClient]
PATIENCE_SECONDS = 30


async def test_a_running_web_serves_a_host_that_was_added_and_no_longer_one_that_was_removed(
    fleet: Fleet, client_for: ClientFor
) -> None:
    tenant = fleet.tenants[0]
    async with client_for(f"toko.{tenant.slug}.id") as new, client_for(tenant.hosts[0]) as old:
        assert (await new.get("/")).status_code == 404
        await _another_process("hosts", "add", tenant.slug, f"Toko.{tenant.slug}.id")
        await _until_it_says(new, tenant.name)
        assert tenant.name in (await old.get("/")).text
        await _another_process("hosts", "remove", tenant.slug, f"toko.{tenant.slug}.id")
        await _until_it_says(new, "Tidak ada pemerintah daerah di alamat ini")


async def test_a_host_is_changed_and_the_answer_says_where_the_region_is_now(fleet: Fleet) -> None:
    tenant = fleet.tenants[1]
    said = await eorder("hosts", "change", tenant.slug, tenant.hosts[0], f"baru.{tenant.slug}.id")
    assert (said.code, said.error) == (0, "")
    assert (
        said.out
        == f"{tenant.name} dilayani di baru.{tenant.slug}.id; alamat dalam surat: baru.{tenant.slug}.id."
    )
    assert await _hosts(fleet, tenant) == [f"baru.{tenant.slug}.id"]
    await eorder("hosts", "change", tenant.slug, f"baru.{tenant.slug}.id", tenant.hosts[0])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("add atlantis a.id", "Tidak ada wilayah 'atlantis'. Lihat: eorder tenants list"),
        ("add {slug} dki.localhost", "host: Nama host dki.localhost sudah dipakai oleh dki."),
        ("add {slug} {host}", "host: Nama host {host} sudah dipakai oleh {slug}."),
        ("add {slug} localhost", "host: Nama host 'localhost' adalah milik halaman nasional."),
        (
            "add {slug} a_b.id",
            "host: Nama host 'a_b.id' tidak sah: huruf kecil, angka, tanda hubung dan titik.",
        ),
        (
            "add {slug} a.id:80",
            "host: Nama host 'a.id:80' tidak sah: huruf kecil, angka, tanda hubung dan titik.",
        ),
        ("remove {slug} dki.localhost", "host: dki.localhost bukan host {slug}, yang dilayani di {host}."),
        (
            "remove {slug} {host}",
            "host: {host} adalah satu-satunya host {slug}. Tambahkan host lain dahulu, atau gantilah.",
        ),
        (
            "change {slug} dki.localhost a.id",
            "host: dki.localhost bukan host {slug}, yang dilayani di {host}.",
        ),
        ("change {slug} {host} dki.localhost", "host: Nama host dki.localhost sudah dipakai oleh dki."),
    ],
)
async def test_a_mistake_is_one_sentence_and_changes_nothing(fleet: Fleet, words: str, sentence: str) -> None:
    tenant = fleet.tenants[0]
    before = await fleet.owner.fetch("select host, tenant_id from nusantara.tenant_host order by host")
    facts = {"slug": tenant.slug, "host": tenant.hosts[0]}
    said = await eorder("hosts", *(word.format(**facts) for word in words.split()))
    assert (said.code, said.out, said.error) == (1, "", sentence.format(**facts))
    assert (
        await fleet.owner.fetch("select host, tenant_id from nusantara.tenant_host order by host") == before
    )


async def test_a_region_is_renamed_and_its_pages_say_so(fleet: Fleet, client_for: ClientFor) -> None:
    tenant = fleet.tenants[0]
    said = await eorder("tenants", "rename", tenant.slug, "--name", "Provinsi Baru", "--short-name", "Baru")
    assert (said.code, said.out) == (0, f"Wilayah {tenant.slug} kini bernama Provinsi Baru (Baru).")
    async with client_for(tenant.hosts[0]) as browser:
        assert "Provinsi Baru" in (await browser.get("/")).text
    said = await eorder("tenants", "rename", tenant.slug, "--name", "Provinsi Lama")
    assert said.out.endswith("kini bernama Provinsi Lama (Provinsi Lama).")
    for words, sentence in (
        (("atlantis", "--name", "Atlantis"), "Tidak ada wilayah 'atlantis'. Lihat: eorder tenants list"),
        ((tenant.slug, "--name", " "), "name: Nama pemerintah daerah wajib diisi."),
    ):
        said = await eorder("tenants", "rename", *words)
        assert (said.code, said.error) == (1, sentence)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two_places() -> AsyncIterator[Fleet]:
    async with a_fleet(1, ("main", "east")) as made:
        yield made


async def test_a_host_that_went_is_gone_on_every_placement(two_places: Fleet) -> None:
    import asyncpg

    tenant = two_places.tenants[0]
    await eorder("hosts", "add", tenant.slug, f"kedua.{tenant.slug}.id")
    await eorder("hosts", "change", tenant.slug, tenant.hosts[0], f"ketiga.{tenant.slug}.id")
    await eorder("hosts", "remove", tenant.slug, f"kedua.{tenant.slug}.id")
    for address in two_places.addresses.values():
        there = await asyncpg.connect(address)
        rows = await there.fetch("select host from nusantara.tenant_host where tenant_id = $1", tenant.id)
        await there.close()
        assert [host for (host,) in rows] == [f"ketiga.{tenant.slug}.id"]


async def _hosts(fleet: Fleet, tenant: Tenant) -> list[str]:
    rows = await fleet.owner.fetch("select host from nusantara.tenant_host where tenant_id = $1", tenant.id)
    return [host for (host,) in rows]


async def _another_process(*words: str) -> None:
    """`eorder` beside the running web, whose copy of the registry it cannot touch."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "eorder_web.operations.cli", *words, env=os.environ
    )
    assert await command.wait() == 0


async def _until_it_says(browser: httpx.AsyncClient, sentence: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sentence not in (await browser.get("/")).text:
        assert time.monotonic() < deadline, f"{browser.base_url} never said: {sentence}"
        await asyncio.sleep(0.05)
