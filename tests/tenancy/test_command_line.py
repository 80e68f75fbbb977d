"""Regions are taken in, shown, suspended and taken back by `eorder`; a refusal leaves nothing half-made."""

import re
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest
import typer

from eorder_platform import straight, tenancy
from eorder_platform.database import placements
from eorder_platform.identity.signing_in import check_password
from eorder_platform.settings import settings
from eorder_platform.tenancy import migrating, registry
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.models import Role
from eorder_web.operations import cli
from tests.tenancy.commands import eorder
from tests.tenancy.deployments import Fleet

ZONE = "Asia/Makassar"


def _words(slug: str, **different: str) -> list[str]:
    given = {"name": "Provinsi Uji", "region": "76", "zone": ZONE, "host": f"{slug}.localhost", **different}
    options = [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", value)]
    return ["tenants", "add", slug, *options]


async def test_a_region_that_was_added_can_be_used_at_once(
    fleet: Fleet, client_for: Callable[[str], httpx.AsyncClient]
) -> None:
    slug = f"{fleet.tenants[0].slug}baru"
    said = await eorder(*_words(slug, admin_email=f"admin@{slug}.go.id"))
    assert said.code == 0, said.error
    assert f"Provinsi Uji siap di {slug}.localhost (skema t_{slug})" in said.out
    password = re.search(r"kata sandi sekali lihat: (\S+)", said.out)
    assert password is not None
    known = await check_password(f"admin@{slug}.go.id", password[1], "127.0.0.1")
    tenant = await registry.by_slug(slug)
    assert tenant is not None and tenant.code == "SR"
    async with tenancy.inside(tenant) as session:
        assert (await actor_for(session, known.account_id)).holds(Role.TENANT_ADMIN)
    async with client_for(f"{slug}.localhost") as browser:
        assert "Provinsi Uji" in (await browser.get("/katalog")).text

    again = await _is_refused(fleet, _words(slug))
    assert again == f"slug: Wilayah {slug} sudah ada; tidak ada yang diubah."


@pytest.mark.parametrize(
    ("different", "sentence"),
    [
        ({"slug": "Banten"}, "slug: Nama pendek 'Banten' harus"),
        ({"slug": "b"}, "slug: Nama pendek 'b' harus"),
        ({"slug": "x; drop schema pusat cascade"}, "slug: Nama pendek"),
        ({"slug": "national"}, "slug: Nama pendek 'national' dipakai sistem sendiri"),
        ({"region": "99"}, "region: Kode wilayah 99 tidak ada dalam daftar Kemendagri"),
        ({"region": "31"}, "region: Kode wilayah 31 sudah dipakai oleh dki"),
        ({"host": "dki.localhost"}, "host: Nama host dki.localhost sudah dipakai oleh dki"),
        ({"host": "localhost"}, "host: Nama host 'localhost' adalah milik halaman nasional"),
        ({"host": "uji_.local host"}, "host: Nama host 'uji_.local host' tidak sah"),
        ({"zone": "Europe/Paris"}, "zone: Zona waktu 'Europe/Paris' harus"),
        ({"name": " "}, "name: Nama pemerintah daerah wajib diisi"),
        ({"code": "banten"}, "code: Kode 'banten' harus dua huruf besar"),
        ({"placement": "moon"}, "placement: Penempatan 'moon' tidak dikenal"),
        ({"region": "82", "admin_email": "admin"}, "admin_email: Tulis alamat e-mail lengkap"),
        ({"region": "82", "admin_email": "a@b.id, c@d.id"}, "admin_email: Tulis alamat e-mail lengkap"),
        ({"region": "82", "host": "singkat"}, "admin_email: Tulis alamat e-mail lengkap"),
        (
            {"region": "82", "admin_email": "pensiun@contoh.id"},
            "admin_email: Akun pensiun@contoh.id tidak aktif",
        ),
    ],
    ids=lambda value: list(value.values())[-1] if isinstance(value, dict) else "",
)
async def test_a_refusal_leaves_nothing_half_made(
    fleet: Fleet, different: dict[str, str], sentence: str
) -> None:
    await fleet.owner.execute(
        "insert into pusat.account (id, email, name, password_hash, language, active, email_confirmed, created_at)"
        " values (gen_random_uuid(), 'pensiun@contoh.id', 'Pensiun', '-', 'id', false, true, now())"
        " on conflict do nothing"
    )
    words = dict(different)
    said = await _is_refused(fleet, _words(words.pop("slug", f"{fleet.tenants[0].slug}gagal"), **words))
    assert sentence in said


async def test_the_first_administrator_may_have_an_account_already(fleet: Fleet) -> None:
    slug = f"{fleet.tenants[0].slug}dua"
    await fleet.owner.execute(
        "insert into pusat.account (id, email, name, password_hash, language, active, email_confirmed, created_at)"
        " values (gen_random_uuid(), 'Sudah.Ada@contoh.id', 'Sudah Ada', '-', 'id', true, true, now())"
    )
    said = await eorder(*_words(slug, region="81", admin_email="sudah.ada@contoh.id"))
    assert said.code == 0, said.error
    assert "sebagai Sudah.Ada@contoh.id, kata sandi akunnya yang sudah ada" in said.out
    assert await fleet.owner.fetchval(f"select name from t_{slug}.official") == "Sudah Ada"


async def test_regions_are_listed_shown_suspended_and_taken_back(fleet: Fleet) -> None:
    tenant = fleet.tenants[1]
    listed = await eorder("tenants", "list")
    assert listed.code == 0 and "gorontalo" in listed.out
    shown = await eorder("tenants", "show", tenant.slug)
    assert tenant.schema in shown.out and tenant.role in shown.out and "password" not in shown.out
    without = await eorder("tenants", "suspend", tenant.slug, "--reason", " ")
    assert (without.code, without.error) == (
        1,
        "reason: Alasan wajib diisi; halaman wilayah itu menunjukkannya.",
    )
    assert "hanya dapat dibaca" in (await eorder("tenants", "suspend", tenant.slug, "--reason", "Uji")).out
    assert "Uji" in (await eorder("tenants", "show", tenant.slug)).out
    assert (
        await fleet.owner.fetchval("select status from nusantara.tenant where id = $1", tenant.id)
        == "suspended"
    )
    assert "aktif kembali" in (await eorder("tenants", "resume", tenant.slug)).out
    assert (
        await fleet.owner.fetchval("select status from nusantara.tenant where id = $1", tenant.id) == "active"
    )
    again = await eorder("tenants", "resume", tenant.slug)
    assert (again.code, "tidak sedang ditangguhkan; tidak ada yang diubah" in again.error) == (1, True)
    unknown = await eorder("tenants", "show", "atlantis")
    assert (unknown.code, unknown.error) == (1, "Tidak ada wilayah 'atlantis'. Lihat: eorder tenants list")


async def test_a_rotated_password_closes_the_old_one_and_the_region_goes_on(fleet: Fleet) -> None:
    from tests.tenancy.role_checks import connected_as

    tenant = fleet.tenants[1]
    said = await eorder("tenants", "rotate", tenant.slug)
    assert said.code == 0 and said.out.endswith(f"generasi {tenant.generation + 1}.")
    with pytest.raises(asyncpg.InvalidPasswordError):
        async with connected_as(tenant.login):
            pass
    renewed = await registry.by_slug(tenant.slug)
    assert renewed is not None
    async with tenancy.reading(renewed) as connection:
        assert await connection.fetchval("select current_user") == tenant.role
    async with tenancy.inside(renewed) as session:
        assert await straight.value(session, "select current_user") == tenant.role


async def test_migrating_names_those_behind_and_upgrades_them(fleet: Fleet) -> None:
    tenant = fleet.tenants[0]
    assert (await eorder("migrate")).out == "Semua wilayah pada revisi terbaru."
    await fleet.owner.execute("update nusantara.tenant set revision = null where id = $1", tenant.id)
    assert (await eorder("migrate", "--dry-run")).out == f"Wilayah yang tertinggal: {tenant.slug}."
    status = (await eorder("migrate", "status")).out
    assert f"tertinggal: {tenant.slug} (None)" in status
    assert f"Skema bersama: {migrating.newest('nusantara')}." in status and "tertinggal: main" not in status
    assert "1/1" in (await eorder("migrate")).out
    assert (await eorder("migrate", "--dry-run")).out == "Semua wilayah pada revisi terbaru."


async def test_shared_schemas_that_are_behind_are_told_and_left_alone_by_a_dry_run(fleet: Fleet) -> None:
    newest = await fleet.owner.fetchval("select version_num from nusantara.alembic_version")
    await fleet.owner.execute("update nusantara.alembic_version set version_num = 'n0001_foundation'")
    try:
        assert "Skema bersama tertinggal di: main." in (await eorder("migrate", "--dry-run")).out
        assert "tertinggal: main" in (await eorder("migrate", "status")).out
        assert (
            await fleet.owner.fetchval("select version_num from nusantara.alembic_version")
            == "n0001_foundation"
        )
    finally:
        await fleet.owner.execute("update nusantara.alembic_version set version_num = $1", newest)


@pytest.mark.parametrize(("option", "among"), [("--accent", "tarum"), ("--motif", "karawo")])
async def test_a_dye_or_motif_that_there_is_not_is_refused_with_those_there_are(
    fleet: Fleet, option: str, among: str
) -> None:
    words = _words(f"{fleet.tenants[0].slug}gagal")
    before = await _everything(fleet)
    said = await eorder(*words, option, "zigzag")
    assert said.code == 2 and "zigzag" in said.error and among in said.error
    assert await _everything(fleet) == before


async def test_the_database_takes_no_dye_motif_or_mark_that_there_is_not(fleet: Fleet) -> None:
    for column in ("accent", "motif", "code"):
        with pytest.raises(asyncpg.CheckViolationError):
            await fleet.owner.execute(f"update nusantara.tenant set {column} = 'zigzag'")


async def test_the_same_host_twice_is_one_host(fleet: Fleet) -> None:
    slug = f"{fleet.tenants[0].slug}kembar"
    said = await eorder(*_words(slug, region="91"), "--host", f"{slug}.LOCALHOST")
    assert said.code == 0, said.error
    tenant = await registry.by_slug(slug)
    assert tenant is not None and tenant.hosts == (f"{slug}.localhost",)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "tenants",
        *(f"tenants {verb}" for verb in ("add", "list", "show", "rename", "suspend", "resume", "rotate")),
        "hosts",
        *(f"hosts {verb}" for verb in ("add", "change", "remove")),
        "migrate",
        "migrate status",
        "demo",
    ],
)
async def test_every_command_says_what_it_does_and_what_each_word_means(words: str) -> None:
    said = await eorder(*words.split(), "--help")
    assert said.code == 0 and "Usage:" in said.out
    command = typer.main.get_command(cli.app)
    for word in words.split():
        command = command.commands[word]  # type: ignore[attr-defined]
    assert command.help
    assert all(getattr(option, "help", None) for option in command.params)


async def test_renewing_rights_takes_back_what_was_granted_by_hand(fleet: Fleet) -> None:
    from tests.tenancy.catalogue_checks import each_role_holds_exactly_its_own

    tenant = fleet.tenants[0]
    await fleet.owner.execute(
        f"grant all on all tables in schema {tenant.schema} to {tenant.role};"
        " grant delete on nusantara.category to eorder_pusat"
    )
    with pytest.raises(AssertionError):
        await each_role_holds_exactly_its_own(fleet)
    said = await eorder("migrate", "--rights")
    assert said.code == 0 and "Peran dan hak akses diperbarui" in said.out
    await each_role_holds_exactly_its_own(fleet)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("127.0.0.1:1/eorder", "tidak dapat dihubungi"), ("{server}/postgres", "belum disiapkan")],
)
async def test_a_database_that_is_away_or_empty_is_told_in_one_sentence(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, address: str, sentence: str
) -> None:
    server = fleet.addresses["main"].rpartition("@")[2].rpartition("/")[0]
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("EORDER_PLACEMENTS", f"main=postgresql://{address.format(server=server)}")
        settings.cache_clear()
        placements.cache_clear()
        said = await eorder("tenants", "list")
    settings.cache_clear()
    placements.cache_clear()
    assert (said.code, said.out) == (1, "")
    assert sentence in said.error


async def _is_refused(fleet: Fleet, words: list[str]) -> str:
    before = await _everything(fleet)
    said = await eorder(*words)
    assert said.code == 1
    assert said.out == ""
    assert await _everything(fleet) == before
    return said.error


async def _everything(fleet: Fleet) -> Any:
    """What adding a region touches: roles of these tests, schemas, databases' grants, registry, accounts."""
    rows = await fleet.owner.fetch(
        "select 'role', rolname::text from pg_roles where rolname like $1 or rolname !~ '^eorder_t_'"
        " union all select 'schema', nspname::text from pg_namespace where nspname !~ '^pg_t'"
        " union all select 'tenant', row_to_json(t)::text from nusantara.tenant t"
        " union all select 'host', host from nusantara.tenant_host"
        " union all select 'account', email from pusat.account",
        f"eorder_t_{fleet.tenants[0].slug}%",
    )
    return sorted(tuple(row) for row in rows)
