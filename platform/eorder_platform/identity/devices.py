"""A browser in plain words, as somebody recognises their own among others: "Chrome, Android"."""

import re
from typing import Final

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""What a browser calls itself; the first that fits, because most also name those they are like."""
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
LONGEST: Final = 400


def browser_in_words(user_agent: str) -> str:
    """Browser and system; empty where it names neither. Made from our own words alone, never from what was sent."""
    sent = user_agent[:LONGEST]
    browser = next((words for mark, words in BROWSERS if re.search(rf"\b{mark}/", sent)), "")
    system = next((words for mark, words in SYSTEMS if mark in sent), "")
    return ", ".join(part for part in (browser, system) if part)
