"""Beginning a session: which roles decide the menus here, and which office stands under the name."""

from sqlalchemy import select

from eorder_platform import tenancy
from eorder_platform.directory.models import Vendor, VendorMember
from eorder_platform.errors import Refused
from eorder_platform.identity import sessions
from eorder_platform.identity.guessing import known_browser
from eorder_platform.identity.signing_in import SignedIn, national_roles
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.models import WorkUnit
from eorder_web.edge.visiting import BROWSER_COOKIE, ONE_YEAR_SECONDS, SESSION_COOKIE, Request


async def begin_session(request: Request, known: SignedIn) -> tuple[str, ...]:
    """A session with a fresh token for this person at this place; returns the roles he has here.

    The session that this browser had before ends. Refused at a region where the account has no appointment today.
    """
    visit = request.visit
    roles, office = await _standing(visit.tenant, known)
    token = await sessions.start(visit.place, known.account_id, known.name, known.email, roles, office)
    if visit.session_token:
        await sessions.end(visit.place, visit.session_token)
    visit.cookies.append((SESSION_COOKIE, token, None))
    visit.cookies.append((BROWSER_COOKIE, known_browser(known.email), ONE_YEAR_SECONDS))
    return roles


async def _standing(tenant: Tenant | None, known: SignedIn) -> tuple[tuple[str, ...], str]:
    """The roles that menus are made from, and the office to write under the name."""
    if tenant is not None:
        async with tenancy.inside(tenant) as session:
            actor = await actor_for(session, known.account_id)
            unit_ids = {unit for _, unit in actor.appointments if unit is not None}
            names = list(await session.scalars(select(WorkUnit.short_name).where(WorkUnit.id.in_(unit_ids))))
        if not actor.appointments:
            raise Refused(
                "Akun ini tidak memiliki penugasan yang berlaku di %(region)s. Penyedia masuk di halaman nasional.",
                "email",
                region=tenant.name,
            )
        return tuple(sorted(actor.roles)), names[0] if len(names) == 1 else ""
    async with tenancy.national() as session:
        roles = set(await national_roles(session, known.account_id))
        memberships = await session.execute(
            select(VendorMember.role, Vendor.trade_name)
            .join(Vendor, Vendor.id == VendorMember.vendor_id)
            .where(VendorMember.account_id == known.account_id)
        )
        found = memberships.all()
    return tuple(sorted(roles | {role for role, _ in found})), found[0][1] if found else ""
