"""QR codes, drawn into the page: a picture file would be a request more, and would lie in a cache with its secret."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from markupsafe import Markup

BORDER: Final = 4
"""Light modules around the code, as scanners want them."""
MODULE_PIXELS: Final = 4


def qr_code(text: str) -> Markup:
    """The code of that text as SVG: dark on white under any theme, hidden from readers (its text stands beside it)."""
    import segno  # only who sets up an app needs it

    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    size = len(rows) + 2 * BORDER
    drawn = "".join(_strokes(rows))
    pixels = size * MODULE_PIXELS
    return Markup(
        f'<svg viewBox="0 0 {size} {size}" width="{pixels}" height="{pixels}" aria-hidden="true">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{drawn}"/></svg>'
    )


def _strokes(rows: list[list[int]]) -> Iterator[str]:
    """Each run of dark modules in a row as one rectangle."""
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row, key=bool):
            length = len(list(run))
            if dark:
                yield f"M{x + BORDER} {y + BORDER}h{length}v1h-{length}z"
            x += length
