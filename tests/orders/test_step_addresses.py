"""The address of a step is its noun below the order's: no other route may stand in its way."""

import pytest
from litestar.handlers import HTTPRouteHandler

from eorder_tenants.orders.lifecycle import steps
from eorder_web import routes

BELOW_AN_ORDER = {"orders.step": "/pesanan/", "inbox.step": "/usaha/pesanan/"}


@pytest.mark.parametrize("noun", [step.noun for step in steps() if step.noun])
def test_no_route_is_spelled_like_a_step(noun: str) -> None:
    """A fixed segment wins over a parameter: with a route …/pengiriman/{id}, POST …/pengiriman was not found."""
    handlers = [one for one in (*routes.region(), *routes.nation()) if isinstance(one, HTTPRouteHandler)]
    for name, home in BELOW_AN_ORDER.items():
        [general] = [path for one in handlers if one.name == name for path in one.paths]
        position = general.strip("/").split("/").index("{noun:str}")
        fixed = {
            segments[position]
            for one in handlers
            for path in one.paths
            if path.startswith(home) and len(segments := path.strip("/").split("/")) > position
        }
        assert noun not in fixed, name
