"""What is shown instead of a page: a refusal, a mistake in the request, a fault of ours, or an unreachable database."""

import re
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy.exc
import structlog
from litestar import Response, get
from litestar.exceptions import HTTPException

from eorder_platform.database import DATABASE_AWAY
from eorder_platform.errors import (
    Conflict,
    Expected,
    NotAllowed,
    NotVisible,
    Refused,
    StaleForm,
    Suspended,
    Unavailable,
)
from eorder_web.edge.access import PUBLIC, SignInNeeded
from eorder_web.edge.answering import page
from eorder_web.edge.visiting import Request

log = structlog.get_logger()

AWAY_STATE: Final = re.compile("08...|57P0[123]|53300")
"""SQLSTATE of a broken connection, a server that stops, crashed or starts, and one that takes nobody in any more."""
UNREADABLE: Final = frozenset({"22000", "22003", "22021", "22P05"})
"""SQLSTATE of what no form of ours sends: text that is no text (a NUL), a number too large for any column."""


@get("/_/host-tidak-dikenal", opt=PUBLIC)
async def unknown_host(request: Request) -> Response[str]:
    """What every path of a host that belongs to no region shows."""
    return page(request, "layout/unknown_host.html", status=404)


@get("/_/tidak-tersedia", opt=PUBLIC)
async def unavailable(request: Request) -> Response[str]:
    """What is shown while not even the registry can be read."""
    return _database_away(request)


@get("/_/alamat-bukan-teks", opt=PUBLIC)
async def address_no_text(request: Request) -> Response[str]:
    """What is shown for an address with a character that no text has."""
    return _say_http(request, HTTPException(status_code=404))


@get("/_/alamat-terlalu-panjang", opt=PUBLIC)
async def address_too_long(request: Request) -> Response[str]:
    """What no link and no form of ours asks for."""
    return _say_http(request, HTTPException(status_code=414))


STATUSES: Final[Mapping[type[Expected], tuple[int, str]]] = {
    NotVisible: (404, "Tidak ditemukan"),
    StaleForm: (403, "Formulir ini tidak berlaku lagi"),
    NotAllowed: (403, "Tidak diizinkan"),
    Conflict: (409, "Sudah berubah"),
    Suspended: (423, "Wilayah ini sedang ditangguhkan"),
    Unavailable: (503, "Sedang tidak tersedia"),
    Refused: (422, "Belum dapat dilakukan"),
}
"""What each kind of refusal is on the wire, and its title."""
OTHERWISE: Final = 400, "Permintaan tidak dapat diproses"


def status_of(error: Expected) -> tuple[int, str]:
    """What a refusal is on the wire, and its title; a kind of its own is what it is a kind of."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), OTHERWISE)


def _say(request: Request, error: Expected) -> Response[str]:
    code, title = status_of(error)
    return _message(request, code, title, error.message, back=isinstance(error, StaleForm))


def _say_http(request: Request, error: HTTPException) -> Response[str]:
    known = {
        404: ("Tidak ditemukan", "Halaman ini tidak ada, atau bukan untuk Anda."),
        405: ("Cara ini tidak tersedia", "Alamat ini tidak menerima tindakan tersebut."),
        408: (
            "Terlalu lama",
            "Isian ini tidak sampai seluruhnya. Periksa sambungan internet, lalu kirim lagi.",
        ),
        413: ("Terlalu besar", "Isian atau berkas yang dikirim melebihi batas. Kecilkan lalu kirim lagi."),
        414: (
            "Alamat terlalu panjang",
            "Alamat halaman ini terlalu panjang. Persempit pilihan, lalu coba lagi.",
        ),
    }
    title, sentence = known.get(
        error.status_code, ("Permintaan tidak dapat diproses", "Isi permintaan tidak sesuai bentuknya.")
    )
    return _message(request, error.status_code, title, sentence)


def _say_unexpected(request: Request, error: Exception) -> Response[str]:
    if is_database_away(error):
        log.error("database unreachable", error=str(error))
        return _database_away(request)
    if sqlstate_of(error) in UNREADABLE:
        log.warning("unreadable input", path=request.scope["path"], sqlstate=sqlstate_of(error))
        return _message(
            request, 400, "Permintaan tidak dapat diproses", "Isi permintaan tidak sesuai bentuknya."
        )
    log.error("unexpected error", path=request.scope["path"], exc_info=error)
    return _message(
        request,
        500,
        "Terjadi kesalahan di pihak kami",
        "Tidak ada yang tersimpan setengah. Coba lagi; bila terulang, sebutkan kode rujukan di bawah.",
    )


def is_database_away(error: Exception) -> bool:
    """Also a server that starts, stops or is full, and a connection that was cut off in the middle of a statement."""
    lost = isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, DATABASE_AWAY) or bool(AWAY_STATE.match(sqlstate_of(error) or ""))


def sqlstate_of(error: Exception) -> str | None:
    """What PostgreSQL calls it, where it said so."""
    cause = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    return getattr(cause, "sqlstate", None)


def _database_away(request: Request) -> Response[str]:
    return _message(
        request,
        503,
        "Basis data sedang tidak tersedia",
        "Yang sudah tersimpan aman dan yang belum terkirim tidak tercatat. Coba lagi beberapa saat lagi.",
    )


def _message(request: Request, code: int, title: str, sentence: str, *, back: bool = False) -> Response[str]:
    reference = request.visit.request_id if code >= 500 else ""
    return page(
        request,
        "layout/message.html",
        status=code,
        code=code,
        title=title,
        sentence=sentence,
        reference=reference,
        back=back or code in (408, 413, 422, 423),
    )


def _lead_to_sign_in(request: Request, error: SignInNeeded) -> Response[Any]:
    if request.wants_fragment:
        return Response(None, status_code=401, headers={"HX-Redirect": error.location})
    return Response(None, status_code=303, headers={"Location": error.location})


EXCEPTION_HANDLERS: Final[Mapping[Any, Any]] = {
    SignInNeeded: _lead_to_sign_in,
    Expected: _say,
    HTTPException: _say_http,
    Exception: _say_unexpected,
}
"""For Litestar: what answers each kind of exception."""
