"""What the system catalogues must say, one plain function for each rule of architecture.md 3.

Each takes a fleet and raises AssertionError. They run clean in test_catalogue.py, and under a seeded mistake in
test_seeded_mistakes.py, where each must fail.
"""

import re

from sqlalchemy import Table

from eorder_platform.tables import NUSANTARA, PUSAT
from eorder_tenants.tables import metadata
from tests.tenancy.deployments import Fleet

OURS = r"n.nspname in ('nusantara', 'pusat', 'public') or n.nspname like 't\_%'"
APPEND_ONLY = {
    "account_event",
    "ledger_entry",
    "order_comment",
    "order_event",
    "order_reminder",
    "participation_event",
    "payment",
    "directory_lookup",
    "fact_version",
    "known_word",
    "synonym_version",
    "vendor_change",
    "sanction_event",
    "sanction_file",
    "sanction_key",
}
ONLY_THESE_CHANGE = {
    "audit_read": set(),
    "delegation": {"issued_by", "issued_at", "ended_by", "ended_at"},
    "red_flag": set(),
    "role_assignment": {"valid_to", "taken_back"},
    "order_conversation": {"comments", "seal"},
    "rule_override": {"valid_to", "withdrawn_on"},
    "carried_payable": {
        "new_budget_line_id",
        "new_package_id",
        "new_fiscal_year",
        "assigned_by",
        "assigned_at",
    },
    "idempotency_key": {"location"},
    "regional_holiday": {"name"},
    "budget_line": {"sub_activity_name", "account_name", "ceiling_rupiah"},
    "import_batch": {"status", "confirmed_at"},
    "offer_count": {"offers"},
    "document_counter": {"last_number"},
    "order_counter": {"last_number"},
    "order_document": {"facts", "facts_hash", "file_key", "content_hash", "rendered_at"},
    "inspection": {"agreed_at", "contested_at"},
    "handover": {"invoice_id"},
    "notice": {"read_at", "mail"},
    "outbox": {"sent_at", "done_at", "attempts", "last_error"},
    "webhook": {"ended_at", "end_reason"},
    "webhook_message": {"attempts", "next_at", "delivered_at", "dead_at", "last_status", "last_error"},
}
"""Of a row that stands in a region's table; written down here by hand, beside what the models say."""
ALL_BUT_THESE_CHANGE = {
    "work_unit": {"id", "code"},
    "staff_directory": {"id"},
    "directory_user": {"id"},
    "official": {"id", "created_at"},
    "package": {"id", "rup_code", "work_unit_id"},
    "budget_balance": {"id", "budget_line_id", "package_id"},
    "vendor_participation": {"vendor_id"},
    "offer": {"id", "vendor_id"},
    "payee_secret": {"vendor_id"},
    "orders": {"id", "work_unit_id", "vendor_id", "drafted_by", "created_at", "signed"},
    "order_line": {"id", "order_id", "offer_id", "signed"},
    "delivery": {"id", "order_id", "sequence", "announced_at"},
    "delivery_line": {"delivery_id", "order_line_id", "quantity"},
    "invoice": {"id", "order_id", "created_at"},
}
DELETED = {
    "directory_user",
    "regional_holiday",
    "idempotency_key",
    "offer_count",
    "notice",
    "orders",
    "order_line",
    "outbox",
    "webhook_message",
    "payee_secret",
}
"""Region's tables whose rows may go: an order only while it is a draft that was never submitted."""
SET_BY_DATABASE = {
    name: {"recorded_at"}
    for name in ("role_assignment", "rule_override", "delegation", "audit_read", "red_flag")
} | {"order_line": {"signed"}}
GUARDS = {
    "orders": {"journalled", "ordered_stays"},
    "delivery": {"journalled", "arrived_stays"},
    "invoice": {"journalled", "sent_stays", "decided_with_entry"},
    "order_counter": {"counts_up"},
    "document_counter": {"counts_up"},
    "handover": {"billed_once"},
    "inspection": {"judged_once"},
    "carried_payable": {"assigned_once"},
    "order_document": {"signed_stays"},
    "delegation": {"issued_once", "ended_once"},
    "role_assignment": {"only_shortened", "taken_back_for_good"},
    "rule_override": {"only_shortened", "withdrawn_for_good"},
    "order_conversation": {"said_more"},
    "order_line": {"lines_stay", "lines_do_not_go"},
    "import_batch": {"decided_once"},
}
LIMITS = {
    "statement_timeout=30s",
    "lock_timeout=10s",
    "idle_in_transaction_session_timeout=60s",
    "transaction_timeout=300s",
    "work_mem=16MB",
    "temp_file_limit=1GB",
}
THE_GUARDS_FUNCTION = "nusantara.refuse_change()"
REGISTRY = {"tenant", "tenant_host"}
READ = {"SELECT"}
APPEND = {"SELECT", "INSERT"}
WRITE = {"SELECT", "INSERT", "UPDATE", "DELETE"}
PRIVILEGES = (*sorted(WRITE), "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
LONGEST_NAME = 50


async def roles_are_plain_logins(fleet: Fleet) -> None:
    """No tenant's role has an attribute beyond LOGIN, nor any membership but the readers', nor any member."""
    roles = [tenant.role for tenant in fleet.tenants] + ["eorder_pusat"]
    unusual = await fleet.owner.fetch(
        "select rolname from pg_roles where rolname = any($1) and (rolsuper or rolcreatedb or rolcreaterole"
        " or rolreplication or rolbypassrls or not rolinherit or not rolcanlogin)",
        roles,
    )
    assert not unusual, f"more than a login: {unusual}"
    memberships = await fleet.owner.fetch(
        "select member::regrole::text as member, roleid::regrole::text as role, admin_option, set_option"
        " from pg_auth_members where member::regrole::text = any($1) or roleid::regrole::text = any($1)",
        roles,
    )
    found = {tuple(row) for row in memberships}
    assert found == {(tenant.role, "eorder_region", False, False) for tenant in fleet.tenants}
    reader = await fleet.owner.fetchrow(
        "select rolcanlogin, rolsuper from pg_roles where rolname = 'eorder_region'"
    )
    assert tuple(reader) == (False, False)


async def roles_own_nothing(fleet: Fleet) -> None:
    """Whoever owns a table may grant it, alter it and read it whatever was revoked."""
    owned = await fleet.owner.fetch(
        "select refobjid::regrole::text as role, classid::regclass::text as kind, objid from pg_shdepend"
        " where deptype = 'o' and refclassid = 'pg_authid'::regclass and refobjid::regrole::text ~ '^eorder_'"
        " and dbid in (0, (select oid from pg_database where datname = current_database()))"
    )
    assert not owned, f"owned by a tenant's role: {owned}"


async def each_role_holds_exactly_its_own(fleet: Fleet) -> None:
    """Every privilege on every table and column of the house, for every role, is the one that is meant."""
    everyone = await fleet.owner.fetch("select role_name, schema_name from nusantara.tenant")
    for role, schema in [*everyone, ("eorder_pusat", None), ("eorder_region", None)]:
        held = await _held(fleet, role)
        expected = _expected(role, schema)
        assert held == expected, (
            f"{role} holds {sorted(held - expected)} too much, {sorted(expected - held)} too little"
        )


async def schemas_and_databases_are_closed(fleet: Fleet) -> None:
    """A tenant may use two schemas, connect to one database, and create nothing in any."""
    for tenant in fleet.tenants:
        schemas = await fleet.owner.fetch(
            "select n.nspname, has_schema_privilege($1, n.oid, 'usage'), has_schema_privilege($1, n.oid, 'create')"
            f" from pg_namespace n where {OURS}",
            tenant.role,
        )
        usable = {name for name, usage, _ in schemas if usage}
        assert usable == {tenant.schema, NUSANTARA}, f"{tenant.role} may use {usable}"
        assert not [name for name, _, create in schemas if create], f"{tenant.role} may create: {schemas}"
        databases = await fleet.owner.fetch(
            "select datname, has_database_privilege($1, oid, 'connect') as connects,"
            " has_database_privilege($1, oid, 'temporary') or has_database_privilege($1, oid, 'create') as makes"
            " from pg_database where datallowconn and datname in ('postgres', 'template1', current_database())",
            tenant.role,
        )
        connects = {name for name, connects, _ in databases if connects}
        assert connects == {await fleet.owner.fetchval("select current_database()")}
        assert not [name for name, _, makes in databases if makes], (
            f"{tenant.role} makes things in {databases}"
        )


async def nothing_is_granted_to_public(fleet: Fleet) -> None:
    """PUBLIC holds nothing in our schemas, on this database, on procedural languages or on large objects."""
    granted = await fleet.owner.fetch(
        f"""
        select c.oid::regclass::text as what from pg_class c join pg_namespace n on n.oid = c.relnamespace,
               aclexplode(c.relacl) a where a.grantee = 0 and ({OURS})
        union all
        select a.attrelid::regclass || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
               join pg_namespace n on n.oid = c.relnamespace, aclexplode(a.attacl) x where x.grantee = 0 and ({OURS})
        union all
        select n.nspname from pg_namespace n, aclexplode(n.nspacl) a where a.grantee = 0 and ({OURS})
        union all
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
               where has_function_privilege('public', p.oid, 'execute') and ({OURS})
        union all
        select datname from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
               where a.grantee = 0 and datname in (current_database(), 'postgres', 'template1')
        union all
        select lanname from pg_language where lanname = 'plpgsql'
               and has_language_privilege('public', oid, 'usage')
        union all
        select oid::regprocedure::text from pg_proc
               where proname ~ '^(lo_(creat|from_bytea|import|export)|pg_(try_)?advisory)'
               and has_function_privilege('public', oid, 'execute')
        union all
        select 'default privileges of ' || d.defaclrole::regrole from pg_default_acl d
        """
    )
    assert not granted, f"granted to PUBLIC: {[what for (what,) in granted]}"


async def search_paths_are_each_roles_own(fleet: Fleet) -> None:
    """A role's settings are its search path, which names its own schema, and its limits."""
    set_for = await fleet.owner.fetch(
        "select setrole::regrole::text as role, setdatabase, setconfig from pg_db_role_setting"
        " where setrole = any(select oid from pg_roles where rolname = any($1))",
        [tenant.role for tenant in fleet.tenants],
    )
    found = {role: (database, set(config)) for role, database, config in set_for}
    assert found == {
        tenant.role: (0, {f"search_path={tenant.schema}, {NUSANTARA}", *LIMITS}) for tenant in fleet.tenants
    }
    limited = await fleet.owner.fetch(
        "select rolname from pg_roles where rolname = any($1) and rolconnlimit = 72",
        [tenant.role for tenant in fleet.tenants],
    )
    assert len(limited) == len(fleet.tenants)


async def every_region_is_guarded(fleet: Fleet) -> None:
    """Each region has the guards of its evidence, switched on, and no other trigger; all call the one function."""
    expected = {(table, name) for table, names in GUARDS.items() for name in names}
    for tenant in fleet.tenants:
        found = await fleet.owner.fetch(
            "select c.relname, tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where not tgisinternal and tgenabled = 'O' and c.relnamespace = $1::regnamespace"
            " and tgfoid = $2::regprocedure",
            tenant.schema,
            THE_GUARDS_FUNCTION,
        )
        assert {(table, name) for table, name in found} == expected


async def no_object_of_a_forbidden_kind(fleet: Fleet) -> None:
    """Tables, indexes and guards only: what else PostgreSQL offers would tie a region to one machine or open it."""
    found = await fleet.owner.fetch(
        f"""
        select 'relation of kind ' || c.relkind::text || ': ' || c.oid::regclass::text as what from pg_class c
               join pg_namespace n on n.oid = c.relnamespace where c.relkind not in ('r', 'i') and ({OURS})
        union all
        select 'identity: ' || a.attrelid::regclass || '.' || a.attname from pg_attribute a
               join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
               where a.attidentity <> '' and ({OURS})
        union all
        select 'type: ' || t.oid::regtype from pg_type t join pg_namespace n on n.oid = t.typnamespace
               where t.typtype in ('e', 'd', 'r') and ({OURS})
        union all
        select 'trigger: ' || tgname from pg_trigger where not tgisinternal
               and tgfoid <> '{THE_GUARDS_FUNCTION}'::regprocedure
        union all
        select 'rule: ' || rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class
               join pg_namespace n on n.oid = c.relnamespace where {OURS}
        union all
        select 'function' || case when prosecdef then ' (security definer)' else '' end || ': ' || p.oid::regprocedure
               from pg_proc p join pg_namespace n on n.oid = p.pronamespace
               where ({OURS}) and (prosecdef or p.oid <> '{THE_GUARDS_FUNCTION}'::regprocedure)
        union all
        select 'security definer: ' || p.oid::regprocedure from pg_proc p where prosecdef
        union all
        select 'policy: ' || polname from pg_policy
        union all
        select 'row security: ' || c.oid::regclass from pg_class c where relrowsecurity
        union all
        select 'inheritance: ' || inhrelid::regclass from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where c.relkind in ('r', 'p')
        union all
        select 'extension: ' || extname from pg_extension where extname <> 'plpgsql'
        union all
        select 'event trigger: ' || evtname from pg_event_trigger
        union all
        select 'foreign server: ' || srvname from pg_foreign_server
        union all
        select 'large object: ' || oid from pg_largeobject_metadata
        """
    )
    assert not found, [what for (what,) in found]


async def every_table_has_a_primary_key(fleet: Fleet) -> None:
    """Rows that can be told apart can be moved to another machine."""
    keyless = await fleet.owner.fetch(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        f" where c.relkind = 'r' and ({OURS})"
        " and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')"
    )
    assert not keyless


async def names_are_short(fleet: Fleet) -> None:
    """A name above 63 bytes is cut without a word; some tools add a suffix of their own."""
    long = await fleet.owner.fetch(
        "select name from (select conname as name, connamespace as schema from pg_constraint"
        " union all select relname, relnamespace from pg_class) x join pg_namespace n on n.oid = x.schema"
        f" where length(name) > {LONGEST_NAME} and ({OURS})"
    )
    assert not long


async def references_stay_at_home(fleet: Fleet) -> None:
    """Foreign keys lead from a tenant to itself or to nusantara, from pusat to itself or to nusantara."""
    crossing = await fleet.owner.fetch(
        "select conname, a.relnamespace::regnamespace::text as from, b.relnamespace::regnamespace::text as to"
        " from pg_constraint k join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid"
        " where contype = 'f'"
    )
    assert crossing
    astray = [tuple(row) for row in crossing if row["to"] not in (row["from"], NUSANTARA)]
    assert not astray


async def every_region_has_the_same_tables(fleet: Fleet) -> None:
    """Each tenant's schema holds the tables of the models and the revision, and nothing else."""
    expected = {table.name for table in metadata.sorted_tables if table.schema is None} | {"alembic_version"}
    for tenant in fleet.tenants:
        found = await fleet.owner.fetch(
            "select tablename from pg_tables where schemaname = $1", tenant.schema
        )
        assert {name for (name,) in found} == expected


async def passwords_are_each_roles_own(fleet: Fleet) -> None:
    """No role's password opens another's."""
    from eorder_platform.database import password_of

    passwords = [password_of(tenant.role, tenant.generation) for tenant in fleet.tenants]
    passwords += [password_of("eorder_pusat", 1), password_of(fleet.tenants[0].role, 2)]
    assert len(set(passwords)) == len(passwords)
    assert all(re.fullmatch("[0-9a-f]{64}", password) for password in passwords)


CATALOGUE_CHECKS = (
    roles_are_plain_logins,
    roles_own_nothing,
    each_role_holds_exactly_its_own,
    schemas_and_databases_are_closed,
    nothing_is_granted_to_public,
    search_paths_are_each_roles_own,
    every_region_is_guarded,
    no_object_of_a_forbidden_kind,
    every_table_has_a_primary_key,
    names_are_short,
    references_stay_at_home,
    every_region_has_the_same_tables,
    passwords_are_each_roles_own,
)


async def _held(fleet: Fleet, role: str) -> set[tuple[str, str, str]]:
    rows = await fleet.owner.fetch(
        "select n.nspname, c.relname, p from pg_class c join pg_namespace n on n.oid = c.relnamespace,"
        f" unnest($2::text[]) p where c.relkind in ('r', 'v', 'm', 'p', 'f') and ({OURS})"
        " and has_table_privilege($1, c.oid, p)"
        " union all"
        " select n.nspname, c.relname, p || ' ' || a.attname from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped,"
        " unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p"
        f" where c.relkind in ('r', 'v', 'm', 'p', 'f') and ({OURS})"
        " and has_column_privilege($1, c.oid, a.attnum, p) and not has_table_privilege($1, c.oid, p)",
        role,
        list(PRIVILEGES),
    )
    return {(schema, table, privilege) for schema, table, privilege in rows}


def _expected(role: str, own_schema: str | None) -> set[tuple[str, str, str]]:
    meant = set()
    for table in metadata.sorted_tables:
        if table.schema == NUSANTARA:
            writes = role == "eorder_pusat" and table.name not in REGISTRY
            privileges = _full(table.name) - {"DELETE"} if writes else READ
        elif table.schema == PUSAT:
            privileges = _full(table.name) if role == "eorder_pusat" else set()
        else:
            privileges = _of_a_region(table) if own_schema else set()
        meant |= {(table.schema or own_schema or "", table.name, privilege) for privilege in privileges}
    return meant


def _of_a_region(table: Table) -> set[str]:
    if table.name in APPEND_ONLY:
        return APPEND
    if table.name in ONLY_THESE_CHANGE:
        changing = ONLY_THESE_CHANGE[table.name]
    else:
        changing = set(table.columns.keys()) - ALL_BUT_THESE_CHANGE[table.name]
    deletes = {"DELETE"} if table.name in DELETED else set()
    adds = {"INSERT"}
    if kept := SET_BY_DATABASE.get(table.name):
        adds = {f"INSERT {name}" for name in set(table.columns.keys()) - kept}
    return READ | adds | {f"UPDATE {name}" for name in changing} | deletes


def _full(table: str) -> set[str]:
    return APPEND if table in APPEND_ONLY else WRITE
