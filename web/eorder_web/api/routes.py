"""Every operation of the API. One that is missing here does not exist."""

from typing import Final

from eorder_web.api import orders, public
from eorder_web.api.application import Api
from eorder_web.api.operations import Operation

OPERATIONS: Final[list[Operation]] = [*public.PUBLIC, *orders.OPERATIONS]


def create_api() -> Api:
    """The application that answers below /api/v1."""
    return Api(OPERATIONS)
