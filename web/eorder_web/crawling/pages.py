"""For search engines: what they may read, and where all public pages of this host are (robots.txt, sitemaps.org).

A map leads to parts of 5,000 addresses, newest first: few enough to be written out in some milliseconds, while the
protocol allows ten times as many. What is dear to count is kept for a while (transparency/remembering.py), and whoever
asked keeps its answer for an hour.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from litestar import Response, get
from litestar.params import FromPath

from eorder_platform import tenancy
from eorder_platform.directory.finding_vendors import verified_count, verified_ids
from eorder_platform.errors import NotVisible
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.transparency import mapping
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.transparency.remembering import Remembered

PART: Final = 5_000
AN_HOUR: Final = {"Cache-Control": "public, max-age=3600"}
NOT_READ: Final = (
    "people.sign_in_form",
    "people.forgotten_form",
    "mailbox.show",
    "gallery.show",
    "transparency.export",
)
QUESTIONS: Final = {"Disallow": "/*?", "Allow": "/*?bahasa=en$"}
"""The same lists under other questions are not read again; English alone is asked for by a question."""

REGIONAL: Final = (
    "home.region",
    "catalogue.list",
    "catalogue.vendors",
    "transparency.spending",
    "transparency.find_document",
)
NATIONAL: Final = (
    "home.nation",
    "transparency.find",
    "transparency.regions",
    "transparency.national_spending",
    "vendors.listing",
    "vendors.register",
    "guides.vendors",
    "guides.officials",
    "guides.accessibility",
    "guides.privacy",
)
NO_MAP: Final = "Tidak ada peta situs dengan nama itu."
PAGES: Final = "halaman"
PARTS: Final = {"katalog": "offers", "penyedia": "vendors", "belanja": "orders"}
"""What a part is called in its address → its kind (mapping.py)."""
_counts, _parts = Remembered(), Remembered(limit=64)


@get("/robots.txt", opt=PUBLIC, name="crawling.robots")
async def robots(request: Request) -> Response[str]:
    """What may be read, and where the map is; of a sandbox nothing."""
    if request.visit.in_sandbox:
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain", headers=AN_HOUR)
    lines = [
        "User-agent: *",
        *(f"Disallow: {address(name)}" for name in NOT_READ),
        *(f"{may}: {path}" for may, path in QUESTIONS.items()),
        "",
    ]
    lines += [f"Sitemap: {_here(request, address('crawling.map'))}", ""]
    return Response("\n".join(lines), media_type="text/plain", headers=AN_HOUR)


@get("/sitemap.xml", opt=PUBLIC, name="crawling.map")
async def site_map(request: Request) -> Response[str]:
    """Where the parts are; the nation's map names the regions' too."""
    tenant = request.visit.tenant
    _refuse_sandbox(tenant)
    counts = await _counts.get(tenant and tenant.id, lambda: _counted(tenant))
    names = [PAGES]
    for name, kind in PARTS.items():
        names += [f"{name}-{number + 1}" for number in range(-(-counts.get(kind, 0) // PART))]
    found = [_here(request, address("crawling.part", part=f"{name}.xml")) for name in names]
    if tenant is None:
        regions = [one for one in await registry.real_tenants() if one.hosts]
        found += [settings().public_url(one.hosts[0], address("crawling.map")) for one in regions]
    return _xml("sitemapindex", "sitemap", found)


@get("/sitemap/{part:str}", opt=PUBLIC, name="crawling.part")
async def site_map_part(request: Request, part: FromPath[str]) -> Response[str]:
    """The addresses of one part."""
    tenant = request.visit.tenant
    _refuse_sandbox(tenant)
    kind, _, number = part.removesuffix(".xml").partition("-")
    if kind == PAGES and not number:
        paths: Sequence[str] = [address(name) for name in (REGIONAL if tenant else NATIONAL)]
    elif (
        kind in PARTS
        and number.isascii()
        and number.isdecimal()
        and 0 < int(number[:6]) <= mapping.MOST // PART
    ):
        first = (int(number) - 1) * PART
        paths = await _parts.get(
            (tenant and tenant.id, kind, first), lambda: _paths(tenant, PARTS[kind], first)
        )
    else:
        paths = ()
    if not paths:
        raise NotVisible(NO_MAP)
    return _xml("urlset", "url", (_here(request, path) for path in paths))


def _refuse_sandbox(tenant: Tenant | None) -> None:
    if tenant is not None and tenant.is_sandbox:
        raise NotVisible(NO_MAP)


async def _counted(tenant: Tenant | None) -> dict[str, int]:
    if tenant is None:
        async with tenancy.national() as session:
            return {"vendors": min(await verified_count(session), mapping.MOST)}
    async with tenancy.searching(tenant) as connection:
        return await mapping.counted(connection)


async def _paths(tenant: Tenant | None, kind: str, first: int) -> list[str]:
    if tenant is None:
        if kind != "vendors":
            return []
        async with tenancy.national() as session:
            found = await verified_ids(session, first, PART)
        return [address("vendors.show", vendor_id=one) for one in found]
    async with tenancy.searching(tenant) as connection:
        keys = await mapping.keys_of(connection, kind, first, PART)
    match kind:
        case "offers":
            return [address("catalogue.show", offer_id=key) for key in keys]
        case "vendors":
            return [address("catalogue.vendor", vendor_id=key) for key in keys]
        case _:
            return [address("transparency.order", number=key) for key in keys]


def _here(request: Request, path: str) -> str:
    tenant = request.visit.tenant
    return settings().public_url(tenant.hosts[0], path) if tenant else settings().national_url(path)


def _xml(whole: str, one: str, addresses: Iterable[str]) -> Response[str]:
    lines = "\n".join(f"<{one}><loc>{escape(found)}</loc></{one}>" for found in addresses)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{whole} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}\n</{whole}>\n'
    )
    return Response(content, media_type="application/xml", headers=AN_HOUR)


EVERYWHERE = [robots, site_map, site_map_part]
