"""Every operation of the API. One that is missing here does not exist."""

from typing import Any, Final

import msgspec

from eorder_web.api import (
    agency,
    budgets,
    business,
    letters,
    money,
    notices,
    orders,
    organisation,
    public,
    sanctions,
    webhooks,
)
from eorder_web.api.application import Api
from eorder_web.api.calls import Call
from eorder_web.api.openapi import document_of
from eorder_web.api.operations import Operation
from eorder_web.look.translating import kept_by_language

OPERATIONS: Final[list[Operation]] = [
    *public.PUBLIC,
    *orders.OPERATIONS,
    *budgets.OPERATIONS,
    *organisation.OPERATIONS,
    *letters.OPERATIONS,
    *business.OPERATIONS,
    *money.OPERATIONS,
    *agency.OPERATIONS,
    *sanctions.OPERATIONS,
    *notices.OPERATIONS,
    *webhooks.OPERATIONS,
]


@kept_by_language(8)
def kept_document(kind: str, host: str) -> dict[str, Any]:
    """Made once for each host in each language."""
    return document_of(kind, OPERATIONS, host)


def document(call: Call) -> bytes:
    """The OpenAPI document of the host that was asked, in the language asked for."""
    kind = "region" if call.tenant else "nation"
    return msgspec.json.encode(kept_document(kind, call.host))


def create_api() -> Api:
    """The application that answers below /api/v1."""
    return Api(OPERATIONS)
