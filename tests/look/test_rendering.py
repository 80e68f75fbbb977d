"""Rendering: strict about names, safe about text, in the reader's language, whole or by block."""

import re
from dataclasses import replace

import pytest
from jinja2 import UndefinedError
from jinja2.runtime import markup_join
from markupsafe import Markup, escape

from eorder_web.gallery.specimens import a_chrome, a_tenant, everything
from eorder_web.look import compiling
from eorder_web.look.rendering import (
    COMPONENTS,
    ROOT,
    Chrome,
    NavItem,
    Person,
    environment,
    kept,
    render,
    render_block,
    render_kept,
    with_query,
)
from eorder_web.look.translating import _, speaking

HOSTILE = '<script>alert("x")</script>'


@pytest.mark.parametrize("value", [HOSTILE, "'&", Markup("<b>"), 7, 1.5, None, [HOSTILE]])
def test_printing_is_as_safe_as_markupsafe(value: object) -> None:
    assert compiling.escaped(value) == str(escape(value))


@pytest.mark.parametrize("locale", ["id", "en"])
def test_what_people_typed_is_never_markup(locale: str) -> None:
    with speaking(locale):
        html = (
            environment()
            .from_string(
                "{{ _('%(caption)s, dapat digeser', caption=typed) }}{{ ui.field('nama', typed, typed, typed, typed) }}"
                "{{ ui.callout('info', typed) }}{{ ui.status('ok', typed) }}"
            )
            .render(typed=HOSTILE)
        )
    assert "<script>" not in html


def test_a_macro_that_hides_a_fact_of_its_name_is_a_mistake() -> None:
    """The order's page once said "<Macro 'year_end'>" to everybody."""
    html = "{% macro year_end() %}{{ year_end }}{% endmacro %}{{ year_end() }}"
    with pytest.raises(TypeError, match="hides a fact"):
        environment().from_string(html).render(year_end="Akhir tahun")


def test_a_macro_takes_what_it_names_and_nothing_else() -> None:
    def drawn(call: str) -> str:
        inner = "{{ a }}{{ b }}{% if caller is defined %}{{ caller(1) }}{% endif %}"
        macro = f"{{% macro it(a, b='B') %}}{inner}{{% endmacro %}}"
        return environment().from_string(macro + call).render()

    assert drawn("{{ it('<') }}{{ it(b=2, a=1) }}{{ it(*[1, 2]) }}{{ it(1, **{'b': 3}) }}") == "&lt;B121213"
    assert drawn("{% call(x) it('a') %}<i>{{ x }}</i>{% endcall %}") == "aB<i>1</i>"
    for wrong in ("{{ it(1, 2, 3) }}", "{{ it(1, c=2) }}", "{{ it(1, a=2) }}"):
        with pytest.raises(TypeError):
            drawn(wrong)
    with pytest.raises(UndefinedError, match="'a' was not provided"):
        drawn("{{ it() }}")


@pytest.mark.parametrize("parts", [("<", 1, "b"), (Markup("<b>"), "<"), ("<", Markup("<b>"), 1), ("a", None)])
def test_what_is_put_together_is_as_safe_as_its_parts(parts: tuple[object, ...]) -> None:
    assert compiling.joined(parts) == markup_join(parts)
    assert type(compiling.joined(parts)) is type(markup_join(parts))


def test_a_name_that_nobody_gave_is_a_mistake() -> None:
    with pytest.raises(UndefinedError, match="title"):
        render("layout/message.html", Chrome(), code=404, sentence="…")


def test_a_block_is_the_part_of_the_page_that_was_printed_first() -> None:
    chrome, facts = a_chrome(), {"code": 409, "title": "Sudah berubah", "sentence": "Muat ulang halaman ini."}
    block = render_block("layout/message.html", "main", chrome, **facts)
    assert block in render("layout/message.html", chrome, **facts)
    assert "<html" not in block


def test_a_page_speaks_one_language() -> None:
    facts = {"code": 404, "title": "Tidak ditemukan", "sentence": "Halaman atau data ini tidak ditemukan."}
    indonesian = render("layout/message.html", Chrome(), **facts)
    with speaking("en"):
        english = render("layout/message.html", Chrome(), **facts)
    assert 'lang="id"' in indonesian and "Lewati ke isi" in indonesian
    assert 'lang="en"' in english and "Skip to content" in english and "Not found" in english


def test_a_suspended_region_says_so_on_every_page() -> None:
    suspended = replace(a_chrome(), tenant=replace(a_tenant(), status="suspended"))
    html = render("layout/message.html", suspended, code=200, title="Katalog", sentence="…")
    assert "sedang ditangguhkan" in html


def test_the_language_switch_keeps_the_address() -> None:
    chrome = Chrome(url="/katalog?q=nasi&bahasa=id&hal=3")
    assert chrome.url_in("en") == "/katalog?q=nasi&hal=3&bahasa=en"


def test_a_query_parameter_is_set_replaced_and_dropped() -> None:
    assert with_query("/katalog", "hal", 2) == "/katalog?hal=2"
    assert with_query("/katalog?hal=2&q=a", "hal", 3) == "/katalog?q=a&hal=3"
    assert with_query("/katalog?hal=2&q=a", "hal", "") == "/katalog?q=a"
    assert with_query("/katalog?hal=2", "hal", None) == "/katalog"
    assert with_query("/katalog", "q", "a&b c") == "/katalog?q=a%26b+c"


def test_markup_among_the_facts_of_a_text_keeps_the_rest_escaped() -> None:
    text = _("Dari %(who)s lewat %(link)s", who="<b>", link=Markup("<a>sini</a>"))
    assert text == "Dari &lt;b&gt; lewat <a>sini</a>"


@pytest.mark.parametrize("locale", ["id", "en"])
def test_the_gallery_shows_every_component(locale: str) -> None:
    with speaking(locale):
        html = render("gallery/show.html", a_chrome(tenant=a_tenant()), **everything())
        components = environment().get_template(COMPONENTS).module
    assert html.count("</section>") > 10
    source = "".join((ROOT / name).read_text() for name in ("gallery/show.html", "look/layout/base.html"))
    macros = {name for name in vars(components) if not name.startswith("_") and name != "icon"}
    indirect = {"brand", "nav_links", "language_switch", "sign_out", "menu", "account", "masthead_row"}
    indirect |= {"csrf", "idempotency", "error_summary"}
    assert {name for name in macros - indirect if not re.search(rf"ui\.{name}[(,]", source)} == set()


def test_kept_surroundings_are_never_those_of_another_region_language_theme_or_address() -> None:
    pages = [
        Chrome(tenant=a_tenant("bata"), url="/katalog"),
        Chrome(tenant=a_tenant("manggis"), url="/katalog"),
        Chrome(tenant=a_tenant("bata"), url="/katalog", locale="en"),
        Chrome(tenant=a_tenant("bata"), url="/katalog", theme="dark"),
        Chrome(tenant=a_tenant("bata"), url="/katalog?q=kertas"),
        Chrome(
            tenant=a_tenant("bata"), url="/katalog", nav=(NavItem("spending", "Belanja publik", "/belanja"),)
        ),
        Chrome(tenant=a_tenant("bata"), url="/katalog", person=Person("Rina Kartikasari", "PPK", "RK")),
        Chrome(url="/katalog"),
    ]
    for page in [*pages, *pages]:
        with speaking(page.locale):
            macros = environment().get_template(COMPONENTS).module
            for part in (macros.masthead, macros.foot):  # type: ignore[attr-defined]
                assert kept(part, page) == part(page)


def test_a_page_kept_for_everybody_carries_nobodys_token() -> None:
    with pytest.raises(RuntimeError, match="token"):
        render_kept(
            "people/sign_in.html", a_chrome(signed_in=False), email="", lanjut="/", problems=(), key=""
        )
