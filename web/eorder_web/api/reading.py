"""What is sent to the API: limits before anything is read, then texts as forms take them, then the declared shape."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl, unquote
from uuid import UUID

import msgspec

from eorder_platform.errors import Refused
from eorder_platform.texts import too_long
from eorder_web.api.operations import File, Operation
from eorder_web.api.problems import Fault, HttpProblem, no_such_address
from eorder_web.edge.forms import as_typed, unseen
from eorder_web.look.translating import _

SECONDS_TO_ARRIVE: Final = 30.0
MOST_DIGITS: Final = 12
MOST_DECIMALS: Final = 3
LARGEST_INTEGER: Final = 2**53
DEEPEST: Final = 32
_PLACE: Final = re.compile(r"(.*?)(?: - at `(?:key` in `)?\$(.*)`)?", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.+?)`")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.+?)`")


async def body_of(receive: Callable[[], Awaitable[Any]], headers: Any, most: int) -> bytes:
    """Everything that is sent; 413 above `most` bytes (nothing is awaited where the header says so), 408 too slow."""
    too_large = HttpProblem(
        413, "too-large", "Terlalu besar", "Yang dikirim melebihi batas. Kecilkan, lalu kirim lagi."
    )
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > most:
        raise too_large
    sent = bytearray()
    try:
        async with asyncio.timeout(SECONDS_TO_ARRIVE):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                sent += message.get("body", b"")
                if len(sent) > most:
                    raise too_large
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise HttpProblem(
            408, "too-slow", "Terlalu lama", "Permintaan ini tidak sampai seluruhnya. Kirim lagi."
        ) from None
    return bytes(sent)


def read_body(operation: Operation, sent: bytes, content_type: str) -> Any:
    """The JSON that was sent in the declared shape.

    415 for what is not JSON by its name, 400 for what is none; 422 with the places of all texts that are too long or
    hold what nobody can see, and of the first value that has another shape than declared.
    """
    if content_type.partition(";")[0].strip().lower() not in ("application/json", ""):
        raise HttpProblem(
            415,
            "not-json",
            "Bukan JSON",
            "Kirim isinya sebagai application/json.",
            headers={"Accept": "application/json"},
        )
    try:
        raw = msgspec.json.decode(sent or b"{}")
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise HttpProblem(400, "unreadable", "Bukan JSON", "Isi permintaan bukan JSON yang sah.") from None
    faults: list[Fault] = []
    raw = _texts(raw, "", "", faults, 0)
    if faults:
        raise HttpProblem(422, "refused", "Belum dapat dilakukan", "Ada isian yang perlu diperbaiki.", faults)
    try:
        body = msgspec.convert(raw, operation.body, str_keys=True)
    except msgspec.ValidationError as error:
        raise _shapeless(str(error)) from None
    _refuse_numbers(body)
    return body


def read_query(operation: Operation, sent: bytes) -> Any:
    """What the address asks for in the declared shape; names that nobody declared are left aside."""
    fields = {one.encode_name: one for one in msgspec.structs.fields(operation.query)}
    asked: dict[str, Any] = {}
    for name, value in parse_qsl(sent.decode("latin-1"), keep_blank_values=True, max_num_fields=200):
        if name in fields:
            if _is_list(fields[name].type):
                asked.setdefault(name, []).extend(one for one in value.split(",") if one)
            else:
                asked[name] = value
    faults: list[Fault] = []
    asked = _texts(asked, "", "", faults, 0)
    if faults:
        raise HttpProblem(422, "refused", "Belum dapat dilakukan", "Ada isian yang perlu diperbaiki.", faults)
    try:
        return msgspec.convert(asked, operation.query, strict=False)
    except msgspec.ValidationError as error:
        raise _shapeless(str(error)) from None


def read_values(operation: Operation, values: list[str]) -> dict[str, Any]:
    """The values in the path by name; one that cannot be what it stands for names nothing: 404."""
    read: dict[str, Any] = {}
    for (name, kind), text in zip(operation.parameters.items(), values, strict=True):
        plain = unquote(text)
        if not plain.isprintable() or len(plain) > 200:
            raise no_such_address()
        try:
            read[name] = msgspec.convert(plain, kind, strict=False)
        except msgspec.ValidationError:
            raise no_such_address() from None
    return read


def text_in(kind: Any) -> bool:
    """Whether values of that type are texts."""
    return kind is str


def _is_list(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) in (list, tuple)


def _texts(value: Any, name: str, pointer: str, faults: list[Fault], depth: int) -> Any:
    """The same with every text as a form would take it; what no field takes is noted with its place."""
    if depth > DEEPEST:
        raise HttpProblem(400, "unreadable", "Bukan JSON", "Isi permintaan bukan JSON yang sah.")
    if isinstance(value, str):
        if name == "content":  # of a file
            return value
        typed = as_typed(value)
        if sentence := too_long(typed, name) or unseen(typed):
            faults.append(Fault(_(sentence), pointer, name))
        return typed
    if isinstance(value, dict):
        return {
            key: _texts(one, key, f"{pointer}/{_escaped(key)}", faults, depth + 1)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_texts(one, name, f"{pointer}/{at}", faults, depth + 1) for at, one in enumerate(value)]
    return value


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _shapeless(said: str) -> HttpProblem:
    """What msgspec says, as a problem with its place."""
    match = _PLACE.fullmatch(said)
    what, place = (match[1], match[2] or "") if match else (said, "")
    pointer = re.sub(r"\[\.\.\.\]", "", place).replace(".", "/")
    pointer = re.sub(r"\[(\d+)\]", r"/\1", pointer)
    if missing := _MISSING.match(what):
        fault = Fault(_("Pilih atau isi bagian ini."), f"{pointer}/{missing[1]}", missing[1])
    elif unknown := _UNKNOWN.match(what):
        fault = Fault(_("Bagian ini tidak dikenal."), f"{pointer}/{unknown[1]}", unknown[1])
    else:
        fault = Fault(f"{_('Bentuk isian ini tidak sesuai.')} ({what})", pointer)
    return HttpProblem(422, "refused", "Belum dapat dilakukan", "Ada isian yang perlu diperbaiki.", [fault])


def _refuse_numbers(body: Any) -> None:
    """Quantities have at most three decimals and twelve digits before them, as those that are typed."""
    wrong = [
        (name, "Jumlah ini tidak dapat dibaca.") for name, number in _numbers(body, "") if not _fits(number)
    ]
    if wrong:
        raise Refused.several(wrong)


def _numbers(value: Any, name: str) -> list[tuple[str, Decimal | int]]:
    if isinstance(value, bool):
        return []
    if isinstance(value, Decimal | int):
        return [(name, value)]
    if isinstance(value, dict):
        return [
            found
            for key, one in value.items()
            for found in _numbers(one, f"{name}_{key}" if isinstance(key, UUID) else str(key))
        ]
    if isinstance(value, list | tuple):
        return [found for one in value for found in _numbers(one, name)]
    if isinstance(value, File) or (
        not hasattr(value, "__struct_fields__") and not hasattr(value, "__dataclass_fields__")
    ):
        return []
    names = getattr(value, "__struct_fields__", None) or tuple(value.__dataclass_fields__)
    return [found for one in names for found in _numbers(getattr(value, one), one)]


def _fits(number: Decimal | int) -> bool:
    if isinstance(number, int):
        return abs(number) <= LARGEST_INTEGER
    if not number.is_finite() or number < 0 or number >= 10**MOST_DIGITS:
        return False
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= MOST_DECIMALS
