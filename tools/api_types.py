"""Types of the API's answers and bodies for the checker of scripts: `tools/js/api.d.ts`, made anew by each lint.

Global, in the namespace `Api`: `Api.TicketOut` is a shape of the OpenAPI document, `Api.Got<path>`, `Api.Posted<path>`
and `Api.Body<path>` are what a path answers and takes, with or without a query."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from app import open_lobby  # noqa: E402
from headquarters.config import Headquarters  # noqa: E402
from headquarters.serving import open_office  # noqa: E402
from lobby.branch.config import read_branch  # noqa: E402

OUT = ROOT / "tools/js/api.d.ts"
PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
Schema = dict[str, Any]


def document() -> Schema:
    """Of a branch, with what headquarters has beside it. Where both have a path, the branch's stands."""
    branch, office = of_branch(), of_headquarters()
    for part in ("paths", "schemas"):
        own = branch if part == "paths" else branch["components"]
        other = office if part == "paths" else office["components"]
        own[part] = {**other[part], **own[part]}
    return branch


def of_branch() -> Schema:
    with tempfile.TemporaryDirectory() as data:
        lobby = open_lobby(
            read_branch(ROOT / "config.toml"), Path(data), "http://lobby.test", loopback=True
        )
        found: Schema = json.loads(json.dumps(lobby.app.api_doc))
        lobby.close()
        return found


def of_headquarters() -> Schema:
    with tempfile.TemporaryDirectory() as data:
        office = open_office(Headquarters(), Path(data), loopback=True)
        found: Schema = json.loads(json.dumps(office.app.api_doc))
        office.close()
        return found


def typed(schema: Schema) -> str:
    """The schema as a TypeScript type. What the document leaves open is `any`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(typed(part) for part in schema[several])
    if "allOf" in schema:
        return " & ".join(typed(part) for part in schema["allOf"])
    return _plain(schema)


def _plain(schema: Schema) -> str:
    kind = schema.get("type", "")
    if kind == "array":
        return f"Array<{typed(schema.get('items', {}))}>"
    if "properties" in schema:
        return _object(schema)
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {typed(values)}>" if isinstance(values, dict) and values else "any"
    return PLAIN.get(kind, "any")


def _object(schema: Schema) -> str:
    needed = schema.get("required", ())
    fields = (
        f"{name}{'' if name in needed else '?'}: {typed(of)};"
        for name, of in schema["properties"].items()
    )
    return "{ " + " ".join(fields) + " }"


def _content(part: Schema | None) -> str:
    schemas = [
        each["schema"] for each in (part or {}).get("content", {}).values() if "schema" in each
    ]
    return typed(schemas[0]) if schemas else "null"


def _answer(operation: Schema) -> str:
    good = [answer for code, answer in operation["responses"].items() if code.startswith("2")]
    return " | ".join(sorted({_content(answer) for answer in good}))


def _pattern(path: str) -> str:
    return "`" + re.sub(r"\{[^}]*\}", "${string}", path) + "`"


def _by_path(name: str, lines: list[tuple[str, str]]) -> Iterator[str]:
    """The path that has the fewest places comes first: `/a/{x}` also fits what `/a/b` fits."""
    yield f"  type {name}<P extends string> = string extends P ? any"
    for path, shape in sorted(lines, key=lambda line: (line[0].count("{"), -len(line[0]))):
        yield f"    : P extends With<{_pattern(path)}> ? {shape}"
    yield "    : any;"


def types(doc: Schema) -> str:
    schemas = doc["components"]["schemas"]
    gets = [(path, _answer(of["get"])) for path, of in doc["paths"].items() if "get" in of]
    posts = {path: of["post"] for path, of in doc["paths"].items() if "post" in of}
    bodies = [
        (path, _content(of["requestBody"])) for path, of in posts.items() if "requestBody" in of
    ]
    lines = ["// Made by tools/api_types.py.", "declare namespace Api {"]
    lines += [f"  type {name} = {typed(schema)};" for name, schema in schemas.items()]
    lines += ["  type With<P extends string> = P | `${P}?${string}`;"]
    lines += _by_path("Got", gets)
    lines += _by_path("Posted", [(path, _answer(of)) for path, of in posts.items()])
    lines += _by_path("Body", bodies)
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    OUT.write_text(types(document()))
