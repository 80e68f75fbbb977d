"""Mistakes that somebody might really make, each as a small patch of the code or a statement in the database.

Each names the checks that must notice it: test_seeded_mistakes.py makes the mistake, expects every one of them to
fail, takes the mistake back and expects them to hold again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from eorder_platform import database, files, tenancy
from eorder_platform.database import Login, pools
from eorder_platform.identity import sessions
from eorder_platform.tenancy import Tenant, connecting, provisioning, registry
from eorder_platform.tenancy.reading_connections import reading_connections
from eorder_platform.valkey import answering
from eorder_tenants.tables import metadata
from eorder_tenants.transparency import exporting
from eorder_tenants.transparency.choosing import Choice
from eorder_tenants.transparency.spending import Spending
from eorder_web.edge import visiting
from eorder_web.transparency import counting
from tests.tenancy import catalogue_checks as catalogue
from tests.tenancy import role_checks as roles
from tests.tenancy import web_checks as web
from tests.tenancy.deployments import Fleet

Check = Callable[[Fleet], Awaitable[None]]
Seed = Callable[[Fleet, pytest.MonkeyPatch], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Mistake:
    """What was done wrong, how to do it, and which checks must notice."""

    name: str
    seed: Seed
    noticed_by: tuple[Check, ...]


def in_sql(make: str, undo: str) -> Seed:
    """A mistake made by the owner in the database. `a`, `b`: schemas of two regions; `ra`, `rb`: their roles."""

    @asynccontextmanager
    async def seed(fleet: Fleet, _: pytest.MonkeyPatch) -> AsyncIterator[None]:
        one, two = fleet.tenants[:2]
        words = {"a": one.schema, "b": two.schema, "ra": one.role, "rb": two.role}
        words["database"] = await fleet.owner.fetchval("select current_database()")
        try:
            await fleet.owner.execute(make.format(**words))
            yield
        finally:
            await fleet.owner.execute(undo.format(**words))

    return seed


def in_code(patch: Callable[[Fleet, pytest.MonkeyPatch], None]) -> Seed:
    """A mistake in the application: `patch` puts the wrong code in place; connections are made anew around it."""

    @asynccontextmanager
    async def seed(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        await web.lively(fleet)
        await tenancy.close_connections()
        with monkeypatch.context() as patched:
            patch(fleet, patched)
            yield
        await tenancy.close_connections()
        registry.forget()

    return seed


def one_search_path_for_all(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The schema was written into the connection's settings, as on the day when there was one region."""
    engine = database._engine
    there = fleet.tenants[0].schema

    def wrong(login: Login) -> Any:
        made = engine(login)
        made.dialect.connect = _with_search_path(made.dialect.connect, there)  # type: ignore[method-assign]
        return made

    patched.setattr(database, "_engine", wrong)


def _with_search_path(connect: Callable[..., Any], schema: str) -> Callable[..., Any]:
    def connecting_there(*words: Any, **options: Any) -> Any:
        return connect(*words, **options, server_settings={"search_path": f"{schema}, nusantara"})

    return connecting_there


def one_session_for_all(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The pool was found by placement and no longer by role."""
    engine = pools.engine
    patched.setattr(pools, "engine", lambda login: engine(replace(login, role=fleet.tenants[0].role)))


def reading_as_somebody_else(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The bare connections for hot reads were kept in one list for all roles."""
    first = reading_connections.of

    def wrong(login: Login, *, searching: bool = False) -> Any:
        return first(fleet.tenants[0].login if login.role.startswith("eorder_t_") else login)

    patched.setattr(reading_connections, "of", wrong)


def hosts_in_the_wrong_order(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The registry's copy was put together from two lists that were sorted differently."""
    right = registry.by_host
    hosts = [tenant.hosts[0] for tenant in fleet.tenants]
    swapped = dict(zip(hosts, hosts[1:] + hosts[:1], strict=True))

    async def wrong(host: str) -> Tenant | None:
        return await right(swapped.get(host, host))

    patched.setattr(registry, "by_host", wrong)


def a_default_tenant(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """A job whose tenant is not found goes to the first one instead of stopping."""
    right = registry.by_slug

    async def wrong(slug: str) -> Tenant | None:
        return await right(slug) or fleet.tenants[0]

    patched.setattr(registry, "by_slug", wrong)


def tenant_from_a_header(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """A proxy's X-Forwarded-Host was believed, whoever sent it."""
    right = web.application()

    class Believing:
        region = right.region

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            headers = dict(scope["headers"])
            if host := headers.get(b"x-forwarded-host"):
                scope = {
                    **scope,
                    "headers": [(b"host", host), *((k, v) for k, v in scope["headers"] if k != b"host")],
                }
            await right(scope, receive, send)

    believing = Believing()
    patched.setattr(web, "application", lambda: believing)


def sessions_without_a_place(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """Sessions were found by their token alone."""

    async def wrong(place: str, token: str) -> sessions.Session | None:
        async with answering() as valkey:
            for region in web._regions.values():
                if found := await valkey.get(sessions._key(region.tenant.slug, token)):
                    return sessions._read(found)
        return None

    patched.setattr(sessions, "find", wrong)


@asynccontextmanager
async def keys_of_sessions_without_a_place(fleet: Fleet, patched: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The place was left out of the key, because the token is random anyway."""
    await web.lively(fleet)
    with patched.context() as context:
        context.setattr(sessions, "_key", lambda place, token: f"session:{token}")
        yield
    async with answering() as valkey:
        await valkey.delete(*[key async for key in valkey.scan_iter("session:*")])


def tokens_without_a_place(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The CSRF token no longer says for which host it was made."""
    patched.setattr(visiting.Visit, "place", property(lambda visit: "anywhere"))


def files_without_a_prefix(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """All regions' files lie in one folder."""
    patched.setattr(files.FileStore, "inside", lambda store, slug: files.OwnedFiles(store._store, "tenants"))


def one_password_for_all(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The role was forgotten when the password is derived."""
    derived = database.password_of
    patched.setattr(database, "password_of", lambda role, generation: derived("tenant", 1))


def orders_of_everybody(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """The export reads the other region's connection: a constant in place of the visitor's region."""
    right = exporting.orders_to_export
    patched.setattr(
        "eorder_web.transparency.pages.orders_to_export",
        lambda tenant, choice: right(fleet.tenants[0], choice),
    )


def figures_kept_for_all(fleet: Fleet, patched: pytest.MonkeyPatch) -> None:
    """What is dear to count was kept under the question alone, without the region that was asked."""
    right, kept = counting.spending_of, dict[Choice, Spending]()

    async def wrong(tenant: Tenant, choice: Choice) -> Spending:
        if choice not in kept:
            kept[choice] = await right(tenant, choice)
        return kept[choice]

    patched.setattr("eorder_web.transparency.pages.spending_of", wrong)


@asynccontextmanager
async def suspended_in_the_registry_only(fleet: Fleet, _: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Somebody set the status by hand and left the grants as they were."""
    tenant = fleet.tenants[0]
    await fleet.owner.execute("update nusantara.tenant set status = 'suspended' where id = $1", tenant.id)
    registry.forget()
    try:
        yield
    finally:
        await provisioning.set_suspended(tenant, metadata, None)


@asynccontextmanager
async def set_role_on_one_login(fleet: Fleet, patched: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Every region connects as one role that may become each of them, and says which at the start."""
    one, two = fleet.tenants[:2]
    await fleet.owner.execute(f"grant {two.role} to {one.role}")
    await tenancy.close_connections()
    inside = connecting._transaction

    @asynccontextmanager
    async def wrong(login: Login, **options: bool) -> AsyncIterator[Any]:
        async with inside(replace(login, role=one.role), **options) as session:
            await session.execute(text(f"set local role {login.role}"))
            yield session

    try:
        with patched.context() as context:
            context.setattr(connecting, "_transaction", wrong)
            yield
    finally:
        await tenancy.close_connections()
        await fleet.owner.execute(f"revoke {two.role} from {one.role}")


MISTAKES = (
    Mistake(
        "one search_path for all engines",
        in_code(one_search_path_for_all),
        (roles.every_way_in_leads_to_the_own_schema,),
    ),
    Mistake(
        "search_path of one role names another's schema",
        in_sql(
            "alter role {ra} set search_path = {b}, nusantara",
            "alter role {ra} set search_path = {a}, nusantara",
        ),
        (catalogue.search_paths_are_each_roles_own,),
    ),
    Mistake(
        "a pool shared by two regions",
        in_code(one_session_for_all),
        (
            roles.every_way_in_leads_to_the_own_schema,
            roles.a_row_is_seen_by_its_own_region_only,
            web.foreign_ids_are_not_found,
            web.foreign_ids_in_a_form_lead_nowhere,
        ),
    ),
    Mistake(
        "set role on one login",
        set_role_on_one_login,
        (
            roles.every_way_in_leads_to_the_own_schema,
            roles.no_role_touches_a_foreign_table,
            catalogue.roles_are_plain_logins,
        ),
    ),
    Mistake(
        "reading as another role",
        in_code(reading_as_somebody_else),
        (
            roles.every_way_in_leads_to_the_own_schema,
            roles.a_row_is_seen_by_its_own_region_only,
            web.the_host_alone_decides,
        ),
    ),
    Mistake(
        "one password for all roles", in_code(one_password_for_all), (catalogue.passwords_are_each_roles_own,)
    ),
    Mistake(
        "a table granted to PUBLIC",
        in_sql("grant select on {b}.official to public", "revoke select on {b}.official from public"),
        (catalogue.nothing_is_granted_to_public, catalogue.each_role_holds_exactly_its_own),
    ),
    Mistake(
        "a column granted to PUBLIC",
        in_sql(
            "grant select (name) on {b}.official to public",
            "revoke select (name) on {b}.official from public",
        ),
        (catalogue.nothing_is_granted_to_public, catalogue.each_role_holds_exactly_its_own),
    ),
    Mistake(
        "everything in future granted to PUBLIC",
        in_sql(
            "alter default privileges in schema {a} grant select on tables to public",
            "alter default privileges in schema {a} revoke select on tables from public",
        ),
        (catalogue.nothing_is_granted_to_public,),
    ),
    Mistake(
        "a grant on another region's schema",
        in_sql(
            "grant usage on schema {b} to {ra}; grant select on {b}.official to {ra}",
            "revoke all on {b}.official from {ra}; revoke all on schema {b} from {ra}",
        ),
        (
            catalogue.each_role_holds_exactly_its_own,
            catalogue.schemas_and_databases_are_closed,
            roles.no_role_touches_a_foreign_table,
        ),
    ),
    Mistake(
        "a region reads pusat",
        in_sql(
            "grant usage on schema pusat to eorder_region; grant select on pusat.account to eorder_region",
            "revoke all on pusat.account from eorder_region; revoke all on schema pusat from eorder_region",
        ),
        (
            catalogue.each_role_holds_exactly_its_own,
            catalogue.schemas_and_databases_are_closed,
            roles.no_role_touches_a_foreign_table,
        ),
    ),
    Mistake(
        "a region writes the shared directory",
        in_sql("grant update on nusantara.category to {ra}", "revoke update on nusantara.category from {ra}"),
        (catalogue.each_role_holds_exactly_its_own, roles.the_shared_directory_is_read_only),
    ),
    Mistake(
        "the nation writes the registry",
        in_sql(
            "grant update on nusantara.tenant to eorder_pusat",
            "revoke update on nusantara.tenant from eorder_pusat",
        ),
        (catalogue.each_role_holds_exactly_its_own, roles.the_shared_directory_is_read_only),
    ),
    Mistake(
        "membership in another region's role",
        in_sql("grant {rb} to {ra} with inherit true, set false", "revoke {rb} from {ra}"),
        (
            catalogue.roles_are_plain_logins,
            catalogue.each_role_holds_exactly_its_own,
            roles.no_role_touches_a_foreign_table,
        ),
    ),
    Mistake(
        "a group without login that two regions share",
        in_sql(
            "create role {ra}_friends nologin; grant usage on schema {b} to {ra}_friends;"
            " grant all on {b}.official to {ra}_friends; grant {ra}_friends to {ra}",
            "drop owned by {ra}_friends; drop role {ra}_friends",
        ),
        (
            catalogue.roles_are_plain_logins,
            catalogue.each_role_holds_exactly_its_own,
            roles.no_role_touches_a_foreign_table,
        ),
    ),
    Mistake(
        "a role beyond a login",
        in_sql("alter role {ra} createrole bypassrls", "alter role {ra} nocreaterole nobypassrls"),
        (catalogue.roles_are_plain_logins,),
    ),
    Mistake(
        "UPDATE on what is written for good",
        in_sql("grant update on {a}.order_event to {ra}", "revoke update on {a}.order_event from {ra}"),
        (catalogue.each_role_holds_exactly_its_own, roles.what_is_written_for_good_stays),
    ),
    Mistake(
        "a guard switched off for a repair and left so",
        in_sql(
            "alter table {a}.order_document disable trigger signed_stays",
            "alter table {a}.order_document enable trigger signed_stays",
        ),
        (catalogue.every_region_is_guarded,),
    ),
    Mistake(
        "a column of a signed paper granted",
        in_sql(
            "grant update (signed_at) on {a}.order_document to {ra}",
            "revoke update (signed_at) on {a}.order_document from {ra}",
        ),
        (catalogue.each_role_holds_exactly_its_own,),
    ),
    Mistake(
        "TRUNCATE for the application",
        in_sql("grant truncate on {a}.ledger_entry to {ra}", "revoke truncate on {a}.ledger_entry from {ra}"),
        (catalogue.each_role_holds_exactly_its_own, roles.what_is_written_for_good_stays),
    ),
    Mistake(
        "a role that owns a table",
        in_sql(
            "alter table {a}.ledger_entry owner to {ra}",
            "alter table {a}.ledger_entry owner to postgres; revoke all on {a}.ledger_entry from {ra};"
            " grant select, insert on {a}.ledger_entry to {ra}",
        ),
        (
            catalogue.roles_own_nothing,
            catalogue.each_role_holds_exactly_its_own,
            roles.what_is_written_for_good_stays,
        ),
    ),
    Mistake(
        "a SECURITY DEFINER function",
        in_sql(
            "create function {a}.everything() returns setof {b}.official language sql security definer"
            " as 'select * from {b}.official'",
            "drop function {a}.everything",
        ),
        (catalogue.no_object_of_a_forbidden_kind, catalogue.nothing_is_granted_to_public),
    ),
    Mistake(
        "a view across regions",
        in_sql("create view {a}.all_orders as table {b}.official", "drop view {a}.all_orders"),
        (catalogue.no_object_of_a_forbidden_kind,),
    ),
    Mistake(
        "a foreign key across regions",
        in_sql(
            "alter table {a}.regional_holiday add constraint fk_across foreign key (day)"
            " references {b}.regional_holiday",
            "alter table {a}.regional_holiday drop constraint fk_across",
        ),
        (catalogue.references_stay_at_home,),
    ),
    Mistake(
        "numbers from a sequence",
        in_sql("create table {a}.mine (id bigserial)", "drop table {a}.mine"),
        (
            catalogue.no_object_of_a_forbidden_kind,
            catalogue.every_table_has_a_primary_key,
            catalogue.every_region_has_the_same_tables,
        ),
    ),
    Mistake(
        "a name that some tools would cut",
        in_sql(
            "create index ix_official_name_email_position_and_whether_he_is_active on {a}.official (name)",
            "drop index {a}.ix_official_name_email_position_and_whether_he_is_active",
        ),
        (catalogue.names_are_short,),
    ),
    Mistake(
        "temporary tables allowed again",
        in_sql(
            "grant temporary on database {database} to {ra}",
            "revoke temporary on database {database} from {ra}",
        ),
        (catalogue.schemas_and_databases_are_closed,),
    ),
    Mistake(
        "the database open to every role",
        in_sql(
            "grant connect on database {database} to public",
            "revoke connect on database {database} from public",
        ),
        (catalogue.nothing_is_granted_to_public,),
    ),
    Mistake(
        "procedural blocks allowed again",
        in_sql("grant usage on language plpgsql to public", "revoke usage on language plpgsql from public"),
        (catalogue.nothing_is_granted_to_public,),
    ),
    Mistake(
        "suspended in the registry only",
        suspended_in_the_registry_only,
        (roles.a_suspended_region_cannot_write,),
    ),
    Mistake("tenant from a header", in_code(tenant_from_a_header), (web.the_host_alone_decides,)),
    Mistake(
        "hosts lead to the wrong tenant",
        in_code(hosts_in_the_wrong_order),
        (web.each_host_names_its_tenant, web.the_host_alone_decides),
    ),
    Mistake("an export of a constant region", in_code(orders_of_everybody), (web.the_host_alone_decides,)),
    Mistake("figures kept for all regions", in_code(figures_kept_for_all), (web.the_host_alone_decides,)),
    Mistake(
        "sessions without a place",
        in_code(sessions_without_a_place),
        (web.a_session_ends_at_its_host,),
    ),
    Mistake(
        "keys of sessions without a place",
        keys_of_sessions_without_a_place,
        (web.keys_in_valkey_bear_their_place,),
    ),
    Mistake(
        "form tokens without a place", in_code(tokens_without_a_place), (web.a_form_token_ends_at_its_host,)
    ),
    Mistake("files without a prefix", in_code(files_without_a_prefix), (web.files_stay_with_their_owner,)),
    Mistake(
        "jobs that fall back to a default tenant",
        in_code(a_default_tenant),
        (web.a_job_runs_in_its_region_only, web.each_host_names_its_tenant),
    ),
)
