"""Rules that the nation lets a region set: what counts today, what was written, and a new value from a day on."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible
from eorder_tenants.organisation import queries
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.overriding import Deviation, set_rule, withdraw_rule
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.rule_values import choices, hint, in_words, suffix, value_in
from eorder_web.organisation.rule_words import RULE_WORDS


@get("/organisasi/aturan", opt=OFFICIAL, name="organisation.rules")
async def rules(request: Request) -> Response[str]:
    """Every rule the region may set, with what counts today."""
    async with acting(request) as (session, actor):
        found = await queries.overridable_rules(session, actor)
    named = sorted(
        ((RULE_WORDS[rule.national.key], rule) for rule in found if rule.national.key in RULE_WORDS),
        key=lambda pair: list(RULE_WORDS).index(pair[1].national.key),
    )
    return page(
        request,
        "organisation/rules.html",
        active="organisation",
        rules=named,
        in_words=in_words,
        today=clock.today(request.tenant.zone),
    )


@get("/organisasi/aturan/{key:str}", opt=OFFICIAL, name="organisation.rule")
async def rule(request: Request, key: FromPath[str]) -> Response[str]:
    """One rule: its values through time and the form for the next."""
    return await _rule_page(request, key)


@post("/organisasi/aturan/{key:str}", opt=OFFICIAL, name="organisation.set_rule")
async def change(request: Request, key: FromPath[str]) -> Response[Any]:
    """Write the region's own value."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await set_rule(session, actor, await _wanted(session, actor, key, form))
        return address("organisation.rule", key=key)

    return await write(request, HERE, work, "Aturan daerah tersimpan.", partial(_rule_page, request, key))


@post(
    "/organisasi/aturan/nilai/{override_id:uuid}/pencabutan", opt=OFFICIAL, name="organisation.withdraw_rule"
)
async def withdrawal(request: Request, override_id: FromPath[UUID]) -> Response[Any]:
    """Take a value back: announced ones never hold, one that holds ends today."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        return address("organisation.rule", key=await withdraw_rule(session, actor, override_id))

    return await write(request, HERE, work, "Aturan daerah dicabut.")


async def _rule_page(
    request: Request, key: str, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await queries.overridable_rules(session, actor)
    wanted = next((one for one in found if one.national.key == key and key in RULE_WORDS), None)
    if wanted is None:
        raise NotVisible("Aturan ini tidak dapat diatur daerah.")
    today = clock.today(request.tenant.zone)
    defaults = {
        "valid_from": (today + timedelta(days=1)).isoformat(),
        "valid_to": "",
        "value": "",
        "legal_basis": "",
    }
    return page(
        request,
        "organisation/rule.html",
        active="organisation",
        problems=problems,
        rule=wanted,
        name=RULE_WORDS[key],
        in_words=in_words,
        choices=choices,
        hint=hint,
        suffix=suffix,
        values={**defaults, **values},
        today=today,
    )


async def _wanted(session: AsyncSession, actor: Actor, key: str, form: Form) -> Deviation:
    """The deviation in a form, its value as the unit of the rule is written."""
    rules = {one.national.key: one.national for one in await queries.overridable_rules(session, actor)}
    if key not in rules:
        raise NotVisible("Aturan ini tidak dapat diatur daerah.")
    value = value_in(form.text("value"), rules[key].unit)
    valid_to = form.day("valid_to") if form.text("valid_to") else None
    return Deviation(key, value, form.day("valid_from"), valid_to, form.text("legal_basis"))


REGION = [rules, rule, change, withdrawal]
