"""The OpenAPI 3.1 document of a host's API, made from the declarations of its operations and from nothing else."""

import re
import types
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import EnumType
from typing import Annotated, Any, Final, Union, get_args, get_origin
from uuid import UUID

import msgspec

from eorder_platform.identity.openid.scopes import SCOPE_WORDS, Scope
from eorder_platform.settings import settings
from eorder_web.api.calls import PREFIX
from eorder_web.api.operations import Binary, File, Operation, Page
from eorder_web.api.problems import ProblemDetails
from eorder_web.look.translating import _

VERSION: Final = "1"
REFERENCE: Final = "#/components/schemas/{name}"
PROBLEM: Final = "#/components/schemas/ProblemDetails"
_ROLE: Final = re.compile(r":\w+:`~?([^`]+)`")
"""How docstrings name other things of the code."""

TAGS: Final = {
    "catalogue": "Katalog dan penyedia.",
    "openness": "Belanja terbuka dan keaslian dokumen.",
    "places": "Daerah dan alamat API-nya.",
    "orders": "Pesanan: daftar, draf, isi, dan percakapan.",
    "steps": "Langkah pesanan oleh pejabat, dari pengajuan sampai pembayaran.",
    "inbox": "Pesanan masuk usaha dan langkah penyedia.",
    "money": "Uang usaha: piutang, pajak, dan omzet.",
    "budgets": "Anggaran, paket, dan unggahan.",
    "organisation": "Pejabat, unit, aturan, libur, dan penyedia yang meminta diterima.",
    "business": "Usaha: data, staf, produk, dan wilayah yang dilayani.",
    "agency": "Pekerjaan badan nasional.",
    "notices": "Pemberitahuan.",
    "webhooks": "Kabar otomatis ke alamat program.",
    "document": "Dokumen API ini.",
}
"""What the operations are grouped by, in the order in which they are shown."""

EXPLAINED: Final = {
    304: "Not changed since the ETag that was sent",
    400: "Not JSON, or not to be read",
    401: "No token, or none that holds now",
    403: "The program or the person may not",
    404: "Not there, or not for this person",
    405: "This address does not take that method",
    408: "It did not arrive in time",
    409: "The state has moved on",
    412: "Changed since the version in If-Match",
    413: "Too large",
    414: "The address is too long",
    415: "Not application/json",
    422: "A rule says no, beside its field",
    423: "The region is suspended: nothing can be changed",
    428: "If-Match is missing",
    429: "Too often; Retry-After says when to go on",
    500: "A fault of ours; nothing is stored by halves",
    503: "A part of the service is away",
}


def document_of(kind: str, all_operations: Sequence[Operation], host: str) -> dict[str, Any]:
    """The document of a region's host or of the nation's, its summaries in the reader's language"""
    operations = [one for one in all_operations if kind in one.on]
    schemas = _schemas(operations)
    paths: dict[str, Any] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _described(one, schemas)
    used = [tag for tag in TAGS if any(one.tag == tag for one in operations)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "e-Order Nusantara",
            "version": VERSION,
            "description": _("Semua yang dapat dilakukan di halaman dapat dilakukan di sini, oleh program."),
        },
        "servers": [{"url": settings().public_url(host, PREFIX)}],
        "tags": [{"name": tag, "description": _(TAGS[tag])} for tag in used],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {str(status): _problem_response(status) for status in EXPLAINED if status != 304},
            "securitySchemes": _security(),
        },
    }


class _Schemas:
    """Every type that is sent or answered, once, and how it is referred to"""

    def __init__(self, types: list[Any], reads: dict[str, Operation]) -> None:
        self.reads = reads
        found, self.components = msgspec.json.schema_components(types, ref_template=REFERENCE)
        self._by_type = {_key(one): schema for one, schema in zip(types, found, strict=True)}
        for schema in self.components.values():
            _shown(schema)

    def of(self, kind: Any) -> dict[str, Any]:
        return dict(self._by_type[_key(kind)])


def _key(kind: Any) -> Any:
    try:
        hash(kind)
    except TypeError:
        return repr(kind)
    return kind


def _schemas(operations: Sequence[Operation]) -> _Schemas:
    wanted: list[Any] = [ProblemDetails]
    for one in operations:
        wanted += [kind for kind in (one.body, one.query, one.answers) if kind not in (None, Binary, str)]
        wanted += list(one.parameters.values())
    unique: dict[Any, Any] = {_key(kind): kind for kind in wanted}
    return _Schemas(list(unique.values()), {one.name: one for one in operations})


def _shown(schema: Any) -> None:
    """Names and descriptions as they are read: a generic list is called after what it lists"""
    if isinstance(schema, dict):
        if isinstance(schema.get("description"), str):
            schema["description"] = " ".join(schema["description"].split())
        for part in schema.values():
            _shown(part)
    elif isinstance(schema, list):
        for part in schema:
            _shown(part)


def _described(one: Operation, schemas: _Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": _(one.says),
        "description": _ROLE.sub(r"\1", " ".join(one.describes.split())),
        "parameters": [*_in_path(one, schemas), *_in_query(one), *_in_headers(one)],
        "responses": _responses(one, schemas),
        "security": [] if one.is_public else [{"openid": [one.scope]}, {"bearer": []}],
    }
    if one.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": schemas.of(one.body), "example": example_of(one.body)}
            },
        }
    return described


def _in_path(one: Operation, schemas: _Schemas) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"minLength": 1, "maxLength": 200, **schemas.of(kind)}
            if kind is str
            else schemas.of(kind),
        }
        for name, kind in one.parameters.items()
    ]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    (_reference,), components = msgspec.json.schema_components([one.query], ref_template=REFERENCE)
    properties = components[one.query.__name__]["properties"]
    listed = []
    for field in msgspec.structs.fields(one.query):
        schema = dict(properties[field.encode_name])
        several = get_origin(field.type) is list
        if not several:
            schema = _without_null(schema)
        schema.pop("default", None) if schema.get("default") in (None, "", []) else None
        parameter = {"name": field.encode_name, "in": "query", "required": False, "schema": schema}
        if several:
            parameter |= {"style": "form", "explode": False}
        listed.append(parameter)
    return listed


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address cannot say null: what may be left out is left out"""
    choices = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:
        return {**{name: part for name, part in schema.items() if name != "anyOf"}, **choices[0]}
    if None in schema.get("enum", ()):
        return {**schema, "enum": [one for one in schema["enum"] if one is not None]}
    return schema


def _in_headers(one: Operation) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = []
    if one.method != "GET":
        named.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key with the same request is carried out once",
                "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
            }
        )
    if one.changes_version:
        named.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "description": "The version that was seen, as the ETag of the order says it",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
                "example": '"7"',
            }
        )
    if one.signs:
        named.append(
            {
                "name": "Proof-Code",
                "in": "header",
                "required": False,
                "description": "The code that the person has just read in their app, or one from their paper: needed"
                " where what is signed asks for proof and none was shown within the last minutes",
                "schema": {"type": "string", "pattern": "^[0-9A-Za-z -]{6,20}$"},
                "example": "123456",
            }
        )
    return named


def _responses(one: Operation, schemas: _Schemas) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if one.method != "GET":
        shown = schemas.reads.get(one.shows)
        if shown is None or one.step is not None:
            answers["204"] = {"description": "Done; nothing is left to be read", "headers": _told()}
        if shown is not None:
            status = "201" if one.made else "200"
            headers = {**_told(), "Location": _header("Where it can be read")}
            answers[status] = {
                "description": "Done; what stands at Location now",
                "headers": headers,
                "content": {"application/json": {"schema": schemas.of(shown.answers)}},
            }
    elif one.answers is Binary:
        answers["200"] = {
            "description": "The file",
            "headers": _told(),
            "content": {"application/pdf": {}, "image/webp": {}},
        }
    else:
        headers = {**_told(), "ETag": _header("Of what is read, or its version for If-Match")}
        if get_origin(one.answers) is Page:
            headers["Link"] = _header("rel=next leads to what follows (RFC 8288).")
        answers["200"] = {
            "description": "What was asked for",
            "headers": headers,
            "content": {"application/json": {"schema": schemas.of(one.answers)}},
        }
        if one.is_public:
            answers["304"] = {"description": EXPLAINED[304]}
    for code in problems_of(one):
        answers[str(code)] = {"$ref": f"#/components/responses/{code}"}
    return answers


def problems_of(one: Operation) -> list[int]:
    """Which problems this operation may answer with"""
    found = {400, 401, 404, 414, 429, 500, 503}
    if not one.is_public:
        found.add(403)
    if one.query is not None:
        found.add(422)
    if one.method != "GET":
        found |= {408, 409, 413, 422, 423}
        if one.body is not None:
            found.add(415)
        if one.changes_version:
            found |= {412, 428}
    return sorted(found)


def _told() -> dict[str, Any]:
    return {
        "RateLimit": _header("How many requests are left, and for how many seconds"),
        "RateLimit-Policy": _header("How many requests a window has"),
    }


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def _problem_response(status: int) -> dict[str, Any]:
    return {
        "description": EXPLAINED[status],
        "content": {
            "application/problem+json": {
                "schema": {"$ref": PROBLEM},
                "example": {
                    "type": f"{PREFIX}/problems/refused",
                    "title": "Belum dapat dilakukan",
                    "status": status,
                    "detail": "Pagu tidak cukup.",
                    "instance": "urn:eorder:request:01a2312e1983753da0f5d3382f440657",
                },
            }
        },
    }


def _security() -> dict[str, Any]:
    return {
        "openid": {
            "type": "openIdConnect",
            "openIdConnectUrl": settings().national_url("/.well-known/openid-configuration"),
            "description": "\n".join(f"{scope}: {_(SCOPE_WORDS[scope].label)}" for scope in Scope),
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": _(
                "Token akses dari penyedia OpenID Connect nasional; DPoP bila token terikat pada kunci."
            ),
        },
    }


EXAMPLE_ID: Final = "019b1e5c-7d3a-7c11-9f4e-5a0c6c1f2b77"
EXAMPLES: Final[dict[str, Any]] = {
    "reason": "Barang belum tersedia sampai akhir bulan",
    "text": "Barang dikirim besok pagi",
    "note": "Masuk lewat pintu timur",
    "title": "Kertas untuk rapat anggaran",
    "delivery_address": "Jalan Merdeka Barat 12, lantai 3, Jakarta Pusat",
    "delivery_region_code": "31.71",
    "carrier": "Mobil boks",
    "driver": "Pak Darto, 0812-0000-0188",
    "reference": "TRF000123456",
    "tax_invoice_number": "02002612345678901",
    "phone": "021-3500000",
    "letter_number": "800/123/2026",
    "legal_basis": "Pergub 12/2026 ps. 4",
    "email": "siti@usaha.example",
    "name": "Siti Rahmawati",
    "unit": "rim",
    "category_code": "ATK.PAPER",
    "coverage": ["31"],
    "accounts": ["5.1.02.01.01.0024"],
    "funding": f"{EXAMPLE_ID}/{EXAMPLE_ID}",
    "url": "https://program.example/kabar",
}


def example_of(kind: Any, name: str = "") -> Any:
    """A value of that shape, as somebody would send it"""
    if name in EXAMPLES:
        return EXAMPLES[name]
    kind, origin = _bare(kind), get_origin(_bare(kind))
    if kind is File:
        return {"name": "bukti.pdf", "content": "JVBERi0xLjQK"}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {
            one.encode_name: example_of(one.type, one.encode_name) for one in msgspec.structs.fields(kind)
        }
    if hasattr(kind, "__dataclass_fields__"):
        return {one: example_of(part.type, one) for one, part in kind.__dataclass_fields__.items()}
    if origin is list:
        return [example_of(get_args(kind)[0], name)]
    if (isinstance(origin, type) and issubclass(origin, dict)) or str(origin).endswith("Mapping'>"):
        key, value = get_args(kind)
        return {str(example_of(key)): example_of(value, name)}
    if origin is not None and str(origin) == "typing.Literal":
        return get_args(kind)[0]
    simple = {
        bool: True,
        int: 1,
        str: "",
        Decimal: "2.5",
        UUID: EXAMPLE_ID,
        date: "2026-12-01",
        time: "09:30:00",
        datetime: "2026-12-01T02:30:00Z",
    }
    if kind in simple:
        return simple[kind]
    return next(iter(kind)) if isinstance(kind, EnumType) else None


def _bare(kind: Any) -> Any:
    """Without its bounds, and without the None that it may also be"""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return _bare(next(one for one in get_args(kind) if one is not type(None)))
    return kind
