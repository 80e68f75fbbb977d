"""Tantivy over the same rows, cut into the same words: the best 24, how many there are, the numbers beside the choices.

It is no part of this program; `pip install tantivy` brings it.
"""

import json
import statistics
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from uuid import UUID

from eorder_platform.wording.words import cut
from infra.benchmarks.search.goods import Made

SHOWN = 24
COUNTED = {
    field: {"terms": {"field": field, "size": 12}} for field in ("category", "region", "maker", "domestic")
}


def tantivy_of(made: Sequence[tuple[UUID, Made]], sellers: int) -> Any | None:
    """An index in memory of all of them, each by so many; None where Tantivy is not installed."""
    try:
        tantivy = import_module("tantivy")
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    for name in ("name", "description"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace")
    for name in COUNTED:
        builder.add_text_field(name, stored=False, fast=True, tokenizer_name="raw")
    builder.add_text_field("row", stored=True, tokenizer_name="raw", index_option="basic")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for offer_id, one in made:
        row = {"id": str(offer_id), "name": one.name, "unit": one.unit, "price": one.price_rupiah}
        document = tantivy.Document(
            name=" ".join(word.text for word in cut(one.name)),
            description=" ".join(word.text for word in cut(one.description)),
            category=one.category,
            region=f"31.7{one.vendor % 5}",
            maker=("micro", "small")[one.vendor % 2],
            domestic="ya",
            row=json.dumps(row),
        )
        for _ in range(sellers):
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def time_of(index: Any, typed: Sequence[str]) -> tuple[float, float, float]:
    """Milliseconds a search, asked as the catalogue's page asks: CPU and time; and CPU of the hits alone."""
    searcher = index.searcher()
    spent, took, least = list[float](), list[float](), list[float]()
    for _ in range(2):
        for some in (spent, took, least):
            some.clear()
        for one in typed:
            words = " ".join(f'+"{word.text}"' for word in cut(one))
            query = index.parse_query(words, ["name", "description"], field_boosts={"name": 4.0})
            cpu, begun = time.process_time(), time.perf_counter()
            found = searcher.search(query, SHOWN)
            rows = [json.loads(searcher.doc(place)["row"][0]) for _, place in found.hits]
            least.append(time.process_time() - cpu)
            searcher.aggregate(query, COUNTED)
            spent.append(time.process_time() - cpu)
            took.append(time.perf_counter() - begun)
            assert len(rows) <= SHOWN
    of_all, of_hits = statistics.mean(spent), statistics.mean(least)
    return of_all * 1000, statistics.mean(took) * 1000, of_hits * 1000
