"""Words that mean the same (padanan), as officials, vendors and two languages use them; the agency's from then on."""

from collections.abc import Iterator

from eorder_platform.seeds.reading import seed_rows
from eorder_platform.wording.lexicon import Entry


def synonyms() -> Iterator[Entry]:
    """Every row of synonyms.csv: what is typed, what it also means (`#ATK` is a category), and whether both ways."""
    for row in seed_rows("synonyms.csv"):
        yield row["phrase"], row["meanings"].split("; "), row["both_ways"] == "ya"
