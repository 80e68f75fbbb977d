"""What people type into a search field, as PostgreSQL asks for it: by full text search, or as part of a text."""

import re
from typing import Final

MOST_WORDS: Final = 8


def beginnings(text: str) -> str | None:
    """`kertas hvs` becomes the query `kertas:* & hvs:*`; nothing but signs becomes None, which finds everything."""
    words = re.findall(r"\w+", text.replace("_", " "))[:MOST_WORDS]
    return " & ".join(f"{word}:*" for word in words) or None


def containing(words: str) -> str:
    """The pattern for LIKE that finds these words anywhere in a text, and their signs as they stand."""
    for sign in "\\%_":
        words = words.replace(sign, f"\\{sign}")
    return f"%{words}%"
