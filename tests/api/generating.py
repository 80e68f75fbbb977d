"""Writes a client in Python from an OpenAPI 3.1 document, as a program's author would have one written.

Nothing of the API's own code is used: classes come from the components, methods from the operations, addresses from the
servers. A body that the document does not allow is not sent, and an answer that it does not describe is an error.
"""

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import jsonschema_rs

REFERENCE = "#/components/schemas/"


class NotAsDocumented(AssertionError):
    """The document does not allow that body, or does not know that answer."""


class Problem(Exception):
    """The API said no: RFC 9457."""

    def __init__(self, status: int, details: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {details.get('detail')}")
        self.status, self.details = status, details


@dataclass(frozen=True)
class Answered:
    """What came back: the decoded body (None for 204) and the headers."""

    status: int
    body: Any
    headers: httpx.Headers


class Transport:
    """Sends what the written methods ask for, and holds both sides to the document."""

    def __init__(
        self, document: Mapping[str, Any], client: httpx.AsyncClient, module: Mapping[str, Any]
    ) -> None:
        self._document, self._client, self._module = document, client, module

    async def send(
        self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str], body: Any
    ) -> Answered:
        operation = self._document["paths"][path.partition("\0")[0]][method]
        if body is not None:
            self._hold(body, operation["requestBody"]["content"]["application/json"]["schema"], "body")
        given = {name: value for name, value in query.items() if value is not None}
        answer = await self._client.request(
            method.upper(), path.partition("\0")[2], params=given, headers=headers, json=body
        )
        described = operation["responses"].get(str(answer.status_code))
        if described is None:
            raise NotAsDocumented(f"{operation['operationId']}: {answer.status_code} {answer.text}")
        if answer.status_code == 204:
            return Answered(204, None, answer.headers)
        if answer.status_code >= 400:
            raise Problem(answer.status_code, answer.json())
        schema = described["content"]["application/json"]["schema"]
        said = answer.json()
        self._hold(said, schema, f"answer of {operation['operationId']}")
        return Answered(answer.status_code, self._decoded(said, schema), answer.headers)

    def _hold(self, value: Any, schema: Mapping[str, Any], what: str) -> None:
        whole = {**schema, "components": self._document["components"]}
        try:
            jsonschema_rs.validate(whole, value)
        except jsonschema_rs.ValidationError as error:
            raise NotAsDocumented(f"{what}: {error.message}") from error
        unknown = self._unknown(value, schema)
        if unknown:
            raise NotAsDocumented(f"{what}: unknown {unknown}")

    def _unknown(self, value: Any, schema: Mapping[str, Any]) -> set[str]:
        """Names of an object that its schema does not have."""
        schema = self._resolved(schema)
        if not isinstance(value, Mapping) or "properties" not in schema or "additionalProperties" in schema:
            return set()
        return set(value) - set(schema["properties"])

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" in schema:
            found: Mapping[str, Any] = self._document["components"]["schemas"][
                schema["$ref"].removeprefix(REFERENCE)
            ]
            return found
        return schema

    def _decoded(self, value: Any, schema: Mapping[str, Any]) -> Any:
        if "anyOf" in schema:
            if value is None:
                return None
            choices = [one for one in schema["anyOf"] if one != {"type": "null"}]
            return self._decoded(value, choices[0]) if len(choices) == 1 else value
        if "$ref" in schema and isinstance(value, Mapping):
            name = schema["$ref"].removeprefix(REFERENCE)
            inner = self._resolved(schema)
            if name in self._module and "properties" in inner:
                known = inner["properties"]
                fields = {
                    field_name(one): self._decoded(part, known[one])
                    for one, part in value.items()
                    if one in known
                }
                return self._module[name](**fields)
        if isinstance(value, list) and "items" in schema:
            return [self._decoded(one, schema["items"]) for one in value]
        return value


def written(document: Mapping[str, Any]) -> str:
    """The source of the client's module: a frozen class for each component, a method for each operation."""
    lines = ["from dataclasses import dataclass", "from typing import Any", "", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        if schema.get("type") == "object" and "properties" in schema and name.isidentifier():
            lines += _class(name, schema)
    lines += ["class Api:", "    def __init__(self, transport):", "        self._transport = transport", ""]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += _method(path, method, operation)
    return "\n".join(lines) + "\n"


def client_of(document: Mapping[str, Any], client: httpx.AsyncClient) -> Any:
    """The written client, ready to be called: `await api.orders_show(order=…)`."""
    module: dict[str, Any] = {"__name__": "generated_client"}
    exec(compile(written(document), "generated_client", "exec"), module)
    return module["Api"](Transport(document, client, module))


def _class(name: str, schema: Mapping[str, Any]) -> list[str]:
    fields = [f"    {field_name(one)}: Any = None" for one in schema["properties"]]
    return ["@dataclass(frozen=True)", f"class {name}:", *(fields or ["    pass"]), "", ""]


def _method(path: str, method: str, operation: Mapping[str, Any]) -> list[str]:
    by_place: dict[str, list[Mapping[str, Any]]] = {"path": [], "query": [], "header": []}
    for parameter in operation["parameters"]:
        by_place[parameter["in"]].append(parameter)
    given = [field_name(one["name"]) for one in by_place["path"]]
    given += [field_name(one["name"]) for one in by_place["header"] if one["required"]]
    if "requestBody" in operation:
        given.append("body")
    given += [f"{field_name(one['name'])}=None" for one in by_place["query"]]
    given += [f"{field_name(one['name'])}=None" for one in by_place["header"] if not one["required"]]
    address = re.sub(r"\{(\w+)\}", lambda found: f"{{{field_name(found[1])}}}", path)
    query = ", ".join(f"{one['name']!r}: {field_name(one['name'])}" for one in by_place["query"])
    headers = ", ".join(f"{one['name']!r}: {field_name(one['name'])}" for one in by_place["header"])
    body = "body" if "requestBody" in operation else "None"
    return [
        f"    async def {field_name(operation['operationId'])}(self{', *, ' if given else ''}{', '.join(given)}):",
        f"        headers = {{name: text for name, text in {{{headers}}}.items() if text is not None}}",
        f"        at = {path!r} + chr(0) + f{address!r}",
        f"        return await self._transport.send({method!r}, at, {{{query}}}, headers, {body})",
        "",
    ]


def field_name(written_name: str) -> str:
    """A name as Python takes it."""
    name = (
        re.sub(r"\W", "_", written_name).lower() if "-" in written_name else re.sub(r"\W", "_", written_name)
    )
    return f"{name}_" if keyword.iskeyword(name) else name
