"""SCIM 2.0 (RFC 7643, 7644): a region's staff directory tells who works there, and who no longer does.

As much of it as ends people at once: users with userName, name, emails, active, externalId and our extension with the
NIP; a filter by userName; PUT, PATCH and DELETE. Groups are not taken: a role is given by letter, in the region.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_tenants.organisation.staff import keeping, provisioning
from eorder_tenants.organisation.staff.models import DirectoryUser
from eorder_tenants.organisation.staff.provisioning import Told
from eorder_web.edge.access import OF_PROGRAMS
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address_in

MOST_BYTES: Final = 64 * 1024
SECONDS: Final = 10.0
USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
STAFF: Final = "urn:eorder:params:scim:schemas:extension:staff:1.0:User"
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
MEDIA_TYPE: Final = "application/scim+json"
BY_NAME: Final = re.compile(r'\s*userName\s+eq\s+"([^"\\]{1,254})"\s*', re.IGNORECASE)
LONGEST: Final = 254
Work = Callable[[AsyncSession], Awaitable[Response[Any]]]


class _Wrong(Exception):
    """What was sent is no SCIM that we take; `kind` is SCIM's word for it."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind, self.sentence = kind, sentence


@get("/scim/v2", opt=OF_PROGRAMS, name="organisation.scim")
async def base(request: Request) -> Response[Any]:
    """What is supported, at the base address too."""
    return await service_provider(request)


@get("/scim/v2/ServiceProviderConfig", opt=OF_PROGRAMS, name="organisation.scim_config")
async def config(request: Request) -> Response[Any]:
    """What is supported (RFC 7643 5)."""
    return await service_provider(request)


async def service_provider(request: Request) -> Response[Any]:
    """The answer to both."""
    no = {"supported": False}
    said = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": provisioning.MOST_AT_ONCE},
        "changePassword": no,
        "sort": no,
        "etag": no,
        "authenticationSchemes": [
            {"type": "oauthbearertoken", "name": "Bearer", "description": "Token wilayah"}
        ],
    }
    return _json(said)


@get("/scim/v2/Users", opt=OF_PROGRAMS, name="organisation.scim_users")
async def users(
    request: Request,
    wanted: Annotated[str, QueryParameter(name="filter")] = "",
    start: Annotated[str, QueryParameter(name="startIndex")] = "1",
    count: Annotated[str, QueryParameter(name="count")] = "100",
) -> Response[Any]:
    """Whom the directory has told of."""

    async def work(session: AsyncSession) -> Response[Any]:
        by_name = BY_NAME.fullmatch(wanted)
        if wanted and by_name is None:
            raise _Wrong("invalidFilter", 'Only userName eq "…" is supported')
        first, most = _whole(start, 1), _whole(count, provisioning.MOST_AT_ONCE)
        total, found = await provisioning.users(session, by_name[1] if by_name else None, first, most)
        listed = [_said(request, one) for one in found]
        return _json(
            {
                "schemas": [LIST],
                "totalResults": total,
                "startIndex": first,
                "itemsPerPage": len(listed),
                "Resources": listed,
            }
        )

    return await _answered(request, work)


@post("/scim/v2/Users", opt=OF_PROGRAMS, name="organisation.scim_new_user")
async def new_user(request: Request) -> Response[Any]:
    """Somebody whom the directory has not told of before."""

    async def work(session: AsyncSession) -> Response[Any]:
        user = await provisioning.take_in(session, _told(await _body(request)))
        return _json(_said(request, user), 201)

    return await _answered(request, work)


@get("/scim/v2/Users/{user_id:uuid}", opt=OF_PROGRAMS, name="organisation.scim_user")
async def user(request: Request, user_id: FromPath[UUID]) -> Response[Any]:
    """One of them."""

    async def work(session: AsyncSession) -> Response[Any]:
        return _json(_said(request, await provisioning.user_of(session, user_id)))

    return await _answered(request, work)


@put("/scim/v2/Users/{user_id:uuid}", opt=OF_PROGRAMS, name="organisation.scim_replace_user")
async def replace(request: Request, user_id: FromPath[UUID]) -> Response[Any]:
    """All that is said of them now."""

    async def work(session: AsyncSession) -> Response[Any]:
        changed = await provisioning.change(session, user_id, _told(await _body(request)))
        return _json(_said(request, changed))

    return await _answered(request, work)


@patch("/scim/v2/Users/{user_id:uuid}", opt=OF_PROGRAMS, name="organisation.scim_change_user")
async def change(request: Request, user_id: FromPath[UUID]) -> Response[Any]:
    """Some of it: above all that they are no longer active."""

    async def work(session: AsyncSession) -> Response[Any]:
        known = await provisioning.user_of(session, user_id)
        sent = _patched(_said(request, known), await _body(request))
        return _json(_said(request, await provisioning.change(session, user_id, _told(sent))))

    return await _answered(request, work)


@delete(
    "/scim/v2/Users/{user_id:uuid}", opt=OF_PROGRAMS, name="organisation.scim_remove_user", status_code=200
)
async def remove(request: Request, user_id: FromPath[UUID]) -> Response[Any]:
    """They are gone."""

    async def work(session: AsyncSession) -> Response[Any]:
        await provisioning.remove(session, user_id)
        return Response(None, status_code=204)

    return await _answered(request, work)


async def _answered(request: Request, work: Work) -> Response[Any]:
    """Behind the region's token, and in SCIM's words whatever comes of it."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        async with tenancy.inside(request.tenant) as session:
            directory = await keeping.directory_of(session)
            if kind.lower() != "bearer" or not keeping.is_scim_token(directory, token.strip()):
                answer = _error(401, "The token is not the region's")
                answer.headers["WWW-Authenticate"] = 'Bearer realm="scim"'
                return answer
            return await work(session)
    except _Wrong as wrong:
        return _error(400, wrong.sentence, wrong.kind)
    except NotVisible:
        return _error(404, "There is no such user")
    except Conflict:
        return _error(409, "The userName is taken", "uniqueness")
    except Refused as refusal:
        return _error(400, refusal.message, "invalidValue")


async def _body(request: Request) -> dict[str, Any]:
    taken = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                taken += chunk
                if len(taken) > MOST_BYTES:
                    raise _Wrong("tooMany", "The request is too large")
        read = json.loads(bytes(taken))
    except (ValueError, RecursionError, TimeoutError) as error:
        raise _Wrong("invalidSyntax", "The request is no JSON") from error
    if not isinstance(read, dict):
        raise _Wrong("invalidSyntax", "The request is no object")
    return read


def _told(sent: dict[str, Any]) -> Told:
    user_name = sent.get("userName")
    if (
        not isinstance(user_name, str)
        or not 1 <= len(user_name.strip()) <= LONGEST
        or not user_name.isprintable()
    ):
        raise _Wrong("invalidValue", "userName is required")
    extension = sent.get(STAFF)
    return Told(
        user_name=user_name.strip(),
        name=_text(_name_in(sent)),
        email=_text(_email_in(sent.get("emails"))),
        civil_servant_id=_text(extension.get("nip") if isinstance(extension, dict) else ""),
        external_id=_text(sent.get("externalId")) or None,
        active=_truth(sent.get("active", True)),
    )


def _name_in(sent: dict[str, Any]) -> Any:
    name = sent.get("name")
    return sent.get("displayName") or (name.get("formatted") if isinstance(name, dict) else "")


def _email_in(emails: Any) -> Any:
    listed = [one for one in emails if isinstance(one, dict)] if isinstance(emails, list) else []
    return next((one.get("value") for one in sorted(listed, key=lambda one: not one.get("primary"))), "")


def _text(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > LONGEST or not text.isprintable():
        raise _Wrong("invalidValue", "A text is too long or holds control characters")
    return text


def _truth(value: Any) -> bool:
    """Some directories send the word."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _Wrong("invalidValue", "active is true or false")


def _patched(known: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """RFC 7644 3.5.2 for plain attributes, with and without a path."""
    operations = sent.get("Operations")
    if not isinstance(operations, list) or not all(isinstance(one, dict) for one in operations):
        raise _Wrong("invalidSyntax", "Operations are required")
    for one in operations:
        kind, path, value = str(one.get("op", "")).lower(), one.get("path"), one.get("value")
        if kind not in ("add", "replace", "remove"):
            raise _Wrong("invalidSyntax", "op is add, replace or remove")
        if path is None and isinstance(value, dict) and kind != "remove":
            known |= value
        elif isinstance(path, str) and path in (
            "active",
            "userName",
            "displayName",
            "externalId",
            "emails",
            STAFF,
        ):
            known[path] = value if kind != "remove" else None
        elif path == f"{STAFF}:nip":
            known[STAFF] = {"nip": value if kind != "remove" else ""}
        else:
            raise _Wrong("invalidPath", "That attribute cannot be changed")
    return known


def _said(request: Request, user: DirectoryUser) -> dict[str, Any]:
    where = address_in(request.tenant, "organisation.scim_user", user_id=user.id)
    return {
        "schemas": [USER, STAFF],
        "id": str(user.id),
        "externalId": user.external_id,
        "userName": user.user_name,
        "displayName": user.name,
        "emails": [{"value": user.email, "primary": True}] if user.email else [],
        "active": user.active,
        STAFF: {"nip": user.civil_servant_id or ""},
        "meta": {"resourceType": "User", "location": where, "lastModified": user.changed_at.isoformat()},
    }


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _json(said: dict[str, Any], status: int = 200) -> Response[Any]:
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(said), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _error(status: int, detail: str, kind: str = "") -> Response[Any]:
    said: dict[str, Any] = {"schemas": [ERROR], "status": str(status), "detail": detail}
    return _json(said | ({"scimType": kind} if kind else {}), status)


REGION = [base, config, users, new_user, user, replace, change, remove]
