"""The stylesheet keeps its budget, its tokens and the contrast that every choice of a region must have."""

import re
from itertools import pairwise

import pytest

from eorder_web.look.components.drawing import MOTIFS, TILES
from eorder_web.look.rendering import STATIC

SOURCES = {path.name: path.read_text() for path in sorted((STATIC / "css").glob("*.css"))}
BUDGET_BYTES = 60_000
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
DYE = re.compile(r'\[data-accent="(\w+)"\][^{]*\{([^}]*)\}')
DYES = {
    name: dict(re.findall(r"--accent-(\w+): ([^;]+);", body))
    for name, body in DYE.findall(SOURCES["05-accents.css"])
}
LIGHT_DARK = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);")
TOKENS = {name: (light, dark) for name, light, dark in LIGHT_DARK.findall(SOURCES["00-tokens.css"])}


def test_there_are_twelve_dyes_eight_motifs_and_thirty_eight_provinces() -> None:
    assert (len(DYES), len(MOTIFS), len(TILES)) == (12, 8, 38)
    assert len({tile.code for tile in TILES.values()}) == 38
    assert len({(tile.x, tile.y) for tile in TILES.values()}) == 38


@pytest.mark.parametrize("dye", sorted(DYES))
def test_any_dye_may_be_chosen_without_losing_contrast(dye: str) -> None:
    shades = DYES[dye]
    assert contrast("#FFFFFF", shades["solid"]) >= 7, "white on a region's band"
    assert contrast(shades["solid"], light(shades["tint"])) >= 7, "the accent on its tint"
    assert contrast(shades["glow"], shades["deep"]) >= 7, "the accent on dark"
    assert contrast(shades["mid"], "#FFFFFF") >= 3, "bars of a chart"


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "canvas"),
        ("ink-2", "canvas"),
        ("ink-3", "canvas"),
        ("ink-3", "sunken"),
        ("link", "surface"),
        ("on-action", "action"),
        ("ok", "ok-tint"),
        ("warn", "warn-tint"),
        ("danger", "danger-tint"),
        ("action", "action-tint"),
    ],
)
def test_text_stands_out_from_its_ground(ink: str, ground: str, mode: int) -> None:
    assert contrast(TOKENS[ink][mode], TOKENS[ground][mode]) >= 4.5


@pytest.mark.parametrize("name", [name for name in SOURCES if name[:2] not in ("00", "05", "90")])
def test_colours_come_from_tokens(name: str) -> None:
    assert HEX.findall(SOURCES[name]) == []


@pytest.mark.parametrize("name", [name for name in SOURCES if name[:2] < "80"])
def test_only_utilities_and_print_override(name: str) -> None:
    assert "!important" not in SOURCES[name]


def test_nothing_is_styled_by_id() -> None:
    selectors = re.compile(r"^[^{}@/]*#[a-z][^{};]*\{", re.MULTILINE)
    assert [name for name, source in SOURCES.items() if selectors.search(source)] == []


def test_the_stylesheet_keeps_its_budget() -> None:
    # the build minifies; whitespace and comments are what it removes
    bare = re.sub(r"/\*.*?\*/|\s+", " ", "".join(SOURCES.values()), flags=re.DOTALL)
    assert len(re.sub(r" ?([{};:,]) ?", r"\1", bare)) <= BUDGET_BYTES


def test_the_layers_are_named_in_their_order() -> None:
    declared = re.search(r"@layer ([^;{]+);", SOURCES["00-tokens.css"])
    assert declared is not None
    order = declared[1].split(", ")
    used = [layer for source in SOURCES.values() for layer in re.findall(r"@layer (\w+) \{", source)]
    positions = [order.index(layer) for layer in used if layer != "tokens"]
    assert all(before <= after for before, after in pairwise(positions))


def contrast(first: str, second: str) -> float:
    """The ratio of WCAG 2: 1 for the same colour, 21 for black on white."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def light(value: str) -> str:
    return value.removeprefix("light-dark(").split(",")[0]
