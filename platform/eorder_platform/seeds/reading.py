"""The CSV files of this folder as rows of text."""

import csv
from collections.abc import Iterator
from importlib import resources


def seed_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of `name` (such as "categories.csv"), each a dict of column → text."""
    text = resources.files("eorder_platform.seeds").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
