"""Requests that we send to addresses which others wrote down: they must lead out, never into our own network.

The name is looked up once, every address it has must be one of the open internet, and the connection goes to the very
address that was looked at, so that no second answer of a name server can lead elsewhere (DNS rebinding). A redirect
is an answer like any other and is not followed.
"""

import asyncio
import http.client
import ipaddress
import json as json_of
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from eorder_platform.errors import Expected
from eorder_platform.settings import settings

MOST_BYTES: Final = 256 * 1024
SECONDS: Final = 10.0
PRIVATE: Final = "Alamat itu berada di dalam jaringan tertutup, jadi tidak dihubungi."
AWAY: Final = "Alamat itu tidak menjawab."


class NotReached(Expected):
    """Nothing was sent, or no complete answer came: the address is inside a private network, unknown, or silent."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, body (cut off never: an answer that is too long is none), headers in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON; :class:`NotReached` where it is none."""
        try:
            return json_of.loads(self.body)
        except ValueError as error:
            raise NotReached("Jawaban alamat itu tidak terbaca.") from error


async def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    form: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
    known: bool = False,
) -> Answer:
    """Send it and wait for the answer; :class:`NotReached` says why there is none.

    `known`: whoever runs the deployment wrote the address down, so it may lead into a private network, and over http.
    """
    given = dict(headers or {})
    if form is not None:
        body, given["content-type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    try:
        async with asyncio.timeout(seconds):
            where = await asyncio.to_thread(_looked_up, url, known)
            return await asyncio.to_thread(_sent, where, method, given, body, seconds, most_bytes)
    except TimeoutError as error:
        raise NotReached(AWAY) from error


@dataclass(frozen=True)
class _Place:
    scheme: str
    host: str
    port: int
    path: str
    ip: str


def may_be_reached(ip: str) -> bool:
    """Whether that is an address of the open internet; of this machine only where the settings say so."""
    address = ipaddress.ip_address(ip)
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped is not None:
        address = mapped
    if address.is_loopback:
        return settings().outgoing_to_loopback
    return address.is_global and not address.is_multicast and not _is_translated(address)


def _is_translated(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """NAT64 and Teredo carry an IPv4 address in an IPv6 one, and might lead anywhere."""
    return address.version == 6 and any(
        address in ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32")
    )


def _looked_up(url: str, known: bool) -> _Place:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise NotReached("Alamat itu tidak lengkap.") from error
    plain = parts.scheme == "http" and (known or settings().outgoing_to_loopback)
    if not host or (parts.scheme != "https" and not plain) or parts.username or parts.password:
        raise NotReached("Alamat itu tidak lengkap.")
    named = "127.0.0.1" if host.endswith(".localhost") else host  # not every machine knows its own names
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(named, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NotReached("Nama alamat itu tidak dikenal.") from error
    if not found or not (known or all(may_be_reached(ip.partition("%")[0]) for ip in found)):
        raise NotReached(PRIVATE)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Place(parts.scheme, host, port, path, sorted(found, key=lambda ip: ":" in ip)[0])


def _sent(
    where: _Place, method: str, headers: Mapping[str, str], body: bytes | None, seconds: float, most: int
) -> Answer:
    connection: http.client.HTTPConnection
    if where.scheme == "https":
        connection = http.client.HTTPSConnection(where.host, where.port, timeout=seconds, context=_trust())
    else:
        connection = http.client.HTTPConnection(where.host, where.port, timeout=seconds)
    connection._create_connection = lambda _named, *rest, **more: socket.create_connection(  # type: ignore[attr-defined]
        (where.ip, where.port), seconds
    )
    try:
        connection.request(method, where.path, body, {"user-agent": "e-Order Nusantara", **headers})
        answer = connection.getresponse()
        said = answer.read(most + 1)
        if len(said) > most:
            raise NotReached("Jawaban alamat itu terlalu panjang.")
        return Answer(answer.status, said, {name.lower(): value for name, value in answer.getheaders()})
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached(AWAY) from error
    finally:
        connection.close()


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
