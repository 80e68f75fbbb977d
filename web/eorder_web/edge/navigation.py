"""What stands around a page's content: menus by what a person may do, never a choice of role."""

from collections.abc import Sequence
from dataclasses import replace

from eorder_platform.identity.sessions import Session
from eorder_platform.settings import settings
from eorder_tenants.organisation.models import Role
from eorder_web.edge.proving import proof_shown
from eorder_web.edge.visiting import Request, address_of_page
from eorder_web.look.addresses import HOME, address, national_address
from eorder_web.look.rendering import Chrome, NavItem, Person, bell_drawn
from eorder_web.look.translating import _, kept_by_language, ngettext

MENUS_KEPT = 256
ROLE_WORDS = {
    Role.TENANT_ADMIN: "Admin daerah",
    Role.PROCUREMENT_OFFICER: "Pejabat Pengadaan",
    Role.COMMITMENT_OFFICER: "PPK",
    Role.RECEIVER: "Penerima barang",
    Role.TREASURER: "Bendahara",
    Role.BUDGET_USER: "Pengguna Anggaran",
    Role.DELEGATED_BUDGET_USER: "Kuasa Pengguna Anggaran",
    Role.AUDITOR: "Auditor",
    "vendor_owner": "Pemilik usaha",
    "vendor_staff": "Staf penyedia",
    "agency_admin": "Admin nasional",
    "verifier": "Verifikator",
    "regional_official": "Pejabat di daerah",
}


def chrome(request: Request, active: str = "") -> Chrome:
    """The frame of a page for this visit."""
    visit = request.visit
    waiting = visit.bell.waiting if visit.bell else 0
    nav = _menu(visit.tenant is not None, frozenset(visit.session.roles if visit.session else ()), waiting)
    footer = _footer(visit.tenant is not None)
    if visit.tenant is None and visit.host != settings().national_host:
        nav, footer = _national(nav), tuple((title, _national(items)) for title, items in footer)
    return Chrome(
        tenant=visit.tenant,
        nav=nav,
        active=active,
        bottom=_vendor_bar(visit.session, waiting) if visit.tenant is None else (),
        person=_person(visit.session),
        account=_account_menu(visit.session.roles if visit.tenant is not None else ())
        if visit.session
        else (),
        footer=footer,
        theme=visit.theme,
        csrf=visit.csrf_token,
        flashes=visit.flashes,
        bell=bell_drawn(visit.bell),
        unread=visit.bell.unread if visit.bell else 0,
        url=address_of_page(request),
        is_sandbox=visit.in_sandbox,
        agency=visit.tenant is None and _is_agency(visit.session),
        proof=proof_shown(visit),
        factor_due_at=visit.session.factor_due_at if visit.session else None,
        national_url=settings().national_url(HOME),
        mailbox_url=national_address("mailbox.show")
        if settings().show_mailbox and visit.tenant is None
        else "",
    )


def _national(items: tuple[NavItem, ...]) -> tuple[NavItem, ...]:
    """The same entries on a page of a host that belongs to nobody: there a path alone would lead nowhere."""
    return tuple(
        replace(item, href=settings().national_url(item.href) if item.href.startswith(HOME) else item.href)
        for item in items
    )


@kept_by_language(MENUS_KEPT)
def _menu(in_region: bool, roles: frozenset[str], waiting: int) -> tuple[NavItem, ...]:
    if in_region:
        return _region_menu(roles, waiting)
    if roles & {"agency_admin", "verifier"}:
        return (
            NavItem("verification", _("Verifikasi"), address("agency.queue")),
            NavItem("sanctions", _("Sanksi"), address("agency.sanctions")),
            NavItem("vendors", ngettext("Penyedia", "Penyedia", 2), address("vendors.listing")),
            NavItem("regions", _("Wilayah"), address("transparency.regions")),
            NavItem("rules", _("Aturan"), address("agency.rules")),
            NavItem("synonyms", _("Padanan"), address("agency.synonyms")),
            NavItem("programs", _("Program"), address("agency.programs")),
            *(
                [NavItem("recoveries", _("Pemulihan"), address("agency.recoveries"))]
                if "agency_admin" in roles
                else []
            ),
        )
    if roles & {"vendor_owner", "vendor_staff"}:
        return (
            NavItem("inbox", _("Pesanan"), address("inbox.list"), count=waiting),
            NavItem("products", _("Produk"), address("vendors.products")),
            NavItem("money", _("Uang"), address("money.show")),
            NavItem("participation", _("Wilayah"), address("vendors.participation")),
            NavItem("profile", _("Profil usaha"), address("vendors.profile")),
        )
    return (
        NavItem("regions", _("Wilayah"), address("transparency.regions")),
        NavItem("spending", _("Belanja publik"), address("transparency.national_spending")),
        NavItem("vendors", ngettext("Penyedia", "Penyedia", 2), address("vendors.listing")),
        NavItem("own_regions", _("Wilayah Anda"), address("people.regions"))
        if "regional_official" in roles
        else NavItem("register", _("Daftar sebagai penyedia"), address("vendors.register")),
    )


def _region_menu(roles: frozenset[str], waiting: int) -> tuple[NavItem, ...]:
    items = []
    if (roles and waiting) or roles - {Role.AUDITOR, Role.TENANT_ADMIN}:
        items.append(NavItem("tasks", _("Kotak tugas"), address("orders.tasks"), count=waiting))
    if roles:
        items.append(NavItem("orders", _("Pesanan"), address("orders.list")))
        items.append(
            NavItem("deliveries", ngettext("Pengiriman", "Pengiriman", 2), address("orders.deliveries"))
        )
        items.append(NavItem("budget", _("Anggaran"), address("budgets.list")))
    items.append(NavItem("catalogue", _("Katalog"), address("catalogue.list")))
    if Role.TENANT_ADMIN in roles:
        items.append(NavItem("vendors", ngettext("Penyedia", "Penyedia", 2), address("catalogue.vendors")))
        items.append(NavItem("organisation", _("Organisasi"), address("organisation.officials")))
    if Role.AUDITOR in roles:
        items.append(NavItem("flags", _("Tanda merah"), address("watching.flags")))
    if not roles:
        items.append(NavItem("vendors", ngettext("Penyedia", "Penyedia", 2), address("catalogue.vendors")))
    items.append(NavItem("spending", _("Belanja publik"), address("transparency.spending")))
    return tuple(items)


def _vendor_bar(session: Session | None, waiting: int) -> tuple[NavItem, ...]:
    if session is None or not {"vendor_owner", "vendor_staff"} & set(session.roles):
        return ()
    return (
        NavItem("inbox", _("Pesanan"), address("inbox.list"), count=waiting, icon="clipboard-list"),
        NavItem("products", _("Produk"), address("vendors.products"), icon="package"),
        NavItem("money", _("Uang"), address("money.show"), icon="cash"),
        NavItem("participation", _("Wilayah"), address("vendors.participation"), icon="map-pin"),
        NavItem("profile", _("Profil"), address("vendors.profile"), icon="building-store"),
    )


@kept_by_language(2)
def _footer(in_region: bool) -> tuple[tuple[str, tuple[NavItem, ...]], ...]:
    vendors = NavItem(
        "vendors",
        ngettext("Penyedia", "Penyedia", 2),
        address("catalogue.vendors" if in_region else "vendors.listing"),
    )
    spending = NavItem(
        "spending",
        _("Belanja publik"),
        address("transparency.spending" if in_region else "transparency.national_spending"),
    )
    for_vendors = NavItem("guides", _("Panduan penyedia"), national_address("guides.vendors"))
    for_officials = NavItem("guides", _("Panduan pejabat"), national_address("guides.officials"))
    accessibility = NavItem("guides", _("Aksesibilitas"), national_address("guides.accessibility"))
    privacy = NavItem("guides", _("Privasi"), national_address("guides.privacy"))
    for_programs = NavItem("guides", _("API untuk program"), national_address("api.guide"))
    if in_region:
        genuine = NavItem("documents", _("Periksa dokumen"), address("transparency.find_document"))
        return (
            (_("Belanja"), (NavItem("catalogue", _("Katalog"), address("catalogue.list")), vendors)),
            (_("Keterbukaan"), (spending, genuine, privacy)),
            (_("Bantuan"), (for_vendors, for_officials, for_programs, accessibility)),
        )
    sanctions = NavItem("sanctions", _("Sanksi penyedia"), address("sanctions.list"))
    find = NavItem("find", _("Cari"), address("transparency.find"))
    return (
        (_("Belanja"), (NavItem("regions", _("Wilayah"), address("transparency.regions")), vendors, find)),
        (_("Keterbukaan"), (spending, sanctions, privacy)),
        (
            _("Untuk penyedia"),
            (NavItem("register", _("Daftar sebagai penyedia"), address("vendors.register")), for_vendors),
        ),
        (_("Bantuan"), (for_officials, for_programs, accessibility)),
    )


def _account_menu(roles: Sequence[str]) -> tuple[NavItem, ...]:
    """`roles`: those held in the region; the nation's are not asked for."""
    items = [
        NavItem("account", _("Akun saya"), address("people.account")),
        NavItem("notices", _("Pemberitahuan"), address("notices.list")),
    ]
    if roles:
        items.append(NavItem("letters", _("Surat Plh dan Plt"), address("letters.list")))
    if {Role.AUDITOR, Role.BUDGET_USER} & set(roles):  # administrators find it in the organisation
        items.append(NavItem("reads", _("Pembacaan auditor"), address("watching.reads")))
    return tuple(items)


def _person(session: Session | None) -> Person | None:
    if session is None:
        return None
    words = [_(word) for role, word in ROLE_WORDS.items() if role in session.roles]
    role = " · ".join([", ".join(words[:2]), *([session.office] if session.office else [])]) if words else ""
    return Person(session.name, role, "".join(part[0] for part in session.name.split()[:2]).upper())


def _is_agency(session: Session | None) -> bool:
    return session is not None and bool({"agency_admin", "verifier"} & set(session.roles))
