"""Where an official works: whoever signs in with the nation is shown the way to their region."""

from litestar import Response, get

from eorder_platform.settings import settings
from eorder_tenants.organisation.belonging import regions_of
from eorder_web.edge.access import SIGNED_IN
from eorder_web.edge.answering import page
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.translating import _


@get("/wilayah-saya", opt=SIGNED_IN, name="people.regions")
async def regions(request: Request) -> Response[str]:
    """The regions whose official this person is, each with what they hold there and where they sign in."""
    found = await regions_of(request.account_id)
    return page(
        request,
        "people/regions.html",
        active="own_regions",
        regions=[
            {
                "tenant": one.tenant,
                "roles": ", ".join(_(ROLE_WORDS[role]) for role in one.roles),
                "sign_in": settings().public_url(one.tenant.hosts[0], address("people.sign_in_form")),
            }
            for one in found
        ],
        appointed=any(one.is_appointed for one in found),
        email=request.signed_in.email,
    )


NATION = [regions]
