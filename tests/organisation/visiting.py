"""A browser in which an official is signed in, and forms sent as a person sends them."""

import re
from collections.abc import Mapping

import httpx

from eorder_platform import tenancy
from eorder_platform.identity import sessions
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from eorder_web.edge.visiting import SESSION_COOKIE
from tests.organisation.factories import an_official


async def let_in(browser: httpx.AsyncClient, tenant: Tenant, actor: Actor) -> None:
    """Give the browser a session of that person, as signing in does."""
    roles = tuple(sorted(actor.roles))
    token = await sessions.start(tenant.slug, actor.official_id, actor.name, "x@uji.id", roles, "")
    browser.cookies.set(SESSION_COOKIE, token)


async def send(
    browser: httpx.AsyncClient,
    page: str,
    action: str,
    data: Mapping[str, str],
    file: tuple[str, bytes] | None = None,
) -> httpx.Response:
    """Open a page and send one of its forms, with the hidden fields that stand in it."""
    html = (await browser.get(page)).text
    form = next(one for one in html.split("<form")[1:] if f'action="{action}"' in one.partition(">")[0])
    hidden = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0])
    )
    return await browser.post(
        action, data=hidden | dict(data), files={"file": file} if file is not None else None
    )


async def committed(tenant: Tenant, *roles: Role) -> Actor:
    """An official who is there for other sessions too."""
    async with tenancy.inside(tenant) as session:
        return await an_official(session, *roles)
