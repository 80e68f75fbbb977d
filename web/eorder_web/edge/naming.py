"""From the handlers that were declared to the addresses that are printed: every route is known by its name."""

from collections.abc import Iterable, Mapping
from inspect import signature
from typing import Final, get_args

from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from eorder_web.look.addresses import Route, routes

QUERY: Final = "query"
"""In a route's `opt`: names of its query that the handler reads itself; ours → the address's."""


def learn_addresses(handlers: Iterable[ControllerRouterHandler]) -> None:
    """From now on `address` knows these; one name on both kinds of host must mean one path."""
    for handler in handlers:
        assert isinstance(handler, HTTPRouteHandler) and handler.name, handler
        route = Route.of(min(handler.paths), _query_of(handler))
        assert routes.setdefault(handler.name, route) == route, f"two paths for {handler.name}"


def _query_of(handler: HTTPRouteHandler) -> Mapping[str, str]:
    names: dict[str, str] = dict(handler.opt.get(QUERY, {}))
    for ours, parameter in signature(handler.fn).parameters.items():
        for declared in get_args(parameter.annotation):
            if isinstance(declared, QueryParameter):
                names[ours] = declared.name or ours
    return names
