"""What all pages have in common, and the pages that stand for none."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

from catalog.models import Product
from tests.helpers import text_of
from tests.searches import Post

pytestmark = pytest.mark.django_db


def test_a_missing_page_says_so_in_the_dress_of_the_site(client: Client) -> None:
    response = client.get("/nope")
    assert response.status_code == 404
    assert "Nothing hangs here" in text_of(response)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_render_with_nothing_at_hand(name: str) -> None:
    assert 'href="/"' in render_to_string(f"{name}.html")


def test_only_staff_see_the_way_to_the_admin(client: Client, admin_client: Client) -> None:
    assert 'href="/admin/"' not in client.get("/").content.decode()
    assert 'href="/admin/"' in admin_client.get("/").content.decode()


def test_no_page_holds_inline_script_or_style_or_names_a_third_party(
    client: Client, post: Post, red: Product
) -> None:
    result = post(red)["Location"]
    for url in ("/", result, "/products/", "/products/1/", "/nope"):
        page = client.get(url).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), url
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), url
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page), url
