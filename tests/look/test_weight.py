"""What a first visit over a slow line must fetch, compressed (design budget: 70 kB without photos)."""

import json

import pytest

from eorder_web.look.rendering import STATIC

BUILT = STATIC / "build"
MANIFEST: dict[str, str] = (
    json.loads((BUILT / "manifest.json").read_text()) if (BUILT / "manifest.json").exists() else {}
)
KB = 1000

pytestmark = pytest.mark.skipif(not MANIFEST, reason="the browser's files are not built: ./run builds them")


@pytest.mark.parametrize(
    ("names", "budget"),
    [
        (["app.css"], 12 * KB),
        (["app.js"], 15 * KB),
        (["sprite.svg"], 10 * KB),
        (["plus-jakarta-sans.woff2"], 13 * KB),
        (["app.css", "app.js", "sprite.svg", "plus-jakarta-sans.woff2"], 49 * KB),
    ],
    ids=["styles", "script", "pictures", "font", "all"],
)
def test_a_first_visit_stays_light(names: list[str], budget: int) -> None:
    assert sum(weight(name) for name in names) <= budget


def weight(name: str) -> int:
    """The bytes sent: the Brotli twin where there is one; fonts are compressed already."""
    built = BUILT / MANIFEST[name]
    twin = built.with_name(f"{built.name}.br")
    return (twin if twin.exists() else built).stat().st_size
