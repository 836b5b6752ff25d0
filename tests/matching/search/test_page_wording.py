from __future__ import annotations

from matching.models import Search
from matching.search import page_wording as wording


def ranked(*shares: float) -> list[dict[str, object]]:
    return [
        {"value": value, "probability": one}
        for value, one in zip(("red", "maroon"), shares, strict=False)
    ]


def test_the_next_value_is_named_where_it_is_unsure() -> None:
    assert wording.note(ranked(0.8, 0.1), "") == "quite sure (80 %)"
    assert wording.note(ranked(0.41, 0.3), "") == "unsure (41 %); or maroon"
    assert wording.note(ranked(0.41), "") == "unsure (41 %)"
    assert wording.note(ranked(0.41, 0.3), "blue") == "as you say; we saw red"


def test_a_title_names_what_was_looked_for() -> None:
    seen = Search(is_fashion=True, photo="searches/1.jpg")
    assert wording.title(seen, "tshirts") == "Tshirts: matches - Find-My-Vibe"
    assert wording.title(seen, "") == "Your photo: matches - Find-My-Vibe"
    words = Search(is_fashion=True, words="blue dress")
    assert wording.title(words, "blue dress") == "Blue dress: matches - Find-My-Vibe"
    assert wording.title(Search(is_fashion=False), "") == "No garment seen - Find-My-Vibe"


def test_a_heading_holds_what_was_typed_as_text() -> None:
    words = Search(is_fashion=True, words="<b>blue</b>")
    assert (
        wording.heading(words, words.words, "") == '<em class="marked">&lt;b&gt;blue&lt;/b&gt;</em>'
    )
    seen = Search(is_fashion=True, photo="searches/1.jpg")
    said = wording.heading(seen, "tshirts", "formal")
    assert said == 'Tshirts, <em class="marked">formal</em>'
    assert wording.heading(seen, "<b>", "") == "&lt;b&gt;"
    assert wording.heading(seen, "", "") == "Your matches"
    assert wording.heading(Search(is_fashion=False), "", "") == "No garment in sight"


def test_what_is_read_out_counts_the_matches() -> None:
    assert wording.announced(1, "") == "1 match found."
    assert wording.announced(3, "Sorry.") == "3 matches found. Sorry."
