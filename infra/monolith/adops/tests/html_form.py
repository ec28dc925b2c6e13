"""The values that a browser sends for a page's form without any input."""

from html.parser import HTMLParser

Values = dict[str, list[str]]


def values_of(html: str) -> Values:
    reader = _FormReader()
    reader.feed(html)
    # A browser sends a button only if it is pressed; __prefix__ is the template of further inlines.
    return {name: given for name, given in reader.values.items() if "__prefix__" not in name}


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: Values = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        name = found.get("name", "")
        if tag == "input" and name:
            self._input(found, name)
        elif tag == "select" and name:
            self._select = name
            self.values.setdefault(name, [])
        elif tag == "option" and self._select and "selected" in found:
            self.values[self._select].append(found.get("value", ""))
        elif tag == "textarea" and name:
            self._textarea = name
            self.values[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # The line end after the tag is not part of the text.
            text = self.values[self._textarea][0] + data
            self.values[self._textarea] = [text.lstrip("\r\n")]

    def _input(self, found: dict[str, str], name: str) -> None:
        kind = found.get("type", "text")
        if kind in ("submit", "button", "search"):
            return
        if kind not in ("checkbox", "radio") or "checked" in found:
            self.values.setdefault(name, []).append(found.get("value", ""))
