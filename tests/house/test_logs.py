"""What a log line may never carry."""

import pytest
import structlog

from eorder_platform.logs import configure_logs


def test_a_logged_error_does_not_print_the_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        configure_logs()
        _fail("rekening 1234567890")
    finally:
        structlog.configure(**before)
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    assert "1234567890" not in written


def _fail(bank_account: str) -> None:
    try:
        raise RuntimeError(f"no money for {len(bank_account)} letters")
    except RuntimeError as error:
        structlog.get_logger().error("unexpected error", exc_info=error)
