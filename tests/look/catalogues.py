"""The English catalogues as they are written, for tests that ask what stands in them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from babel.messages.pofile import read_po

from eorder_web.look.translating import LOCALE_FOLDER

LOCALES: Final = ("id", "en")


def messages() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """File, Indonesian text, and its English: one form, or one for one thing and one for many."""
    for path in sorted((LOCALE_FOLDER / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                match message.id, message.string:
                    case (str(key), *_), (str(one), str(many)):
                        yield path.name, key, (one, many)
                    case str(key), str(text) if key:
                        yield path.name, key, (text,)


@lru_cache(maxsize=1)
def english() -> dict[str, tuple[str, ...]]:
    """Every Indonesian text with its English forms; an empty one counts as none."""
    return {key: forms for _, key, forms in messages() if all(forms) and len(forms) == 1}


@lru_cache(maxsize=1)
def english_plurals() -> dict[str, tuple[str, ...]]:
    """The same for what is counted."""
    return {key: forms for _, key, forms in messages() if all(forms) and len(forms) == 2}
