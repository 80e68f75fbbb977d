"""The API on pages of our own look: a guide, and a page for each group of operations, out of the same document."""

import json
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from eorder_platform.errors import NotVisible
from eorder_platform.identity.openid.scopes import SCOPE_WORDS, Scope
from eorder_platform.settings import settings
from eorder_web.api.openapi import EXPLAINED, TAGS, document_of
from eorder_web.api.routes import OPERATIONS
from eorder_web.api.samples import SAMPLES
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.visiting import Request
from eorder_web.look.translating import _, kept_by_language, spoken

Line = tuple[str, str, str]
PROBLEMS: Final = "400"


@dataclass(frozen=True)
class Shown:
    """One operation as its page shows it; `at`: on which kind of host. Lines are name, shape, and whether needed."""

    id: str
    method: str
    path: str
    at: str
    summary: str
    description: str
    scope: str
    allows: str
    asked: tuple[Line, ...]
    sent: tuple[Line, ...]
    example: str
    answers: str


@get("/pengembang", opt=PUBLIC, name="api.guide")
async def guide(request: Request) -> Response[str]:
    """How a program reads and acts for a person."""
    return page(
        request,
        "api/guide.html",
        active="guides",
        samples=SAMPLES,
        groups=[(tag, _(words).rstrip(".")) for tag, words in TAGS.items() if tag in _tags()],
        problems=[(str(status), words) for status, words in EXPLAINED.items()],
        limit=settings().api_requests_a_minute,
        scopes=[(str(scope), _(SCOPE_WORDS[scope].label), _(SCOPE_WORDS[scope].hint)) for scope in Scope],
    )


@get("/pengembang/{tag:str}", opt=PUBLIC, name="api.reference")
async def reference(request: Request, tag: FromPath[str]) -> Response[str]:
    """Every operation of one group."""
    if tag not in _tags():
        raise NotVisible
    return page(
        request,
        "api/reference.html",
        active="guides",
        tag=tag,
        title=_(TAGS[tag]).rstrip("."),
        operations=_shown(tag),
    )


def _tags() -> frozenset[str]:
    return frozenset(one.tag for one in OPERATIONS)


@kept_by_language(64)
def _shown(tag: str) -> list[Shown]:
    found: dict[str, Shown] = {}
    for kind, at in (("region", _("di alamat daerah")), ("nation", _("di alamat nasional"))):
        document = document_of(kind, OPERATIONS, settings().national_host)
        schemas = document["components"]["schemas"]
        for path, methods in document["paths"].items():
            for method, one in methods.items():
                if tag in one["tags"] and one["operationId"] not in found:
                    found[one["operationId"]] = _operation(method, path, at, one, schemas)
    return list(found.values())


def _operation(method: str, path: str, at: str, one: dict[str, Any], schemas: dict[str, Any]) -> Shown:
    scope = next((needed["openid"][0] for needed in one["security"] if "openid" in needed), "")
    sent = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Shown(
        id=one["operationId"].replace(".", "-"),
        method=method.upper(),
        path=path,
        at=at,
        summary=one["summary"].rstrip("."),
        description=one["description"] if spoken() == "en" else "",
        scope=scope,
        allows=_(SCOPE_WORDS[Scope(scope)].label) if scope else "",
        asked=tuple(
            (part["name"], _shape(part["schema"], schemas), _needed(part["required"]))
            for part in one["parameters"]
            if part["in"] != "path"
        ),
        sent=_fields(sent.get("schema", {}), schemas),
        example=json.dumps(sent["example"], indent=2, ensure_ascii=False) if sent else "",
        answers=", ".join(sorted(code for code in one["responses"] if code < PROBLEMS)),
    )


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> tuple[Line, ...]:
    if "$ref" not in schema:
        return ()
    named = schemas[schema["$ref"].rpartition("/")[2]]
    needed = set(named.get("required", ()))
    return tuple(
        (name, _shape(part, schemas), _needed(name in needed))
        for name, part in named.get("properties", {}).items()
    )


def _needed(needed: bool) -> str:
    return _("wajib") if needed else ""


def _shape(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """A schema in few words, as programs know them."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        named = schemas.get(name, {})
        return " | ".join(map(str, named["enum"])) if "enum" in named else name
    if "anyOf" in schema:
        return " | ".join(_shape(one, schemas) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("format") or schema.get("contentEncoding") or schema.get("type", ""))
    if kind == "array":
        return f"[{_shape(schema.get('items', {}), schemas)}]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"{{id: {_shape(schema['additionalProperties'], schemas)}}}"
    return kind


NATION: Final = [guide, reference]
