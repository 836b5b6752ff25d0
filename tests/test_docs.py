"""What the documents say is true: snippets run, variables exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.slow
def test_the_python_of_the_readme_runs_as_it_stands() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", snippet], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("(4, 512) (4, 512)\n[[")


def test_the_readme_shows_no_more_than_a_dozen_lines_of_python() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len([line for line in snippet.splitlines() if line.strip()]) <= 12


def test_every_variable_is_listed_and_every_listed_one_is_read() -> None:
    settings = (ROOT / "findmyvibe/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', settings)) - {"READ_DOT_ENV"}
    by_compose = re.findall(r"\$\{([A-Z_0-9]+)", (ROOT / "docker-compose.yml").read_text())
    by_gunicorn = {"GUNICORN_CMD_ARGS"}
    listed = set(re.findall(r"^([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read | set(by_compose) | by_gunicorn


def test_every_command_the_documents_name_exists() -> None:
    from django.core.management import get_commands

    documents = [README, *(path.read_text() for path in (ROOT / "docs").glob("*.md"))]
    named = set(re.findall(r"manage\.py ([a-z_]+)", "\n".join(documents)))
    assert named
    assert named <= set(get_commands())


DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_within_the_project_lead_somewhere(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", path.read_text())
    missing = [link for link in links if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_that_are_named_exist(document: str) -> None:
    """`catalog/models.py`; of a path with a place to fill in, as `tests/<name>`, the folder."""
    tops = {path.name for path in ROOT.iterdir()} - {"var"}
    text = re.sub(r"```.*?```", "", (ROOT / document).read_text(), flags=re.DOTALL)
    named = [path for path in re.findall(r"`([\w./<>-]+)`", text) if path.split("/")[0] in tops]
    missing = [path for path in named if not (ROOT / path.partition("<")[0]).exists()]
    assert missing == []


def test_notice_names_what_others_made() -> None:
    notice = (ROOT / "NOTICE").read_text()
    of_others = [*(ROOT / "static/vendor").iterdir(), *(ROOT / "matching/backbones").iterdir()]
    paths = [path.relative_to(ROOT).as_posix() for path in of_others if path.is_dir()]
    assert len(paths) >= 2
    assert [path for path in [*paths, "demo"] if f"\n{path}\n" not in notice] == []


def test_what_is_vendored_has_its_licence_beside_it() -> None:
    folders = [path for path in (ROOT / "static/vendor").iterdir() if path.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").is_file()] == []
