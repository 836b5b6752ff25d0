"""What a shop's HTML says, as plain text."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

BLOCKS = {
    *("p", "div", "br", "hr", "section", "article", "table", "tr"),
    *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
}
UNSAID = {"script", "style", "template", "head"}
LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w{1,31});")
MOST_ROUNDS = 2


def text_of_html(source: str) -> str:
    """Each paragraph and point of a list in a line of its own; a text without HTML stays as it is.
    What was escaped twice, as feeds do it, is undone twice."""
    text = source
    for _ in range(MOST_ROUNDS):
        if not LOOKS_LIKE_HTML.search(text):
            break
        text = _once(text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _once(source: str) -> str:
    if not re.search(r"<[a-zA-Z/!]", source):
        return unescape(source)
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return "".join(reader.parts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unsaid += tag in UNSAID
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unsaid = max(0, self._unsaid - (tag in UNSAID))
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            # A line break of the source is a blank; where a line ends the tags say.
            self.parts.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")
