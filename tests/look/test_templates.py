"""About all templates, whoever wrote them: they compile, obey the policy, name real icons, have a title."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from eorder_web.look.rendering import COMPONENTS, ROOT, STATIC, environment
from eorder_web.look.translating import LOCALES, speaking

TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
PAGES = [name for name in TEMPLATES if name not in (COMPONENTS, "layout/base.html")]
SPRITE = set((STATIC / "icons.txt").read_text().split())
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    # facts for search engines are data, which no browser runs
    "a script in a page": r"<script(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">)",
    "an htmx handler": r"\bhx-on\b",
    "script in an htmx value": r"hx-(vals|confirm|headers)\s*=\s*[\"']js:",
    "a trigger filter": r"hx-trigger\s*=\s*\"[^\"]*\[",
    "another host's file": r"(src|href)\s*=\s*[\"']https?://[^\"']+\.(js|css|woff2?|png|jpe?g|svg)",
}
ICON_ARGUMENTS = {"btn": 3, "tag": 2, "post_button": 4, "empty": 3}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles_in_both_languages(name: str, locale: str) -> None:
    with speaking(locale):
        assert environment().get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_breaks_the_content_security_policy(name: str) -> None:
    source = re.sub(r"\{#.*?#\}", "", (ROOT / name).read_text(), flags=re.DOTALL)
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, source)]
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_a_title_and_stands_in_the_frame(name: str) -> None:
    source = (ROOT / name).read_text()
    if "{% extends" in source:
        assert '{% extends "layout/base.html" %}' in source or "{% block title %}" not in source
        assert re.search(r"\{% block title %\}\s*\S", source)


def test_every_icon_is_in_the_sprite() -> None:
    unknown = [f"{name}: {icon}" for name in TEMPLATES for icon in icons_of(name) if icon not in SPRITE]
    assert unknown == []


def icons_of(template: str) -> Iterator[str]:
    """The names of icons that a template gives as constants."""
    tree = environment().parse((ROOT / template).read_text())
    for call in tree.find_all(nodes.Call):
        called = getattr(call.node, "attr", getattr(call.node, "name", ""))
        given = [keyword.value for keyword in call.kwargs if keyword.key == "ic"]
        if called in ("icon", "diaicon"):
            given += call.args[:1]
        elif called in ICON_ARGUMENTS:
            given += call.args[ICON_ARGUMENTS[called] : ICON_ARGUMENTS[called] + 1]
        yield from (node.value for node in given if isinstance(node, nodes.Const) and node.value is not None)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_macro_is_called_and_never_shown_in_place_of_a_fact_of_its_name(name: str) -> None:
    """In its own template a macro hides what the page was given under the same name, and is printed instead of it."""
    tree = environment().parse((ROOT / name).read_text())
    names = list(tree.find_all(nodes.Name))
    given = {one.name for one in names if one.ctx != "load"}
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    shown = {one.name for one in names if one.ctx == "load" and id(one) not in called} - given
    assert shown & {macro.name for macro in tree.find_all(nodes.Macro)} == set()
