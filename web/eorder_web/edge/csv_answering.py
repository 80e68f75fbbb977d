"""A list taken away as CSV. Every one has one address for programs, ending in `.csv`, and the same with `?untuk=excel`
for people: that is where the buttons lead.

Programs read stable names of columns and Indonesian words whatever language a browser asks for; people read the words
of the page. What is sent is written while it is read, so that memory stays flat.
"""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Annotated, Final, TypeVar

from litestar.params import QueryParameter
from litestar.response import Stream

from eorder_platform.csv_writing import FOR_EXCEL, FOR_PROGRAMS, CsvForm, csv_head, csv_text
from eorder_platform.formatting import INDONESIAN
from eorder_web.look.tables import TableColumn, csv_cells, csv_headings, csv_names
from eorder_web.look.translating import speaking, spoken

Row = TypeVar("Row")

ForWhom = Annotated[str, QueryParameter(name="untuk")]
EXCEL: Final = "excel"
PRIVATE: Final = {"Cache-Control": "private, no-store"}


def csv_answer(
    columns: Sequence[TableColumn[Row]],
    steps: AsyncIterable[Sequence[Row]],
    *,
    name: str,
    zone: str,
    for_whom: str,
    headers: dict[str, str] | None = None,
) -> Stream:
    """The rows, step by step, in the form that was asked for; `name` is the file's without its ending."""
    form = FOR_EXCEL if for_whom == EXCEL else FOR_PROGRAMS
    ending = f"-{EXCEL}" if form is FOR_EXCEL else ""
    return Stream(
        _lines(columns, steps, zone, form, spoken() if form is FOR_EXCEL else INDONESIAN),
        media_type="text/csv; header=present",  # Litestar adds the charset
        headers={"Content-Disposition": f'attachment; filename="{name}{ending}.csv"', **(headers or {})},
    )


async def _lines(
    columns: Sequence[TableColumn[Row]],
    steps: AsyncIterable[Sequence[Row]],
    zone: str,
    form: CsvForm,
    locale: str,
) -> AsyncIterator[str]:
    with speaking(locale):
        head = csv_head(csv_headings(columns) if form is FOR_EXCEL else csv_names(columns), form)
    yield head
    async for rows in steps:
        with speaking(locale):
            lines = csv_text((csv_cells(columns, row, zone) for row in rows), form)
        yield lines
