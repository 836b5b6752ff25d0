"""English is in the sources; German is complete, and what is shown is what is in the catalogue."""

from __future__ import annotations

import gettext
import re
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from catalog.models import AttributeValue
from catalog.templatetags.wording import word
from matching.search.wording import BY_CODE, FOR_PEOPLE, error_said
from pictures import PictureError

ROOT = Path(__file__).parent.parent
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr]|</?\w+")
# What the trees hold that is to be found in the catalogue, each with its plural if it has one.
IN_TEMPLATES = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
IN_PYTHON = re.compile(r"""(?<![\w.])(?:_|gettext|gettext_lazy|gettext_noop)\(\s*"([^"]+)"\s*\)""")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation(language: str) -> None:
    entries = catalogue(language)
    assert len(entries) > 400
    assert [entry.msgid for entry in entries if not entry.translated()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_what_the_texts_fill_in(language: str) -> None:
    for entry in catalogue(language):
        pairs = (
            [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]
            if entry.msgid_plural
            else [(entry.msgid, entry.msgstr)]
        )
        for source, text in pairs:
            wanted, found = PLACEHOLDER.findall(source), PLACEHOLDER.findall(text)
            assert sorted(found) == sorted(wanted), entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_the_same(language: str) -> None:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in catalogue(language):
        if entry.msgid_plural:
            assert compiled.ngettext(entry.msgid, entry.msgid_plural, 2) == entry.msgstr_plural[1]
        else:
            assert compiled.gettext(entry.msgid) == entry.msgstr


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_the_sources_are_all_in_the_catalogue(language: str) -> None:
    known = {entry.msgid for entry in catalogue(language)}
    missing = []
    for folder, ending, pattern in (
        ("templates", "html", IN_TEMPLATES),
        *(
            (name, "py", IN_PYTHON)
            for name in (
                "api",
                "catalog",
                "findmyvibe",
                "jobs",
                "matching",
                "operations",
                "shoppers",
            )
        ),
    ):
        for path in (ROOT / folder).rglob(f"*.{ending}"):
            for found in pattern.findall(path.read_text()):
                text = found if isinstance(found, str) else found[0] or found[1]
                if text not in known:
                    missing.append(f"{path.name}: {text}")
    assert missing == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_values_that_come_with_the_project_are_translated(language: str) -> None:
    known = {entry.msgid for entry in catalogue(language)}
    values = AttributeValue.objects.values_list("value", flat=True)
    assert [value for value in values if value not in known] == []


def test_a_shops_own_value_stays_as_it_is() -> None:
    with override("de"):
        assert word("red") == "rot"
        assert word("octarine") == "octarine"
        assert word("") == ""


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_what_is_wrong_with_a_picture_is_said_in_the_language_of_the_reader(code: str) -> None:
    error = PictureError(code, "In English, with more about it.")
    with override("de"):
        german = error_said(error)
    assert german != str(error)
    assert "%" not in german
    if code not in FOR_PEOPLE:
        assert error_said(error) == str(error)


@pytest.mark.django_db
def test_a_page_speaks_the_language_of_the_browser_or_the_one_chosen(client: Client) -> None:
    def language_of(page: Any) -> str:
        found = re.search(r'<html lang="(\w+)"', page.content.decode())
        return found[1] if found else ""

    assert language_of(client.get("/")) == "en"
    assert language_of(client.get("/", headers={"Accept-Language": "de"})) == "de"
    assert language_of(client.get("/", headers={"Accept-Language": "fr"})) == "en"
    client.post("/language/setlang/", {"language": "de", "next": "/"})
    page = client.get("/")
    assert language_of(page) == "de"
    assert "Foto wählen" in page.content.decode()
