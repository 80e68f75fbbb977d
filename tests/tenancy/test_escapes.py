"""An attacker who may send any text as a region's role: what he tries, and that it gets him nowhere."""

import asyncpg
import pytest

from eorder_platform.database import password_of
from eorder_platform.tenancy import Tenant
from tests.tenancy.deployments import Fleet
from tests.tenancy.role_checks import connected_as

# {own}, {other}: schemas; {me}, {them}: roles. What the system catalogues say of every table (its name, its size, about
# how many rows) is seen by every role; what stands in a row is not.
REFUSED = """
select pg_advisory_lock(1)
set role {them}
set local role {them}
set role eorder_pusat
set role eorder_region
set role postgres
set session authorization {them}
set session authorization postgres
select set_config('role', '{them}', false)
select set_config('role', '{them}', true)
select set_config('session_authorization', '{them}', false)
select 1 from (select set_config('role', '{them}', true)) x, {other}.official
reset role; select name from {other}.official
reset session authorization; set role {them}; select name from {other}.official
set search_path = {other}; select name from official
select set_config('search_path', '{other}', false); table official
begin; set local role {them}; select name from {other}.official; commit
do $$ begin execute 'set role {them}'; end $$
do $$ begin perform name from {other}.official; end $$
do $$ begin null; end $$
select name from {other}.official
explain analyze select name from {other}.official
prepare foreign_rows as select name from {other}.official
declare foreign_rows cursor with hold for select name from {other}.official
with gone as (delete from {other}.official returning name) select name from gone
merge into {other}.official o using official m on o.id = m.id when matched then delete
insert into {own}.regional_holiday select day, name from {other}.regional_holiday
select query_to_xml('select name from {other}.official', true, true, '')
select table_to_xml('{other}.official', true, true, '')
select word from ts_stat('select search from {other}.offer')
create function {own}.now() returns timestamptz language sql as 'select null::timestamptz'
create function nusantara.mine() returns int language sql as 'select 1'
create function pg_temp.mine() returns int language sql as 'select 1'
create view {own}.theirs as select 1
create table {own}.official2 (id int)
create table nusantara.mine (id int)
create table public.mine (id int)
create temp table official (id int)
create temp table region as select 1
create schema mine
create schema {other}_too authorization {them}
create operator {own}.=== (leftarg = int, rightarg = int, function = int4eq)
create type {own}.kind as enum ('a')
create sequence {own}.numbers
create extension dblink
create extension postgres_fdw
create foreign data wrapper elsewhere
create database mine
create role mine
create publication mine for all tables
create subscription mine connection 'host=127.0.0.1' publication mine
create event trigger mine on ddl_command_start execute function suppress_redundant_updates_trigger()
alter table {own}.official owner to {them}
alter table {own}.official disable trigger all
alter table {own}.official add constraint spy foreign key (id) references {other}.official
alter schema {own} rename to {other}_mine
alter role {me} superuser
alter role {me} bypassrls
alter role {them} password 'mine'
alter role eorder_pusat set search_path = public
alter role all set search_path = {other}
alter database postgres set search_path = {other}
alter system set log_statement = 'all'
grant all on all tables in schema {own} to public
alter default privileges for role {them} grant select on tables to {me}
grant {them} to {me}
grant eorder_pusat to {me}
grant pg_read_all_data to {me}
grant usage on schema {other} to {me}
grant select on all tables in schema {other} to {me}
reassign owned by {them} to {me}
drop owned by {them}
drop schema {own} cascade
drop role {them}
copy (select 1) to program 'id'
copy {own}.regional_holiday from '/etc/passwd'
copy {own}.regional_holiday to '/tmp/eorder-mine'
select pg_read_file('/etc/passwd')
select pg_read_binary_file('global/pg_control')
select pg_ls_dir('.')
select pg_stat_file('postgresql.conf')
select lo_import('/etc/passwd')
select lo_export(1, '/tmp/eorder-mine')
select lo_create(0)
select lo_creat(-1)
select lo_from_bytea(0, 'x')
select rolpassword from pg_authid
select passwd from pg_shadow
select stavalues1 from pg_statistic
select data from pg_largeobject
select subconninfo from pg_subscription
select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' or usename = '{them}'
select pg_reload_conf()
select pg_hba_file_rules()
select pg_current_logfile()
load 'auto_explain'
set session_preload_libraries = 'auto_explain'
set log_statement = 'all'
set session_replication_role = 'replica'
update pg_class set relowner = '{me}'::regrole
update pg_catalog.pg_auth_members set member = member
comment on schema {other} is 'mine'
comment on table {own}.official is 'mine'
comment on column nusantara.region.name is 'mine'
comment on role {them} is 'mine'
analyze {other}.official
vacuum full {other}.official
cluster {other}.official
reindex table {other}.official
checkpoint
create statistics {own}.mine on id, name from {own}.official
create rule mine as on select to {own}.official do instead nothing
create policy mine on {own}.official
create domain {own}.mine as int
create collation {own}.mine (locale = 'C')
create text search configuration {own}.mine (copy = simple)
create cast (int as text) with inout
create access method mine type table handler heap_tableam_handler
create or replace function pg_catalog.now() returns timestamptz language sql as 'select null::timestamptz'
create unlogged table pg_temp.official (id int)
alter role {me} connection limit 0
alter role {me} nologin
alter role {me} valid until '2000-01-01'
alter role {me} set session_preload_libraries = 'mine'
alter database {database} set search_path = {other}
alter database {database} connection limit 0
begin; lock table nusantara.region in row share mode
select 1 from nusantara.tenant for key share
select 1 from nusantara.region for update
select ts_rewrite('a'::tsquery, 'select to_tsquery(email), to_tsquery(email) from pusat.account')
select schema_to_xml('{other}', true, true, '')
select pg_relation_size('{other}.official')
select has_table_privilege('{other}.official', 'select')
select currtid2('{other}.official', '(0,1)')
select pg_restore_relation_stats('schemaname', '{own}', 'relname', 'official', 'relpages', 1)
select pg_clear_relation_stats('{other}', 'official')
select pg_create_logical_replication_slot('mine', 'test_decoding')
select pg_replication_origin_create('mine')
select pg_cancel_backend(pid) from pg_stat_activity where usename = 'postgres'
select pg_log_backend_memory_contexts(pg_backend_pid())
select pg_stat_reset()
select pg_backup_start('mine')
select pg_switch_wal()
select pg_promote()
select pg_ls_logdir()
select pg_ls_waldir()
select pg_database_size('postgres')
select current_setting('data_directory')
set log_min_messages = 'debug5'
set track_activities = off
"""

IN_VAIN = """
reset role
reset session authorization
set role none
set role {me}
set session authorization default
set search_path = {other}, pusat, nusantara
select set_config('search_path', '{other}', false)
set row_security = off
grant select on {own}.official to public
grant select on nusantara.region to {them} with grant option
reset all
discard all
set default_transaction_read_only = off
alter role {me} set search_path = {other}
alter role {me} set role = '{them}'
alter role {me} password 'known to me'
alter role {me} set default_transaction_read_only = on
alter default privileges grant select on tables to public
listen everything
notify everything, 'heard by who listens, and nobody does'
begin; lock table nusantara.region in access share mode; commit
select pg_export_snapshot()
"""


async def _texts(listed: str, fleet: Fleet) -> list[str]:
    tenant, other = fleet.tenants
    words = {"own": tenant.schema, "other": other.schema, "me": tenant.role, "them": other.role}
    words["database"] = await fleet.owner.fetchval("select current_database()")
    return [line.format(**words) for line in listed.strip().splitlines()]


async def test_what_leads_out_is_refused(fleet: Fleet) -> None:
    for attempt in await _texts(REFUSED, fleet):
        async with connected_as(fleet.tenants[0].login) as connection:
            try:
                await connection.execute(attempt)
            except asyncpg.PostgresError as error:
                refusal = error
            else:
                pytest.fail(f"allowed: {attempt}")
        # for its rights, not for a slip of the pen in this list; a schema that he may not use hides its tables
        hidden = isinstance(refusal, asyncpg.UndefinedTableError) and "search_path" in attempt
        assert hidden or isinstance(refusal, asyncpg.InsufficientPrivilegeError), f"{attempt}: {refusal!r}"


async def test_what_is_allowed_opens_nothing(fleet: Fleet) -> None:
    tenant, other = fleet.tenants
    try:
        for attempt in await _texts(IN_VAIN, fleet):
            async with connected_as(tenant.login) as connection:
                await connection.execute(attempt)
                await _sees_nothing_foreign(connection, tenant, other, attempt)
            if "password" not in attempt:
                async with connected_as(tenant.login) as the_next:
                    await _sees_nothing_foreign(the_next, tenant, other, attempt)
            await _as_on_its_first_day(fleet, tenant)
    finally:
        await _as_on_its_first_day(fleet, tenant)


async def test_a_role_that_changed_itself_is_mended_by_renewing_its_rights(fleet: Fleet) -> None:
    from eorder_platform.tenancy import provisioning
    from eorder_tenants.tables import metadata
    from tests.tenancy.catalogue_checks import search_paths_are_each_roles_own

    tenant, other = fleet.tenants
    database = await fleet.owner.fetchval("select current_database()")
    async with connected_as(tenant.login) as connection:
        await connection.execute(f"alter role {tenant.role} set search_path = {other.schema}")
        await connection.execute(
            f"alter role {tenant.role} in database {database} set search_path = nusantara"
        )
        await connection.execute(f"alter role {tenant.role} password 'known to me'")
    with pytest.raises(asyncpg.InvalidPasswordError):
        async with connected_as(tenant.login):
            pass
    await provisioning.renew_rights(tenant, metadata)
    await search_paths_are_each_roles_own(fleet)
    async with connected_as(tenant.login) as connection:
        assert await connection.fetchval("select current_schema()") == tenant.schema


async def test_no_role_connects_to_another_database_of_the_cluster(fleet: Fleet) -> None:
    tenant = fleet.tenants[0]
    address = fleet.addresses["main"]
    for database in ("postgres", "template1"):
        url = address.replace("postgres:", f"{tenant.role}:", 1).rpartition("/")[0] + f"/{database}"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(url, password=password_of(tenant.role, tenant.generation))


async def test_one_regions_password_opens_no_other_role(fleet: Fleet) -> None:
    tenant, other = fleet.tenants
    server = fleet.addresses["main"].rpartition("@")[2]
    for role in (other.role, "eorder_pusat", "postgres"):
        with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
            await asyncpg.connect(
                f"postgresql://{server}", user=role, password=password_of(tenant.role, tenant.generation)
            )


async def test_neither_statistics_nor_running_statements_of_others_are_seen(fleet: Fleet) -> None:
    tenant, other = fleet.tenants
    await fleet.owner.execute(f"analyze {other.schema}.alembic_version, pusat.account, nusantara.region")
    async with connected_as(other.login) as busy:
        await busy.fetchval("select 'a secret of the other region'")
        async with connected_as(tenant.login) as connection:
            seen = await connection.fetch(
                "select distinct schemaname from pg_stats where schemaname <> 'pg_catalog'"
            )
            assert {name for (name,) in seen} <= {tenant.schema, "nusantara", "information_schema"}
            texts = await connection.fetch(
                "select query from pg_stat_activity where usename is distinct from current_user"
            )
            assert {query for (query,) in texts if query} <= {"<insufficient privilege>"}


async def _sees_nothing_foreign(
    connection: asyncpg.Connection, tenant: Tenant, other: Tenant, attempt: str
) -> None:
    assert await connection.fetchval("select current_user") == tenant.role, attempt
    for foreign in (f"{other.schema}.official", "pusat.account"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"select 1 from {foreign}")
            pytest.fail(f"{foreign} is open after: {attempt}")


async def _as_on_its_first_day(fleet: Fleet, tenant: Tenant) -> None:
    await fleet.owner.execute(
        f"alter role {tenant.role} reset all;"
        f"alter role {tenant.role} set search_path = {tenant.schema}, nusantara;"
        f"alter role {tenant.role} password '{password_of(tenant.role, tenant.generation)}'"
    )
