from __future__ import annotations

import pytest

from catalog.importers.html_text import text_of_html


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Plain, 3 < 4 & 5", "Plain, 3 < 4 & 5"),
        ("<p>One <b>two</b></p><ul><li>a</li><li>b&nbsp;c</li></ul>", "One two\na\nb c"),
        ("Soft &amp;amp; warm", "Soft & warm"),
        ("&lt;p&gt;Twice &amp;amp; told&lt;/p&gt;", "Twice & told"),
        ("A<br>B<br/>C", "A\nB\nC"),
        ("<style>p {}</style><script>x()</script>Seen<!-- not -->", "Seen"),
        ("<p>Never closed", "Never closed"),
    ],
)
def test_html_is_read_as_text(source: str, text: str) -> None:
    assert text_of_html(source) == text
