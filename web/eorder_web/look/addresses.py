"""Addresses of pages, made from the names of their routes: nobody writes another page's address by hand.

Pages call them as `address("orders.show", order_id=order.id)`, in templates too. What a route takes as query is
given by the name that its handler has for it; the address carries the Indonesian one that people see.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant

HOME: Final = "/"
"""The front page of whichever host."""
PLAIN: Final = re.compile(r"[\w.~-]*", re.ASCII)
PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Route:
    """A route's path, taken apart once: what stands before its first parameter, each parameter and what follows it."""

    path: str
    before: str
    parameters: tuple[tuple[str, str], ...]
    query: Mapping[str, str]

    @classmethod
    def of(cls, path: str, query: Mapping[str, str]) -> "Route":
        """From a path as routes declare it, and the query's names: the handler's → the address's."""
        before, *pieces = PARAMETER.split(path)
        return cls(path, before, tuple(zip(pieces[::2], pieces[1::2], strict=True)), query)


routes: Final[dict[str, Route]] = {}
"""Every route by its name; filled when the application is put together."""


class UnknownRoute(LookupError):
    """No page has this name, or it takes something else: a mistake in our code."""


def address(name: str, /, **facts: object) -> str:
    """The path of the route of this name on the host where it stands; what is empty is left out of the query."""
    try:
        route = routes[name]
        path = route.before
        for parameter, following in route.parameters:
            text = str(facts.pop(parameter))
            path += (text if PLAIN.fullmatch(text) else quote(text, safe="")) + following
        if not facts:
            return path
        pairs = [(route.query[fact], value) for fact, value in facts.items() if value not in (None, "")]
    except KeyError as missing:
        raise UnknownRoute(f"{name}: {missing}") from None
    return f"{path}?{urlencode(list(_flat(pairs)), safe='/')}" if pairs else path


def stem(name: str, /) -> str:
    """An address up to its first parameter, for pages that print very many of one route: append the parameter."""
    return routes[name].before


def address_in(tenant: Tenant, name: str, /, **facts: object) -> str:
    """The complete address of a region's page, from wherever it is printed."""
    return settings().public_url(tenant.hosts[0], address(name, **facts))


def national_address(name: str, /, **facts: object) -> str:
    """The complete address of a national page, from wherever it is printed."""
    return settings().national_url(address(name, **facts))


def _flat(pairs: Iterable[tuple[str, object]]) -> Iterable[tuple[str, object]]:
    for name, value in pairs:
        if isinstance(value, list | tuple):
            yield from ((name, one) for one in value)
        else:
            yield name, value
