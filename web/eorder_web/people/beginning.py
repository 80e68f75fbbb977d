"""Beginning a session: which roles decide the menus here, and which office stands under the name."""

from datetime import datetime
from uuid import UUID

from eorder_platform import clock, tenancy
from eorder_platform.database import DATABASE_AWAY
from eorder_platform.directory.members import memberships_of
from eorder_platform.errors import Refused, Unavailable
from eorder_platform.identity import sessions
from eorder_platform.identity.events import Kind, record
from eorder_platform.identity.guessing import is_known_browser, known_browser
from eorder_platform.identity.obliging import factors_at_sign_in
from eorder_platform.identity.openid import signing_out
from eorder_platform.identity.proving import Factor
from eorder_platform.identity.signing_in import SignedIn, national_roles
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.belonging import regions_of
from eorder_tenants.organisation.queries import offices_of
from eorder_web.edge.proving import where_of
from eorder_web.edge.visiting import BROWSER_COOKIE, ONE_YEAR_SECONDS, SESSION_COOKIE, Request

REGIONAL_OFFICIAL = "regional_official"
"""Stands among the roles of who works for a region and for nobody in the nation: they are shown the way there."""


async def begin_session(
    request: Request,
    known: SignedIn,
    methods: tuple[str, ...] = (sessions.PASSWORD,),
    *,
    proved_at: datetime | None = None,
    sid: str = "",
) -> tuple[str, ...]:
    """A session with a fresh token for this person at this place; returns the roles they have here.

    The session that this browser had before ends, and with another person's the sign-in that it came from. `sid`: at
    a region's host the nation's sign-in that led here. `methods`: how they proved who they are, and `proved_at` when,
    where it was not just now. They are told by mail of a browser in which they never signed in before, by the nation
    or by a region's own staff directory. Refused at a region where the account has no appointment today.
    """
    visit, where = request.visit, where_of(request)
    roles, office = await _standing(visit.tenant, known)
    async with tenancy.national() as session:
        factors, due = await factors_at_sign_in(session, known.account_id, roles)
        came_by_itself = not sid  # who comes from the nation was told there
        if came_by_itself and not known.is_first and not is_known_browser(known.email, visit.browser):
            await record(session, known.account_id, Kind.NEW_DEVICE, where)
    if proved_at is None and set(methods) & set(Factor):
        proved_at = clock.now()
    before = visit.session
    if before is not None and before.account_id == known.account_id:
        sid = sid or before.sid
    token = await sessions.start(
        *(visit.place, known.account_id, known.name, known.email, roles, office),
        methods=methods,
        proved_at=proved_at,
        sid=sid,
        browser=where.browser,
        address=where.address,
        factors=factors,
        factor_due_at=due,
    )
    if before is not None:
        if before.account_id == known.account_id:
            await sessions.end(visit.place, visit.session_token)
        else:
            await signing_out.sign_out(visit.place, visit.session_token, before)
    visit.cookies.append((SESSION_COOKIE, token, None))
    visit.cookies.append((BROWSER_COOKIE, known_browser(known.email), ONE_YEAR_SECONDS))
    return roles


async def _standing(tenant: Tenant | None, known: SignedIn) -> tuple[tuple[str, ...], str]:
    """The roles that menus are made from, and the office to write under the name."""
    if tenant is not None:
        async with tenancy.inside(tenant) as session:
            actor = await actor_for(session, known.account_id)
            offices = await offices_of(session, actor)
        if not actor.appointments:
            raise Refused(
                "Akun ini tidak memiliki penugasan yang berlaku di %(region)s. Penyedia masuk di halaman nasional.",
                "email",
                region=tenant.name,
            )
        return tuple(sorted(actor.roles)), offices[0] if len(offices) == 1 else ""
    async with tenancy.national() as session:
        roles = set(await national_roles(session, known.account_id))
        found = await memberships_of(session, known.account_id)
    if not roles and not found and await _works_for_a_region(known.account_id):
        roles = {REGIONAL_OFFICIAL}
    return tuple(sorted(roles | {role for role, _ in found})), found[0][1] if found else ""


async def _works_for_a_region(account_id: UUID) -> bool:
    """Whether any region has a role for them today; one that cannot be asked now keeps nobody out, and counts."""
    try:
        return any(one.roles for one in await regions_of(account_id))
    except (Unavailable, *DATABASE_AWAY):
        return True
