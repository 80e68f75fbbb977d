"""The commitment officer signs what may still be ordered today, whatever it was when it was submitted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_tenants.orders.contracting.approving import approve_order, reject_order, return_order
from eorder_tenants.orders.core.models import Status
from eorder_tenants.organisation.models import RuleOverride
from tests.orders.factories import MONDAY, a_cast, an_order


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.mark.parametrize(
    ("what", "facts", "sentence"),
    [
        ("package", {"active": False}, "belum diumumkan atau tidak aktif"),
        ("package", {"announced": False}, "belum diumumkan atau tidak aktif"),
        ("package", {"selection_until": date(2026, 7, 5)}, "Masa pemilihan paket RUP"),
        ("participation", {"status": "withdrawn"}, "tidak menerima pesanan dari daerah ini"),
        ("offer", {"visible": False}, "tidak ada di katalog"),
        ("offer", {"coverage": ["75"]}, "tidak dikirim ke wilayah ini"),
        ("participation", {"payee": {"vat_registered": False}}, "Pajak berubah"),
    ],
)
async def test_what_may_no_longer_be_ordered_is_not_signed_but_can_be_returned(
    dki_session: AsyncSession, what: str, facts: dict[str, Any], sentence: str
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    payee = cast.participation.payee
    for name, value in facts.items():
        setattr(getattr(cast, what), name, value)
    cast.participation.payee = payee | cast.participation.payee
    await dki_session.flush()
    with pytest.raises(Refused, match=sentence):
        await approve_order(dki_session, cast.approver, order.id, order.version)
    await return_order(dki_session, cast.approver, order.id, order.version, "Diperbaiki dahulu")
    assert order.status == Status.DRAFT


async def test_a_cap_that_fell_after_the_submission_counts(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    tomorrow = date(2026, 7, 7)
    lower = RuleOverride(key="order_cap", value=11_099_999, valid_from=tomorrow, legal_basis="Pergub 1/2026")
    dki_session.add(lower)
    await dki_session.flush()
    with (
        clock.travelling_to(datetime(2026, 7, 6, 17, tzinfo=UTC)),
        pytest.raises(Refused, match="melebihi batas"),
    ):
        await approve_order(dki_session, cast.approver, order.id, order.version)
    await approve_order(dki_session, cast.approver, order.id, order.version)


async def test_nothing_is_signed_whose_delivery_is_due_already(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    with (
        clock.travelling_to(MONDAY + timedelta(days=15)),
        pytest.raises(Refused, match="Tanggal penyerahan sudah lewat"),
    ):
        await approve_order(dki_session, cast.approver, order.id, order.version)


@pytest.mark.parametrize("use_case", [reject_order, return_order])
@pytest.mark.parametrize("reason", ["", "    ", " tdk ", "x" * 1001])
async def test_a_no_says_why_in_a_few_words(dki_session: AsyncSession, reason: str, use_case: Any) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    with pytest.raises(Refused) as refusal:
        await use_case(dki_session, cast.approver, order.id, order.version, reason)
    assert [field for field, _ in refusal.value.problems] == ["reason"]
