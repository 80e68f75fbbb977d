"""From a template's name to HTML: one Jinja environment per language, and what every page shows around its content.

Templates are named by their path under `eorder_web`, like `orders/show.html`; those of the look, like
`layout/base.html`, by their path under `eorder_web/look`. They extend `layout/base.html`, find
the component macros as `ui` and the frame as `page` (a `Chrome`); neither needs an import.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eorder_platform.formatting import INDONESIAN
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import longest_of
from eorder_web.look.addresses import HOME, address, address_in, national_address, stem
from eorder_web.look.compiling import CompilingEnvironment
from eorder_web.look.components import drawing
from eorder_web.look.formatting import FILTERS
from eorder_web.look.translating import LOCALES, _, named, ngettext, spoken

LOOK = Path(__file__).parent
ROOT = LOOK.parent
STATIC = LOOK / "static"
COMPONENTS = "components/ui.html"
TYPEFACE = "plus-jakarta-sans.woff2"
FRAMES_KEPT = 256
ANYWHERE = "\ue000"
"""The address of a kept frame: each page fills in its own."""
ANYBODYS = "\ue001"
"""The token of a kept frame, likewise."""
A_BELL = Markup("\ue002")
"""The bell of a kept frame, likewise."""
BELLS_KEPT = 256
PAGES_KEPT = 64
COUNTS_KEPT = 1024
NATIONAL_ZONE = "Asia/Jakarta"
THEMES = ("light", "dark", "auto")
"""Light unless chosen; auto follows the device."""


@dataclass(frozen=True)
class NavItem:
    """One entry of a menu; `count` is what waits there, `icon` is needed only in the vendor's bottom bar."""

    key: str
    text: str
    href: str
    count: int = 0
    icon: str = "dots"


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the masthead says it: `role` in plain words with the office ("PPK · Dinas Pendidikan")."""

    name: str
    role: str
    initials: str


@dataclass(frozen=True)
class Rung:
    """One notice as the bell and its page show it; `region` where it comes from, in a bell over several."""

    href: str
    headline: str
    detail: str
    region: str
    due_at: datetime | None
    at: datetime
    zone: str
    new: bool


@dataclass(frozen=True)
class Bell:
    """What concerns who is signed in: how much they have not read, how much waits for them, and the newest."""

    unread: int
    waiting: int
    latest: tuple[Rung, ...]


@dataclass(frozen=True)
class Flash:
    """One sentence after a redirect; `kind` is ok, warn, bad or info."""

    kind: str
    text: str


@dataclass(frozen=True)
class Chrome:
    """What stands around a page's content: whose page it is, who looks at it, where the menus lead.

    Templates see it as `page`. Without a tenant it is a national page. `locale` is the language in which it is made.
    `url` is the path with its query; the language switch keeps it. `csrf_token` goes into every form by `ui.form` or
    `ui.csrf`; a page without forms never asks for it, so that a reader of public pages gets no cookie. `bell` is drawn
    already (`bell_drawn`), `unread` is its number. `proof`: whether a form here must ask who is signed in to prove
    themselves, and how (edge/proving.py); `factor_due_at`: from when on they need a second factor. They, the token, the
    flashes and the address are left out of comparisons: two equal ones look alike in all that `kept` keeps. (Menus are
    compared and not hashed: they are long and follow from the rest.)
    """

    tenant: Tenant | None = None
    nav: tuple[NavItem, ...] = field(default=(), hash=False)
    active: str = ""
    bottom: tuple[NavItem, ...] = field(default=(), hash=False)
    person: Person | None = None
    locale: str = field(default_factory=spoken)
    csrf: Callable[[], str] = field(default=str, compare=False)
    flashes: Sequence[Flash] = field(default=(), compare=False)
    url: str = field(default="/", compare=False)
    bell: Markup = field(default=Markup(), compare=False)
    unread: int = field(default=0, compare=False)
    theme: str = "light"
    agency: bool = False
    account: tuple[NavItem, ...] = field(default=(), hash=False)
    is_sandbox: bool = False
    footer: tuple[tuple[str, tuple[NavItem, ...]], ...] = field(default=(), hash=False)
    national_url: str = HOME
    mailbox_url: str = ""
    proof: Any = field(default=None, compare=False)
    factor_due_at: datetime | None = field(default=None, compare=False)

    @cached_property
    def csrf_token(self) -> str:
        return self.csrf()

    @property
    def accent(self) -> str:
        """The dye on the page's edge; the agency's console is charcoal so that it is never taken for a region."""
        if self.tenant is not None:
            return self.tenant.accent
        return "arang" if self.agency else "nila"

    @property
    def motif(self) -> str:
        return self.tenant.motif if self.tenant is not None else "nusantara"

    @property
    def code(self) -> str:
        return self.tenant.code if self.tenant is not None else "ID"

    @property
    def name(self) -> str:
        return self.tenant.short_name if self.tenant is not None else "e-Order Nusantara"

    @property
    def zone(self) -> str:
        """The time zone in which this page tells its times."""
        return self.tenant.zone if self.tenant is not None else NATIONAL_ZONE

    def public_url(self, locale: str = INDONESIAN) -> str:
        """This page's complete address as others should link to it: its path alone, English asked for."""
        path = self.url.partition("?")[0] + ("" if locale == INDONESIAN else f"?bahasa={locale}")
        return (
            settings().public_url(self.tenant.hosts[0], path)
            if self.tenant
            else settings().national_url(path)
        )

    @property
    def picture_url(self) -> str:
        """What is shown with a link to any of our pages (infra/pictures/preview.svg)."""
        return settings().national_url(asset("preview.png"))

    @property
    def home_url(self) -> str:
        """The front page that this page belongs to."""
        return HOME if self.tenant is not None else self.national_url

    @property
    def sign_in_url(self) -> str:
        """Where one signs in to what this page belongs to."""
        name = "people.sign_in_form"
        return address(name) if self.tenant is not None else national_address(name)

    @property
    def switch_stem(self) -> str:
        """This address up to a language or theme to be appended; both are remembered, so that one drops the other."""
        return open_query(self.url, "bahasa", "tema")

    def url_in(self, locale: str) -> str:
        """This same page in another language."""
        return f"{self.switch_stem}bahasa={locale}"

    def url_under(self, theme: str) -> str:
        """This same page, light or dark."""
        return f"{self.switch_stem}tema={theme}"


def render(template_name: str, page: Chrome, **context: object) -> str:
    """The whole page in the reader's language."""
    return environment().get_template(template_name).render(page=page, **context)


def render_kept(template_name: str, page: Chrome, **facts: Hashable) -> str:
    """A public page, kept by everything it says: the same facts at the same address are not written out again.

    The facts are still read for every reader, so that nobody sees yesterday's. Only for who is not signed in; a kept
    page that asks for a visitor's token is a mistake. A fact must always be of the same type.
    """
    return _rendered(template_name, page, page.url, tuple(facts.items()))


@lru_cache(maxsize=PAGES_KEPT)
def _rendered(template_name: str, page: Chrome, url: str, facts: tuple[tuple[str, Hashable], ...]) -> str:
    """Kept by `url` too, which two equal frames may differ in."""
    return render(template_name, replace(page, csrf=_no_token, flashes=()), **dict(facts))


def _no_token() -> str:
    raise RuntimeError("a page that is kept for everybody must not carry one visitor's token")


def render_block(template_name: str, block: str, page: Chrome, **context: object) -> str:
    """One block of the page's own template: what HTMX swaps is what was first printed."""
    template = environment().get_template(template_name)
    return "".join(template.blocks[block](template.new_context({"page": page, **context})))


def render_part(template_name: str, **context: object) -> Markup:
    """A template that stands by itself within pages and knows nothing of who looks at them, so that it can be kept."""
    return Markup(environment().get_template(template_name).render(**context))


def environment() -> Environment:
    """The templates in the reader's language."""
    return _environment(spoken())


@lru_cache(maxsize=256)
def has_template(name: str) -> bool:
    """Whether there is such a template."""
    return any((folder / name).is_file() for folder in (ROOT, LOOK))


@lru_cache(maxsize=len(LOCALES))
def _environment(_locale: str) -> Environment:
    """The templates, compiled once for each language; undefined names are mistakes, not empty strings."""
    made = CompilingEnvironment(
        loader=FileSystemLoader([ROOT, LOOK]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(FILTERS)
    made.filters.update(
        error_for=error_for,
        named=named,
        in_words=in_words,
        query_stem=query_stem,
        with_query=with_query,
        anchor=anchor,
        drawing_of=drawing.drawing_of,
        drawn=drawn,
    )
    made.globals.update(
        longest_of=longest_of,
        _=_,
        ngettext=lru_cache(maxsize=COUNTS_KEPT, typed=True)(ngettext),
        icon=icon,
        kept=kept,
        asset=asset,
        address=address,
        stem=stem,
        address_in=address_in,
        national_address=national_address,
        stylesheets=stylesheets,
        typeface=typeface,
        LOCALES=LOCALES,
        MOTIFS=drawing.MOTIFS,
        TILES=drawing.TILES,
    )
    made.globals["ui"] = made.get_template(COMPONENTS).module
    return made


def compile_all() -> None:
    """Every template in the language of most readers, before the first one asks."""
    made = _environment(INDONESIAN)
    for name in made.list_templates(extensions=("html",)):
        made.get_template(name)


def kept(part: Callable[[Chrome], Markup], page: Chrome) -> Markup:
    """The masthead or the foot, kept as this reader sees it; only its address and the reader's token are filled in."""
    html = _kept(part, page).replace(open_query(ANYWHERE), str(escape(page.switch_stem)))
    if page.person is not None:
        html = html.replace(ANYBODYS, page.csrf_token).replace(A_BELL, page.bell)
    return Markup(html)


def bell_drawn(bell: Bell | None) -> Markup:
    """The bell for the masthead, in the reader's language; nothing for who has none."""
    return _bell_drawn(spoken(), bell) if bell is not None else Markup()


@lru_cache(maxsize=BELLS_KEPT)
def _bell_drawn(_locale: str, bell: Bell) -> Markup:
    components: Any = environment().globals["ui"]
    return Markup(components.bell(bell))


@lru_cache(maxsize=FRAMES_KEPT)
def _kept(part: Callable[[Chrome], Markup], page: Chrome) -> str:
    # plain text: Markup would escape what is filled in once more, and slowly
    token = page.csrf if page.person is None else _anybodys_token
    return str(part(replace(page, url=ANYWHERE, csrf=token, bell=A_BELL if page.person else Markup())))


def _anybodys_token() -> str:
    return ANYBODYS


def error_for(errors: Sequence[tuple[str | None, str]], field_name: str) -> str | None:
    """The sentence for one field out of `Refused.problems`: `{{ ui.field(…, error=errors|error_for("nib")) }}`."""
    return next((sentence for name, sentence in errors if name == field_name), None)


def in_words(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices whose names are ours, in the reader's language: `ui.select(…, causes|in_words)`."""
    return [(key, _(text)) for key, text in options]


def query_stem(url: str, name: str) -> str:
    """The address up to the value of one query parameter: append the value. For pagers."""
    return f"{open_query(url, name)}{name}="


def open_query(url: str, *without: str) -> str:
    """The address up to where another query parameter may be appended, without those of these names."""
    path, _, query = url.partition("?")
    if not query:
        return f"{path}?"
    kept = (f"{pair}&" for pair in query.split("&") if pair and pair.partition("=")[0] not in without)
    return f"{path}?{''.join(kept)}"


def with_query(url: str, name: str, value: object) -> str:
    """The same address with one query parameter set; an empty value drops it."""
    stem = query_stem(url, name)
    return stem + quote_plus(str(value)) if value else stem.removesuffix(f"{name}=").rstrip("?&")


@lru_cache(maxsize=512)
def anchor(text: str) -> str:
    """A heading as an element id: `Rincian barang` becomes `rincian-barang`."""
    return "-".join("".join(mark if mark.isalnum() else " " for mark in text.lower()).split())


@lru_cache(maxsize=512)
def icon(name: str, cls: str = "icon", label: str | None = None) -> Markup:
    """An icon of the sprite (names in `static/icons.txt`); without a label it is decoration beside a word."""
    seen = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    kind = Markup(' class="{}"').format(cls) if cls else ""
    return Markup('<svg{} {}><use href="{}#{}"/></svg>').format(kind, seen, asset("sprite.svg"), name)


@lru_cache(maxsize=8192)
def drawn(art: str | None, name: str = "", seller: str = "", cls: str = "thumb") -> Markup:
    """The drawing of goods without a photo, in its frame; a product's own by its name and who sells it."""
    dye, layers = drawing.picture_of(art, name, seller) if name else ("", (art or "lain",))
    uses = Markup().join(Markup('<use href="{}#{}"/>').format(asset("sprite.svg"), one) for one in layers)
    own = Markup(' data-accent="{}"').format(dye) if dye else ""
    return Markup('<div class="{}"{}><svg aria-hidden="true" viewBox="0 0 160 120">{}</svg></div>').format(
        cls.strip(), own, uses
    )


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of a static file: the built one under its hash, else the source itself."""
    built = _manifest().get(name)
    return f"/static/build/{built}" if built else f"/static/{name}"


@lru_cache(maxsize=1)
def stylesheets() -> tuple[str, ...]:
    """The one built stylesheet, or the sources in their order where set-up has not built it yet."""
    if "app.css" in _manifest():
        return (asset("app.css"),)
    return tuple(f"/static/css/{path.name}" for path in sorted((STATIC / "css").glob("*.css")))


def typeface() -> str:
    """The built font, to be fetched before the stylesheet asks for it; empty where set-up has not built it yet."""
    return asset(TYPEFACE) if TYPEFACE in _manifest() else ""


@lru_cache(maxsize=1)
def _manifest() -> Mapping[str, str]:
    path = STATIC / "build" / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}
