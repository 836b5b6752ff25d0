"""Makes the parts of the Python client that follow from others: its types from openapi.yaml, its
sync half from its async one.

    python scripts/client.py
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "clients/python/src/find_my_vibe"
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
SYNC = [
    ('"""The async client. `_sync.py` is made of this file by `scripts/client.py`."""',
     '"""The sync client, made of `_async.py` by `scripts/client.py`."""'),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsyncBaseTransport\b", "BaseTransport"),
    (r"\bAsyncClient\b", "Client"),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"\baclose\b", "close"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"^import asyncio\nimport uuid\n", "import time\nimport uuid\n"),
    (r"\bfor one in answer\[\"results\"\]:\n +yield one\n", 'yield from answer["results"]\n'),
]  # fmt: skip


def main() -> None:
    for name, text in made().items():
        (PACKAGE / name).write_text(text)


def made() -> dict[str, str]:
    """File name to what should stand in it."""
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    source = (PACKAGE / "_async.py").read_text()
    schemas = document["components"]["schemas"]
    sources = {"types.py": types_of(schemas), "_sync.py": sync_of(source)}
    return {name: tidy(text, name) for name, text in sources.items()}


def tidy(source: str, name: str) -> str:
    ruff, named = str(Path(sys.executable).with_name("ruff")), f"--stdin-filename={PACKAGE / name}"
    for step in (["check", "--select=I", "--fix", "-q", named], ["format", "-q", named]):
        done = subprocess.run(
            [ruff, *step, "-"], input=source, capture_output=True, text=True, cwd=ROOT, check=True
        )
        source = done.stdout
    return source


def sync_of(source: str) -> str:
    for pattern, other in SYNC:
        source = re.sub(
            re.escape(pattern) if pattern[0] == '"' else pattern, other, source, flags=re.MULTILINE
        )
    # What was kept in brackets for `await` alone needs none.
    return re.sub(r"\((self\.(?:send|_get)\((?:[^()]|\([^()]*\))*\))\)(?=[.\[])", r"\1", source)
    return source.replace(
        "import Iterable, Mapping, Iterator", "import Iterable, Iterator, Mapping"
    )


def types_of(schemas: dict[str, Any]) -> str:
    parts = [HEAD]
    for name, schema in schemas.items():
        if "enum" in schema:
            parts.append(f"{name}: TypeAlias = {type_of(schema)}\n")
    for name, schema in schemas.items():
        if schema.get("type") == "object":
            parts.append(class_of(name, schema))
    return "\n\n".join(parts)


HEAD = '''"""What the API takes and gives, made of openapi.yaml by `scripts/client.py`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict
'''


def class_of(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    about = " ".join(schema.get("description", "").split())
    lines = [f"class {name}(TypedDict):"]
    if about:
        lines += textwrap.wrap(
            f'"""{about}"""', 96, initial_indent="    ", subsequent_indent="    "
        )
        lines.append("")
    for field, one in schema.get("properties", {}).items():
        kind = type_of(one)
        lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
    return "\n".join(lines) + "\n"


def type_of(schema: dict[str, Any]) -> str:
    found = _type_of(schema)
    return f"{found} | None" if schema.get("nullable") else found


def _type_of(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(type_of(one) for one in schema[several]))
    if "enum" in schema:
        return (
            f"Literal[{', '.join(repr(one).replace(chr(39), chr(34)) for one in schema['enum'])}]"
        )
    if schema.get("type") == "array":
        return f"list[{type_of(schema['items'])}]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {type_of(inner) if inner else 'Any'}]"
    if schema.get("format") == "binary":
        return "bytes"
    return PLAIN.get(schema.get("type", ""), "Any")


if __name__ == "__main__":
    main()
