"""`eorder`: the command line for those who run the deployment. It alone has the owner's database login."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import asyncpg
import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.adapters.asking import ask
from eorder_platform.adapters.carrying import connected
from eorder_platform.adapters.contract import exchanges_of
from eorder_platform.adapters.systems import Question, System
from eorder_platform.addresses import national_address, regional_address
from eorder_platform.database import placements
from eorder_platform.errors import Expected, NotVisible, Refused
from eorder_platform.identity.agency import end_role, give_role
from eorder_platform.identity.models import Account, NationalRoleName
from eorder_platform.identity.openid.keys import rotate
from eorder_platform.seeds.seeding import seed_reference
from eorder_platform.tenancy import Tenant, migrating, provisioning, registry, renaming, watching
from eorder_platform.tenancy.emptying import alone
from eorder_platform.tenancy.models import Accent, WovenMotif
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_tenants.orders import journals
from eorder_tenants.organisation.founding import FirstAdministrator
from eorder_tenants.tables import metadata
from eorder_web.operations import sanctioning
from eorder_web.operations.sandbox.emptying import add_administrator, empty
from eorder_web.operations.sandbox.filling import TestAccount, fill, yesterday
from eorder_web.operations.sandbox.people import ADMINISTRATOR

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="e-Order Nusantara: regions, migrations, demo.",
)
tenants = typer.Typer(
    no_args_is_help=True, help="Regions (pemerintah daerah): add, list, show, rename, suspend, resume."
)
hosts = typer.Typer(
    no_args_is_help=True,
    help="Host names of a region: add, change, remove. Running processes follow within seconds.",
)
migrate = typer.Typer(help="Bring the shared schemas and every region that is behind to the newest revision.")
journal = typer.Typer(
    no_args_is_help=True, help="Journals of orders: verify their seals, or put keyed seals on old ones."
)
identity = typer.Typer(no_args_is_help=True, help="The nation's sign-in: keys with which it signs.")
adapters = typer.Typer(
    no_args_is_help=True, help="Systems of other authorities: where they are reached, and a question to one."
)
agency = typer.Typer(no_args_is_help=True, help="Roles in the national agency: give one, end one.")
vendors = typer.Typer(
    no_args_is_help=True, help="Vendors: who stands where, and sanctions: propose, advise, decide, lift."
)
Slug = Annotated[str, typer.Argument(help="Short name of a region, as `eorder tenants list` shows it")]
OneSlug = Annotated[str, typer.Argument(help="Short name of one region; all by default")]
Host = Annotated[str, typer.Argument(help="Host name without port, e.g. eorder.gorontaloprov.go.id")]
app.add_typer(tenants, name="tenants")
app.add_typer(adapters, name="adapters")
app.add_typer(agency, name="agency")
app.add_typer(vendors, name="vendors")
app.add_typer(hosts, name="hosts")
app.add_typer(migrate, name="migrate")
app.add_typer(journal, name="journal")
app.add_typer(identity, name="identity")
console = Console()
T = TypeVar("T")
NOT_YET_MIGRATED = (
    asyncpg.UndefinedTableError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InsufficientPrivilegeError,
)
errors = Console(stderr=True)


def main(words: Sequence[str] | None = None) -> None:
    """Entry point; an expected refusal is one sentence and exit code 1, never a traceback."""
    try:
        app(words)
    except Refused as refusal:
        _say_no(*(f"{field}: {sentence}" if field else sentence for field, sentence in refusal.problems))
    except Expected as error:
        _say_no(error.message)
    except NOT_YET_MIGRATED:
        _say_no("Basis data ini belum disiapkan. Jalankan dahulu: eorder migrate")
    except (OSError, asyncpg.CannotConnectNowError) as error:
        _say_no(f"Basis data tidak dapat dihubungi: {error}")


def _say(sentence: str) -> None:
    console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def _say_no(*sentences: str) -> None:
    for sentence in sentences:
        errors.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)
    raise SystemExit(1) from None


@tenants.command("add")
def tenants_add(
    slug: Annotated[str, typer.Argument(help="Short name, e.g. gorontalo; becomes schema t_gorontalo")],
    name: Annotated[str, typer.Option(help='Full name, e.g. "Provinsi Gorontalo"')],
    region: Annotated[str, typer.Option(help="Kemendagri code, e.g. 75 or 75.71")],
    zone: Annotated[str, typer.Option(help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura")],
    host: Annotated[
        list[str], typer.Option(help="Host name under which the region is served; may be repeated")
    ],
    code: Annotated[str, typer.Option(help="Two letters for its mark; the province's own by default")] = "",
    short_name: Annotated[str, typer.Option(help="Name in mastheads; the full name by default")] = "",
    accent: Annotated[Accent, typer.Option(help="Dye of its pages' edge")] = Accent.NILA,
    motif: Annotated[
        WovenMotif, typer.Option(help="Motif of the woven strip on its pages")
    ] = WovenMotif.NUSANTARA,
    placement: Annotated[str, typer.Option(help="Database cluster; home by default")] = "",
    admin_name: Annotated[str, typer.Option(help="First administrator's name")] = "Admin Daerah",
    admin_email: Annotated[
        str, typer.Option(help="First administrator's e-mail; admin@HOST by default")
    ] = "",
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox",
            help="Only to try things out, for ever: test people and a test vendor, and nothing of it counts",
        ),
    ] = False,
) -> None:
    """Take a region in: schema, role, numbering, default rules and its first administrator; all or nothing."""
    new = provisioning.NewTenant(
        slug=slug,
        name=name,
        region_code=region,
        zone=zone,
        hosts=tuple(one.lower() for one in host),
        code=code or _letters(region),
        short_name=short_name,
        accent=accent,
        motif=motif,
        placement=placement,
        sandbox=sandbox,
    )
    if sandbox:
        _tell_test_people(*_run(_add_sandbox(new, admin_email.strip(), admin_name.strip())))
        return
    first = FirstAdministrator(admin_email.strip() or f"admin@{host[0].lower()}", admin_name.strip())
    tenant = _run(_add(new, first))
    sign_in = regional_address(host[0].lower(), "people.sign_in_form")
    secret = f"sekali lihat: {first.password}" if first.password else "akunnya yang sudah ada"
    _say(f"{tenant.name} siap di {', '.join(tenant.hosts)} (skema {tenant.schema}).")
    _say(f"Admin pertama masuk di {sign_in} sebagai {first.email}, kata sandi {secret}")


@tenants.command("reset-sandbox")
def tenants_reset_sandbox(slug: Slug) -> None:
    """Empty a sandbox and fill it anew; its host stays, its test people get a new password. Refuses a real region."""
    _tell_test_people(*_run(_reset_sandbox(slug)))


@tenants.command("list")
def tenants_list() -> None:
    """Every region with its state, its hosts and its revision."""
    found = _run(registry.all_tenants())
    table = Table(box=SIMPLE)
    for title in ("slug", "nama", "jenis", "status", "host", "revisi"):
        table.add_column(title, no_wrap=title != "nama")
    for one in found:
        kind = "uji coba" if one.is_sandbox else "sungguhan"
        table.add_row(one.slug, one.name, kind, one.status, "\n".join(one.hosts), one.revision)
    console.print(table if found else "Belum ada wilayah. Tambahkan: eorder tenants add --help")


@tenants.command("show")
def tenants_show(slug: Slug) -> None:
    """One region, field by field."""
    tenant = _run(_tenant(slug))
    table = Table(show_header=False, box=SIMPLE)
    for field in Tenant.__dataclass_fields__:
        value = getattr(tenant, field)
        table.add_row(field, ", ".join(value) if isinstance(value, tuple) else str(value or "-"))
    console.print(table)


@tenants.command("rename")
def tenants_rename(
    slug: Slug,
    name: Annotated[str, typer.Option(help='Full name, e.g. "Provinsi Gorontalo"')],
    short_name: Annotated[str, typer.Option(help="Name in mastheads; the full name by default")] = "",
) -> None:
    """Give a region another name; its slug, schema and signed papers stay as they are."""
    tenant = _run(_rename(slug, name, short_name))
    _say(f"Wilayah {tenant.slug} kini bernama {tenant.name} ({tenant.short_name}).")


@hosts.command("add")
def hosts_add(slug: Slug, host: Host) -> None:
    """Serve a region under one more host."""
    _tell_hosts(_run(_with_hosts(slug, renaming.add_host, host)))


@hosts.command("change")
def hosts_change(
    slug: Slug, old: Host, new: Annotated[str, typer.Argument(help="Host name in its place")]
) -> None:
    """Serve a region under another host instead of one it has. QR codes on printed papers may name the old one."""
    _tell_hosts(_run(_with_hosts(slug, renaming.change_host, old, new)))


@hosts.command("remove")
def hosts_remove(slug: Slug, host: Host) -> None:
    """Stop serving a region under a host. QR codes on printed papers may name it."""
    _tell_hosts(_run(_with_hosts(slug, renaming.remove_host, host)))


@adapters.command("list")
def adapters_list() -> None:
    """Every system with where this deployment reaches it (EORDER_ADAPTERS), or that it is not asked."""
    reached = connected()
    table = Table("sistem", "dihubungi di", box=SIMPLE)
    for system in System:
        table.add_row(system, reached.get(system, "tidak terhubung"))
    console.print(table)


@adapters.command("try")
def adapters_try(
    system: Annotated[System, typer.Argument(help="Which system")],
    fact: Annotated[
        list[str], typer.Argument(help="What is asked: name=value …, as in the contract's recordings")
    ],
) -> None:
    """Ask one system once and show what it answered. Nothing is stored."""
    facts = dict(one.partition("=")[::2] for one in fact)
    needed = exchanges_of(system)[0].facts
    if missing := sorted(needed.keys() - facts.keys()):
        _say_no(f"Sebut juga: {', '.join(missing)}")
    answer = asyncio.run(ask(Question(system, facts)))
    _say(
        f"{answer.outcome} · {answer.source} · {answer.at:%Y-%m-%d %H:%M:%S} UTC {answer.reason or answer.evidence}"
    )
    for name, text in answer.said.items():
        _say(f"  {name}: {text}")


Email = Annotated[str, typer.Argument(help="E-mail of an account that exists")]


@agency.command("give")
def agency_give(email: Email, role: NationalRoleName) -> None:
    """Give an account a role in the national agency; it counts from the next sign-in on."""
    _say(f"{_run(_change_role(give_role, email, role))} kini memegang peran {role}.")


@agency.command("end")
def agency_end(email: Email, role: NationalRoleName) -> None:
    """End a role in the national agency; the person is signed out of the national pages at once."""
    _say(
        f"{_run(_change_role(end_role, email, role))} tidak lagi memegang peran {role}, dan sudah dikeluarkan."
    )


@identity.command("rotate-keys")
def identity_rotate_keys(
    at_once: Annotated[
        bool,
        typer.Option(help="Somebody else may hold the key: sign with the new one now, withdraw the old ones"),
    ] = False,
) -> None:
    """A new key for ID tokens. It signs once it was published a while; the ones before stay published a day more."""
    _say(f"Kunci baru {_run(_rotate_keys(at_once))} diterbitkan.")


async def _rotate_keys(at_once: bool) -> str:
    async with tenancy.national() as session:
        return await rotate(session, at_once=at_once)


Nib = Annotated[str, typer.Argument(help="Business identification number (NIB) of the vendor")]
Code = Annotated[str, typer.Option(help="What the one who signs has just read in their app")]
CaseNumber = Annotated[str, typer.Argument(help="Number of the case, as `eorder vendors sanctions` shows it")]
By = Annotated[
    str, typer.Option("--by", help="E-mail of the person of the agency who does this, and signs it")
]


@vendors.command("show")
def vendors_show(nib: Nib) -> None:
    """Where a vendor stands: its status, and every sanction that ever reached it."""
    for line in _run(sanctioning.standing_of(nib)):
        _say(line)


@vendors.command("sanctions")
def vendors_sanctions() -> None:
    """The cases that wait for a decision, and the sanctions that hold."""
    for line in _run(sanctioning.everything_open()):
        _say(line)


@vendors.command("propose")
def vendors_propose(
    nib: Nib,
    level: Annotated[str, typer.Option(help="warning, suspension or blacklist")],
    ground: Annotated[str, typer.Option(help="breach, other_goods, false_facts, fraud or collusion")],
    facts: Annotated[str, typer.Option(help="What happened; the vendor reads it")],
    evidence: Annotated[list[Path], typer.Option(help="A photo or PDF; may be given several times")],
    by: By,
    months: Annotated[int | None, typer.Option(help="For how long; none for a warning")] = None,
) -> None:
    """Propose a sanction with its evidence; the vendor is told and may object."""
    _say(_run(sanctioning.propose(by, nib, level, ground, months, facts, evidence)))


@vendors.command("advise")
def vendors_advise(
    number: CaseNumber,
    giver: Annotated[str, typer.Option(help="The inspectorate and the number of its letter")],
    text: Annotated[str, typer.Option(help="What it says")],
    by: By,
) -> None:
    """Record the opinion of the inspectorate (APIP)."""
    _say(_run(sanctioning.advise(by, number, giver, text)))


@vendors.command("decide")
def vendors_decide(
    number: CaseNumber,
    reasons: Annotated[str, typer.Option(help="Why; it is published word by word")],
    by: By,
    level: Annotated[str, typer.Option(help="What is imposed; nothing, where it is left out")] = "",
    months: Annotated[int | None, typer.Option(help="For how long; none for a warning")] = None,
    heard: Annotated[bool, typer.Option("--heard", help="Objection and opinion were read")] = False,
    code: Code = "",
) -> None:
    """Decide a case; who proposed it may not. What is imposed holds in every region from now on."""
    _say(_run(sanctioning.decide_case(by, number, level, months, reasons, heard, code)))


@vendors.command("lift")
def vendors_lift(
    number: CaseNumber,
    reason: Annotated[str, typer.Option(help="Why; it is published")],
    by: By,
    annul: Annotated[bool, typer.Option("--annul", help="As if it had never been")] = False,
    code: Code = "",
) -> None:
    """End a sanction before its day; who decided it may not."""
    _say(_run(sanctioning.lift_sanction(by, number, reason, annul, code)))


@tenants.command("suspend")
def tenants_suspend(
    slug: Slug, reason: Annotated[str, typer.Option(help="Why; every page of the region says it")]
) -> None:
    """Make a region read-only; its public pages stay up. The database itself refuses its writes."""
    tenant = _run(_suspend(slug, reason))
    _say(f"{tenant.name} ditangguhkan: hanya dapat dibaca.")


@tenants.command("resume")
def tenants_resume(slug: Slug) -> None:
    """Let a suspended region write again."""
    tenant = _run(_suspend(slug, None))
    _say(f"{tenant.name} aktif kembali.")


@tenants.command("rotate")
def tenants_rotate(slug: Slug) -> None:
    """Give a region's database role a new password (its generation goes up by one); open connections live on."""
    tenant = _run(_rotate(slug))
    _say(f"Kata sandi peran {tenant.role} kini generasi {tenant.generation}.")


@migrate.callback(invoke_without_command=True)
def migrate_all(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is behind")] = False,
    rights: Annotated[
        bool,
        typer.Option(
            "--rights", help="Also make every role and grant anew: after a restore, or a new master key"
        ),
    ] = False,
) -> None:
    """Bring the shared schemas up, then every region that is behind; resumable after a kill."""
    if context.invoked_subcommand is None:
        failed = _run(_migrate(dry_run, rights))
        for tenant, error in failed:
            errors.print(
                f"{tenant.slug}: {error}", style="red", highlight=False, markup=False, soft_wrap=True
            )
        if failed:
            raise SystemExit(1)


@migrate.command("status")
def migrate_status() -> None:
    """Which revision is the newest, and who has not got it yet."""
    placements, behind, everyone = _run(_behind())
    _say(f"Skema bersama: {migrating.newest('nusantara')}.")
    for placement in placements:
        _say(f"  tertinggal: {placement}")
    _say(
        f"{len(everyone) - len(behind)} dari {len(everyone)} wilayah pada revisi {migrating.newest('tenant')}."
    )
    for one in behind:
        _say(f"  tertinggal: {one.tenant.slug} ({one.tenant.revision})")


@app.command("watch")
def watch() -> None:
    """End connections of regions' roles that overstay their limits; runs until it is stopped, beside the servers."""

    def tell(placement: str, role: str) -> None:
        _say(f"{placement}: sambungan {role} diputus karena melewati batas.")

    async def everywhere() -> None:
        await asyncio.gather(*(watching.watch(placement, tell) for placement in placements()))

    with contextlib.suppress(KeyboardInterrupt):
        _run(everywhere())


@journal.command("verify")
def journal_verify(slug: OneSlug = "") -> None:
    """Check every order's journal against its seals; what was changed past the application is named. Exit code 1."""
    broken = _run(_verify_journals(slug))
    _say_broken(broken, "Jurnal pesanan di atas diubah di luar aplikasi.")
    _say(f"Jurnal pesanan utuh di {len(broken)} wilayah.")


@journal.command("seal")
def journal_seal(slug: OneSlug = "") -> None:
    """Put the keyed seal on journals that still bear the plain hash; those that are not whole stay as they are."""
    _say_broken(_run(_seal_journals(slug)), "Jurnal pesanan di atas tidak utuh; segelnya tidak diperbarui.")


@app.command("demo")
def demo(
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing where a region exists already")
    ] = False,
    small: Annotated[
        bool, typer.Option("--small", help="Only DKI Jakarta and Gorontalo with a few vendors and orders")
    ] = False,
    accounts: Annotated[bool, typer.Option("--accounts", help="Only list the demo's accounts")] = False,
) -> None:
    """Fill an empty deployment with eight regions, sixty vendors and a year of orders."""
    from eorder_web.operations.demo.accounts import ACCOUNTS, PASSWORD

    if not accounts:
        _run(_demo(if_empty, small))
    table = Table("siapa", Column("alamat", no_wrap=True), Column("e-mail", no_wrap=True), "untuk")
    for whose, host, email, purpose in ACCOUNTS:
        table.add_row(whose, host, email, purpose)
    if accounts:
        console.print(table)
        console.print(f"Kata sandi semuanya: [bold]{PASSWORD}[/bold]", highlight=False)
        console.print(f"Kode aplikasinya: {national_address('mailbox.show')}", highlight=False)


async def _demo(if_empty: bool, small: bool) -> None:
    from eorder_web.operations.demo import extent, unfinished
    from eorder_web.operations.demo.making import make_demo

    if await unfinished.was_interrupted():
        console.print("Peragaan yang terputus dibuang dan dibuat lagi.")
        await unfinished.remove()
    if await registry.all_tenants():
        if if_empty:
            return
        raise Refused("Peragaan hanya dibuat di basis data yang belum memiliki wilayah.")
    with _progress() as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            task = tasks.setdefault(
                what, progress.add_task(what, total=total) if what not in tasks else tasks[what]
            )
            progress.update(task, completed=done)

        await make_demo(tell, extent.SMALL if small else extent.WHOLE)


async def _add(new: provisioning.NewTenant, first: FirstAdministrator) -> Tenant:
    return await provisioning.add_tenant(new, metadata, migrating.newest("tenant"), first.appoint)


async def _add_sandbox(
    new: provisioning.NewTenant, admin_email: str, admin_name: str
) -> tuple[Tenant, list[TestAccount]]:
    """The region with its test administrator, then what it is filled with; a real administrator beside, if named."""
    test = FirstAdministrator(ADMINISTRATOR.email(new.slug), ADMINISTRATOR.name)
    with clock.travelling_to(yesterday()):
        tenant = await _add(new, test)
    accounts = await fill(tenant)
    if admin_email:
        await add_administrator(tenant, admin_email, admin_name)
    return tenant, accounts


async def _reset_sandbox(slug: str) -> tuple[Tenant, list[TestAccount]]:
    tenant = await _tenant(slug)
    async with alone(tenant):
        with clock.travelling_to(yesterday()):
            await empty(tenant)
        return tenant, await fill(tenant)


def _tell_test_people(tenant: Tenant, accounts: list[TestAccount]) -> None:
    _say(f"{tenant.name} siap di {', '.join(tenant.hosts)} (skema {tenant.schema}): hanya untuk mencoba.")
    table = Table("masuk sebagai", "untuk", box=SIMPLE)
    for one in accounts:
        table.add_row(one.email, one.person.position)
    console.print(table)
    _say(f"Kunci aplikasi kode semuanya, sekali lihat: {accounts[0].secret}")
    _say(f"Kata sandi semuanya, sekali lihat: {accounts[0].password}")


async def _tenant(slug: str) -> Tenant:
    tenant = await registry.by_slug(slug)
    if tenant is None:
        raise NotVisible(f"Tidak ada wilayah {slug!r}. Lihat: eorder tenants list")
    return tenant


async def _change_role(
    change: Callable[[AsyncSession, str, NationalRoleName], Awaitable[Account]],
    email: str,
    role: NationalRoleName,
) -> str:
    async with tenancy.national() as session:
        return (await change(session, email, role)).email


async def _suspend(slug: str, reason: str | None) -> Tenant:
    tenant = await _tenant(slug)
    if reason is None and not tenant.is_suspended:
        raise Refused(f"{tenant.name} tidak sedang ditangguhkan; tidak ada yang diubah.")
    await provisioning.set_suspended(tenant, metadata, reason)
    if reason is None:
        async with tenancy.national() as session:
            outbox.write(session, "catalogue.catch_up", tenant_id=tenant.id)
    return tenant


async def _rename(slug: str, name: str, short_name: str) -> Tenant:
    await renaming.rename(await _tenant(slug), metadata, name, short_name)
    return await _tenant(slug)


async def _with_hosts(slug: str, change: Callable[..., Coroutine[Any, Any, None]], *named: str) -> Tenant:
    await change(await _tenant(slug), metadata, *(host.lower() for host in named))
    return await _tenant(slug)


def _tell_hosts(tenant: Tenant) -> None:
    _say(f"{tenant.name} dilayani di {', '.join(tenant.hosts)}; alamat dalam surat: {tenant.hosts[0]}.")


async def _rotate(slug: str) -> Tenant:
    return await provisioning.rotate_password(await _tenant(slug), metadata)


async def _behind() -> tuple[list[str], list[migrating.Behind], list[Tenant]]:
    placements = await migrating.placements_behind()
    return placements, await migrating.tenants_behind(), await registry.all_tenants()


async def _migrate(dry_run: bool, rights: bool) -> list[tuple[Tenant, Exception]]:
    if dry_run:
        await _tell_who_is_behind()
        return []
    await migrating.upgrade_shared(metadata, seed_reference, renew=rights)
    if rights:
        await _renew_rights()
    behind = await migrating.tenants_behind()
    if not behind:
        _say("Semua wilayah pada revisi terbaru.")
        return []
    if used := await migrating.in_use(behind):
        raise Refused(
            "%(regions)s masih dipakai, dan revisi yang menunggu menolak tulisan versi lama. Hentikan web dan pekerja, "
            "lalu ulangi.",
            regions=", ".join(tenant.slug for tenant in used),
        )
    with _progress() as progress:
        task = progress.add_task("Memigrasikan wilayah", total=len(behind))
        failed = await migrating.upgrade_tenants(behind, metadata, lambda _: progress.advance(task))
    left_behind = {tenant.slug for tenant, _ in failed}
    for one in behind:
        if one.tenant.slug not in left_behind and any(
            migrating.leads_over(one.tenant.revision, since) for since in journals.SEALED_SINCE
        ):
            for number in await _seal_over(one.tenant):
                _say(f"{one.tenant.slug}: jurnal {number} tidak utuh; segelnya tidak diperbarui.")
    return failed


async def _verify_journals(slug: str) -> dict[str, list[str]]:
    broken = {}
    for tenant in await _chosen(slug):
        async with tenancy.inside(tenant) as session:
            broken[tenant.slug] = await journals.broken_journals(session)
    return broken


async def _seal_journals(slug: str) -> dict[str, list[str]]:
    return {tenant.slug: await _seal_over(tenant) for tenant in await _chosen(slug)}


async def _seal_over(tenant: Tenant) -> list[str]:
    async with inside_as_owner(tenant) as session:
        return await journals.seal_journals(session)


async def _chosen(slug: str) -> list[Tenant]:
    return [await _tenant(slug)] if slug else await registry.all_tenants()


def _say_broken(broken: dict[str, list[str]], sentence: str) -> None:
    for slug, numbers in broken.items():
        for number in numbers:
            errors.print(f"{slug}: {number}", style="red", highlight=False, markup=False)
    if any(broken.values()):
        _say_no(sentence)


async def _tell_who_is_behind() -> None:
    placements = await migrating.placements_behind()
    if placements:
        _say(f"Skema bersama tertinggal di: {', '.join(placements)}.")
    behind = await migrating.tenants_behind()
    names = ", ".join(one.tenant.slug for one in behind)
    _say(f"Wilayah yang tertinggal: {names}." if behind else "Semua wilayah pada revisi terbaru.")


async def _renew_rights() -> None:
    everyone = await registry.all_tenants()
    for tenant in everyone:
        await provisioning.renew_rights(tenant, metadata)
    _say(f"Peran dan hak akses diperbarui: nasional dan {len(everyone)} wilayah.")


def _progress() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def _letters(region_code: str) -> str:
    from eorder_platform.seeds.regions import provinces

    return next((one.letters for one in provinces() if one.code == region_code[:2]), "")


def _run(work: Coroutine[Any, Any, T]) -> T:
    async def run() -> T:
        registry.forget()
        try:
            return await work
        finally:
            await tenancy.close_connections()

    return asyncio.run(run())


if __name__ == "__main__":
    main()
