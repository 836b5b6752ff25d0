"""Reads docker-compose.yml as `docker compose` does: variables filled in, `.env` files merged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import environ
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
# ${NAME}, ${NAME:-default} and ${NAME:?what to do}; a default may hold another one.
VARIABLE = re.compile(r"\$\{([A-Z_0-9]+)(?::([-?])((?:[^{}]|\$\{[^{}]*\})*))?\}")


class UnsetError(Exception):
    """A variable that must be set is not; the message says what to do."""


def read_variables(path: Path) -> dict[str, str]:
    """What a file in the shape of `.env.example` sets."""
    found = environ.Env()
    found.ENVIRON = {}
    found.read_env(path)
    return dict(found.ENVIRON)


def fill_in(text: str, variables: dict[str, str]) -> str:
    """`text` with its variables; an empty one is the same as none. Raises UnsetError."""

    def value(match: re.Match[str]) -> str:
        name, kind, other = match.groups()
        if found := variables.get(name):
            return found
        if kind == "?":
            raise UnsetError(other)
        return fill_in(other or "", variables)

    return VARIABLE.sub(value, text)


def read_compose(variables: dict[str, str]) -> dict[str, Any]:
    """The whole file. Raises UnsetError."""
    return yaml.safe_load(fill_in(COMPOSE.read_text(), variables))


def environment_of(service: dict[str, Any], variables: dict[str, str]) -> dict[str, str]:
    """What the process of a service finds in its environment; `variables` is what `.env` sets."""
    from_file = variables if "env_file" in service else {}
    own = {name: str(value) for name, value in service.get("environment", {}).items()}
    return from_file | own
