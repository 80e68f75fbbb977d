"""What a log line may never carry."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from eorder_platform import clock, tenancy
from eorder_platform.ids import new_id
from eorder_platform.logs import configure_logs
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import VendorParticipation


@contextmanager
def as_in_production() -> Iterator[None]:
    """Logs go to the stderr of now."""
    before = structlog.get_config()
    try:
        configure_logs()
        yield
    finally:
        structlog.configure(**before)


def test_a_logged_error_does_not_print_the_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    with as_in_production():
        _fail("rekening 1234567890")
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    assert "1234567890" not in written


async def test_what_the_database_refuses_is_logged_without_the_row_it_refused(
    dki: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL adds “Failing row contains (…)” and “Key (email)=(…) already exists” to what it says."""
    row = {
        "vendor_id": new_id(),
        "status": "odd",
        "payee": {"bank_account": "1234567890"},
        "payee_version": 1,
        "requested_at": clock.now(),
    }
    with pytest.raises(IntegrityError) as refused:
        async with tenancy.inside(dki) as session:
            await session.execute(insert(VendorParticipation).values(row))
    with as_in_production():
        structlog.get_logger().error(str(refused.value), exc_info=refused.value)
    written = capsys.readouterr().err
    assert "ck_vendor_participation_status" in written
    assert "1234567890" not in written


def _fail(bank_account: str) -> None:
    try:
        raise RuntimeError(f"no money for {len(bank_account)} letters")
    except RuntimeError as error:
        structlog.get_logger().error("unexpected error", exc_info=error)
