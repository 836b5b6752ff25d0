"""The rules of who imports whom, read from the source itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

ROOT = Path(__file__).parent.parent
HEAVY = ["torch", "transformers", "onnxruntime", "faiss", "onnx", "matplotlib", "resvg_py"]


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(folder: str, *forbidden: str) -> list[str]:
    files = sorted((ROOT / folder).rglob("*.py")) if (ROOT / folder).is_dir() else [ROOT / folder]
    assert files
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports_of(path)
        if any(name == one or name.startswith(one + ".") for one in forbidden)
    ]


APPS = ("findmyvibe", "operations", "api", "jobs", "catalog", "shoppers", "matching", "pictures")
APPS += ("words", "files")
READERS = ["dialect", "headings", "rows", "styles_csv", "text_table"]


def modules(folder: str, *, but: list[str]) -> list[str]:
    names = {path.stem for path in (ROOT / folder).iterdir() if path.stem[0] not in "_."}
    return [f"{folder.replace('/', '.')}.{name}" for name in sorted(names - set(but))]


# What a folder may not know: everything above it.
WALLS = {
    "matching/engine": ["django", "rest_framework", "celery", *APPS[:6]],
    "pictures": ["django", "rest_framework", "celery", "lab", *APPS[:7]],
    "words": ["django", "rest_framework", "celery", "lab", *APPS[:8]],
    "files": ["findmyvibe", "operations", "api", "jobs", "catalog", "shoppers", "matching"],
    "jobs": ["findmyvibe", "operations", "api", "catalog", "shoppers", "matching"],
    "catalog": ["findmyvibe", "operations", "api", "shoppers", "matching"],
    "shoppers": ["findmyvibe", "operations", "api", "matching"],
    "matching": ["findmyvibe", "operations", "api"],
    "operations": ["findmyvibe", "api"],
    "api": ["findmyvibe", "operations"],
    "matching/runtime.py": ["matching.search", "matching.indexing", "matching.models"],
    "matching/indexing": ["matching.search", "matching.label_audit", "matching.measuring"],
    "lab": [
        "django",
        *("findmyvibe", "operations", "api", "jobs", "shoppers"),
        # It reads tables as the shop does, with what the shop has for it that is free of Django.
        *modules("catalog", but=["importers"]),
        *modules("catalog/importers", but=READERS),
        *("matching.runtime", "matching.search", "matching.indexing"),
    ],
    **{
        f"catalog/importers/{one}.py": ["django", "jobs", *modules("catalog", but=["importers"])]
        for one in READERS
    },
}


@pytest.mark.parametrize(("folder", "forbidden"), WALLS.items())
def test_imports_go_one_way(folder: str, forbidden: list[str]) -> None:
    assert breaches(folder, *forbidden) == []


# The way of a search; each knows only what stands before it.
WAY = [
    "cropping",
    "worded",
    "understand",
    "ask",
    "keep",
    "choose",
    "find",
    "uploads",
    "page",
    "views",
]


@pytest.mark.parametrize("room", WAY)
def test_a_search_goes_straight_through(room: str) -> None:
    after = [f"matching.search.{one}" for one in (*WAY[WAY.index(room) + 1 :], "api")]
    assert breaches(f"matching/search/{room}.py", *after) == []


# What requirements-web.txt does without, and the only places that import it, each when it is asked.
NOT_FOR_WEB = ["torch", "transformers", "onnx", "onnxscript", "huggingface_hub", "matplotlib"]
MAY_IMPORT = ("engine/learning/", "engine/installing/", "search/grid.py")


@pytest.mark.parametrize("folder", APPS)
def test_what_a_web_process_lacks_is_imported_in_few_places(folder: str) -> None:
    allowed = tuple(f"matching/{place}" for place in MAY_IMPORT)
    assert [one for one in breaches(folder, *NOT_FOR_WEB) if not one.startswith(allowed)] == []


@pytest.mark.parametrize("folder", [*APPS, "manage.py", "scripts"])
def test_nothing_that_serves_knows_the_laboratory(folder: str) -> None:
    assert breaches(folder, "lab") == []


# Whose templates lie in a folder of another name. What lies beside the folders is the project's: it
# frames all rooms and is extended by all; a part of it (`_icon.html`) is a part for everybody.
ROOMS = {"account": "findmyvibe", "allauth": "findmyvibe", "browsing": "matching"}
ROOMS |= {"history": "matching"}
# `Product.get_absolute_url` gives these addresses, whoever answers there.
OWN_ADDRESSES = {"browsing": "catalog"}
TAG = re.compile(r"{%-?\s*(load|url|include|extends)\s+(.*?)\s*%}")


def templates() -> dict[str, str]:
    folder = ROOT / "templates"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def room_of(template: str) -> str:
    """The app that a template belongs to; "" for a part that is for everybody."""
    *folders, name = template.removeprefix("admin/").split("/")
    if folders:
        return ROOMS.get(folders[0], folders[0])
    return "" if name.startswith("_") else "findmyvibe"


def app_of_view(pattern: Any, names: str) -> str:
    """The app whose view answers, or the model's where it is the admin's own."""
    app: str = pattern.callback.__module__.split(".")[0]
    return app if app in APPS or not names.startswith("admin:") else pattern.name.split("_")[0]


def addresses(patterns: Any, prefix: str = "") -> dict[str, str]:
    """Name of an address -> the app that answers there."""
    found: dict[str, str] = {}
    for one in patterns:
        if hasattr(one, "url_patterns"):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            found |= addresses(one.url_patterns, inner)
        elif one.name:
            found[prefix + one.name] = app_of_view(one, prefix)
    return {name: OWN_ADDRESSES.get(name.split(":")[0], app) for name, app in found.items()}


def known_to(template: str, text: str, answers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each thing that a template names, with the app it is of."""
    ours = set(templates())
    libraries = {path.stem: path.parts[-3] for path in ROOT.glob("*/templatetags/*.py")}
    for kind, named in TAG.findall(text):
        first = named.split()[0].strip("\"'")
        if kind == "load":
            yield from ((one, libraries.get(one, "")) for one in named.split())
        elif kind == "url":
            yield first, answers.get(first, "")
        elif first in ours and not (kind == "extends" and room_of(first) == "findmyvibe"):
            yield first, room_of(first)


def test_templates_know_what_the_code_of_their_room_may_import() -> None:
    answers = addresses(get_resolver().url_patterns)
    assert answers["admin:jobs_job_live"] == "jobs"
    assert answers["admin:catalog_product_change"] == "catalog"
    assert answers["shoppers:like"] == "shoppers"
    assert answers["account_delete"] == "findmyvibe"
    assert [
        f"{template} names {name}"
        for template, text in templates().items()
        for name, app in known_to(template, text, answers)
        if app in (WALLS.get(room_of(template), []) if room_of(template) else APPS)
    ] == []


# What includes may leave out `only` for: allauth's, which read the page's own context.
OF_ALLAUTH = "mfa/"


def test_an_include_takes_what_it_needs_by_name() -> None:
    assert [
        f"{template} includes {named}"
        for template, text in templates().items()
        for kind, named in TAG.findall(text)
        if kind == "include" and not named.endswith(" only")
        if not named.strip("\"'").startswith(OF_ALLAUTH)
    ] == []


def test_templates_have_no_line_over_120() -> None:
    assert [
        f"{template}:{number}"
        for template, text in templates().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > 120
    ] == []


# `{% if one %}{% translate "This" %}{% else %}...`: a choice that a function could make.
WORDS = r"\s*{% (?:translate|blocktranslate)[^\n]*?%}\s*"
CHOICE = re.compile(r"{% (?:if|elif) [^%]*%}" + WORDS + r"{% (?:else|elif)")


def test_templates_choose_no_words() -> None:
    assert CHOICE.search(
        '{% if a %}{% translate "One" %}{% else %}{% translate "Two" %}{% endif %}'
    )
    assert [name for name, text in templates().items() if CHOICE.search(text)] == []


def test_only_settings_read_the_environment() -> None:
    # Serving, Celery, a display and Prometheus' files are found through variables that belong to
    # other programs.
    allowed = {"settings.py", "celery.py", "wsgi.py", "asgi.py", "grid.py", "metrics.py"}
    found = [
        str(path.relative_to(ROOT))
        for folder in APPS
        for path in (ROOT / folder).rglob("*.py")
        if path.name not in allowed and "environ" in path.read_text()
    ]
    assert found == []


def test_labels_are_written_in_one_place() -> None:
    writes = re.compile(
        r"ProductAttribute\((?!models|Query|Form)|ProductAttribute\.objects\.(bulk_)?create"
    )
    found = {
        str(path.relative_to(ROOT))
        for folder in APPS
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and writes.search(path.read_text())
    }
    assert found == {"catalog/labels.py"}


def test_urls_and_migrations_load_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, django; django.setup(); import findmyvibe.urls;"
        "from django.core.management import call_command; call_command('migrate', verbosity=0);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "findmyvibe.settings",
        "DATA_DIR": str(tmp_path),
        "READ_DOT_ENV": "0",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_nothing_is_loaded_that_can_run_code() -> None:
    loads = ("pickle.load", "torch.load(", "joblib.load", "allow_pickle=" + "True")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in (*APPS, "lab")
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if any(load in line for load in loads) and "weights_only=True" not in line
    ]
    assert found == []


def test_files_are_written_and_deleted_by_their_ledger_alone() -> None:
    """But for a shelf of what was fetched from the web, and can be again, and a restore, whose rows
    come with it."""
    writes = re.compile(r"storage\w*(\[\w+\]|\.storage)?\.(save|delete)\(|\.photo\.(save|delete)\(")
    found = {
        str(path.relative_to(ROOT))
        for folder in APPS
        for path in (ROOT / folder).rglob("*.py")
        if writes.search(path.read_text())
    }
    by_ledger = {"files/ledger.py"}
    assert found == by_ledger | {"catalog/importers/web_photos.py", "operations/restore.py"}


# The attributes of the demo shop; another shop has others, so that code asks for what they mean.
KEYS = {"item_type", "gender", "colour", "season", "style"}
# "style" is also a role, and a word of many other things: only as a text of its own is it a key.
NAMES = KEYS - {"style"}
MAY_NAME = {
    ("findmyvibe/settings.py", "style"): "how lines of the log are written",
    ("catalog/models/attributes.py", "style"): "the role",
    ("catalog/models/attributes.py", "colour"): "the meaning",
    ("catalog/models/attributes.py", "season"): "the meaning",
    ("catalog/importers/html_text.py", "style"): "a tag of HTML",
    ("catalog/importers/headings.py", "colour"): "the meaning",
    ("catalog/importers/headings.py", "season"): "the meaning",
    ("catalog/importers/headings.py", "gender"): "what feeds call the wearer",
    ("catalog/importers/kinds/plain.py", "colour"): "the meaning",
    ("matching/engine/generation.py", "style"): "the role",
    ("matching/engine/learning/zero_shot.py", "colour"): "the meaning",
    ("matching/engine/learning/zero_shot.py", "season"): "the meaning",
    ("matching/engine/learning/zero_shot.py", "style"): "the role",
    ("matching/search/admin.py", "style"): "a part of the score",
    ("matching/search/api/serializers.py", "style"): "a part of the score",
    ("api/searches/serializers.py", "style"): "a part of the score",
    **{
        ("matching/search/api/serializers.py", key): "what every client of /predict/ was promised"
        for key in NAMES
    },
}


def keys_in_code(path: Path) -> Iterator[str]:
    """Keys as texts, also within a look-up ("attributes__colour"), as fields and as arguments."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from KEYS & set(node.value.split("__"))
        elif isinstance(node, ast.Attribute):
            yield from NAMES & {node.attr}
        elif isinstance(node, ast.keyword):
            yield from NAMES & {node.arg or ""}


def keys_in_template(path: Path) -> Iterator[str]:
    for tag in re.findall(r"{[{%].*?[%}]}", path.read_text(), re.DOTALL):
        yield from KEYS & {one or other for one, other in re.findall(QUOTED, tag)}
        yield from NAMES & set(re.findall(r"\w+", re.sub(QUOTED, "", tag)))


def keys_in_script(path: Path) -> Iterator[str]:
    text = path.read_text()
    yield from KEYS & {one or other for one, other in re.findall(QUOTED, text)}
    yield from NAMES & set(re.findall(r"\.(\w+)", text))


QUOTED = r"""'([^'\n]*)'|"([^"\n]*)\""""
READERS = {".py": keys_in_code, ".html": keys_in_template, ".txt": keys_in_template}
READERS |= {".js": keys_in_script}
SOURCES = (*APPS, "benchmarks", "scripts", "templates", "static/js")


def test_code_asks_for_what_an_attribute_means_and_names_none() -> None:
    paths = [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.*"))]
    found = {
        (path.relative_to(ROOT).as_posix(), key)
        for path in paths
        if path.suffix in READERS and "migrations" not in path.parts
        for key in READERS[path.suffix](path)
    }
    unexpected = found - set(MAY_NAME)
    assert unexpected == set()
    assert set(MAY_NAME) - found == set()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.py", "row.label('colour')", ["colour"]),
        ("a.py", "rows.filter(attributes__season='x')", []),
        ("a.py", "rows.order_by('values__season')", ["season"]),
        ("a.py", "make(gender='men') or product.item_type", ["gender", "item_type"]),
        ("a.html", "{% if trait.key == 'style' %}{{ labels.gender }}", ["style", "gender"]),
        ("a.html", '{% translate "Its colour" %}, its season {{ match.style }}', []),
        ("a.js", 'rows["season"] + row.colour + canvas.style', ["season", "colour"]),
    ],
)
def test_a_named_attribute_is_seen(tmp_path: Path, name: str, text: str, found: list[str]) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert sorted(READERS[path.suffix](path)) == sorted(found)


# Where the tests of a folder lie if not under its own name.
MIRRORED = {"tests/accounts": "findmyvibe/accounts", "/commands": "/management/commands"}
# What has no module of its own: a feature in a browser, and what accounts must withstand.
ABOUT_MORE = ("test_browser.py", "test_security.py")
# What goes through the whole site, and the laboratory.
UNMIRRORED = ("tests/flows/", "tests/lab/")


def has_subject(test: str) -> bool:
    """Whether a module, package or command is called as the test file, or begins its name."""
    folder, name = test.rsplit("/", 1)
    for ours, theirs in MIRRORED.items():
        folder = folder.replace(ours, theirs)
    source = ROOT / folder.removeprefix("tests/")
    words = name.removeprefix("test_").removesuffix(".py").split("_")
    names = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    return any((source / f"{one}.py").is_file() or (source / one).is_dir() for one in names)


def test_the_tests_of_a_file_lie_where_it_lies() -> None:
    tests = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
    assert "tests/matching/engine/test_heads.py" in tests
    assert [
        test
        for test in sorted(tests)
        if test.count("/") > 1
        and not test.startswith(UNMIRRORED)
        and not test.endswith(ABOUT_MORE)
        and not has_subject(test)
    ] == []


def test_sentences_are_said_where_they_are_shown() -> None:
    """What is marked for translation and translated elsewhere has been kept as a sentence: only the
    words of the data that come with the project may be."""
    found = [
        str(path.relative_to(ROOT))
        for folder in APPS
        for path in (ROOT / folder).rglob("*.py")
        if "gettext_noop" in path.read_text()
    ]
    assert found == ["catalog/wording.py"]


def test_every_sheet_is_a_layer_of_its_name_and_the_order_is_said_once() -> None:
    sheets = {path.stem: path.read_text() for path in (ROOT / "static/css").glob("*.css")}
    del sheets["admin"]  # above a style sheet of Django's, which has no layers
    (order,) = re.findall(r"^@layer ([\w, ]+);", sheets.pop("tokens"), re.MULTILINE)
    assert set(order.split(", ")) == set(sheets)
    for name, sheet in sheets.items():
        assert re.findall(r"^@layer (\w+) \{", sheet, re.MULTILINE) == [name]
        outside = re.sub(r"/\*.*?\*/", "", sheet.split(f"@layer {name} {{")[0], flags=re.DOTALL)
        assert outside.strip() == ""


def test_what_a_class_is_by_itself_is_said_in_one_sheet() -> None:
    homes: dict[str, set[str]] = {}
    for path in (ROOT / "static/css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for selectors in re.findall(r"([^{};]+)\{", text):
            for one in selectors.split(","):
                if alone := re.fullmatch(r"\.([\w-]+)(:[\w:()-]+)?", one.strip()):
                    homes.setdefault(alone[1], set()).add(path.name)
    assert len(homes) > 80
    assert {name: sorted(where) for name, where in homes.items() if len(where) > 1} == {}
