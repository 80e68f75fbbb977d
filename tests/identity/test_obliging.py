"""A second factor is obligatory by role and dated rule, with days in which to set it up and a way that leads there."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.identity import authenticator, sessions
from eorder_platform.identity.models import Account
from eorder_platform.identity.obliging import RULES, factors_at_sign_in
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role
from tests.identity.arriving import sign_in
from tests.identity.proofs import code, with_app
from tests.identity.test_factors import PASSWORD, an_account
from tests.identity.test_signing_in import Person, appoint
from tests.vendors.browsing import Visitor

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]
AUTUMN = datetime(2026, 10, 1, 3, tzinfo=UTC)


async def due(account: Account, roles: Iterable[str], at: datetime) -> datetime | None:
    with clock.travelling_to(at):
        async with tenancy.national() as session:
            return (await factors_at_sign_in(session, account.id, roles))[1]


def test_every_role_has_its_rule() -> None:
    assert set(RULES) == {*Role, "agency_admin", "verifier", "vendor_owner", "vendor_staff"}


async def test_the_days_are_counted_from_ones_own_first_sign_in() -> None:
    account = await an_account(app=False)
    assert await due(account, ["treasurer"], AUTUMN) == AUTUMN + timedelta(days=7)
    later = AUTUMN + timedelta(days=5)
    assert await due(account, ["treasurer", "vendor_staff"], later) == AUTUMN + timedelta(days=7)
    assert await due(account, ["vendor_staff"], later) is None
    assert await due(account, [], later) is None


async def test_a_rule_to_come_is_told_before_and_waits_for_its_day() -> None:
    account = await an_account(app=False)
    assert await due(account, ["vendor_owner"], AUTUMN) is None
    december = datetime(2026, 12, 1, 3, tzinfo=UTC)
    new_year = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert await due(account, ["vendor_owner"], december) == new_year


async def test_who_has_a_factor_is_asked_for_nothing() -> None:
    account = await an_account()
    assert await due(account, ["treasurer"], AUTUMN) is None


async def test_who_has_none_is_told_the_day_and_then_led_to_set_it_up_and_back(
    client_for: ClientFor, dki: Tenant
) -> None:
    account = await an_account(app=False)
    await appoint(dki, Person(account.id, account.email), Role.TREASURER)
    browser = client_for("dki.localhost")
    visitor = Visitor(browser)
    answer = await sign_in(browser, account.email, PASSWORD)
    assert answer.headers["location"] == "/tugas"
    await visitor.opens("/pesanan")
    assert visitor.sees("peran Anda memerlukan kode aplikasi") and visitor.sees(
        "/akun/aplikasi-kode?lanjut=/pesanan"
    )
    with clock.travelling_to(clock.now() + timedelta(days=7, hours=1)):
        await sign_in(browser, account.email, PASSWORD, another=True)
        await visitor.opens("/pesanan")
        assert visitor.page.url.path == "/akun/aplikasi-kode" and visitor.sees("sebelum halaman lain terbuka")
        assert (await visitor.opens("/akun")).url.path == "/akun/aplikasi-kode"
        assert (await browser.get("/katalog")).status_code == 200, "what everybody may read stays open"
        await visitor.opens("/pesanan")
        sealed = visitor.hidden_fields("/akun/aplikasi-kode")["rahasia"]
        secret = authenticator.begun_secret(account.id, sealed)
        await visitor.sends("/akun/aplikasi-kode", {"kode_baru": code(0, secret)})
        assert visitor.page.url.path == "/akun/kode-pemulihan" and 'href="/pesanan"' in visitor.page.text
        assert (await visitor.opens("/pesanan")).url.path == "/pesanan"
        assert not visitor.sees("peran Anda memerlukan")


async def test_setting_it_up_in_one_place_opens_the_other_sessions_too(dki: Tenant) -> None:
    account = await an_account(app=False)
    past = clock.now() - timedelta(days=1)
    token = await sessions.start(
        "dki", account.id, "Rina", account.email, ("treasurer",), "", factor_due_at=past
    )
    closed = await sessions.find("dki", token)
    assert closed is not None and closed.needs_factor
    await with_app(account.id)
    await sessions.remember_factors(account.id, ("app",))
    opened = await sessions.find("dki", token)
    assert opened is not None and not opened.needs_factor
