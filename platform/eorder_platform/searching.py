"""What people type into a search field, as PostgreSQL's full text search asks for it."""

import re
from typing import Final

MOST_WORDS: Final = 8


def beginnings(text: str) -> str | None:
    """`kertas hvs` becomes the query `kertas:* & hvs:*`; nothing but signs becomes None, which finds everything."""
    words = re.findall(r"\w+", text.replace("_", " "))[:MOST_WORDS]
    return " & ".join(f"{word}:*" for word in words) or None
