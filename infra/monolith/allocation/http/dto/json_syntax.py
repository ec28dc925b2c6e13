"""Where a text stops being a JSON object, in the line and the column that serde_json names.

A byte that must not be there is named by its own column, from 1, and the end of the text by the
column of the last byte. Columns count bytes.
"""

import re

_WHITE_SPACE = re.compile(rb"[ \n\t\r]*")
_DIGITS = re.compile(rb"[0-9]*")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_HEX = re.compile(rb"[0-9A-Fa-f]{4}")
_WORDS = {ord("n"): b"null", ord("t"): b"true", ord("f"): b"false"}
_OPENING = {ord("["): ord("]"), ord("{"): ord("}")}


class NotAnObjectError(ValueError):
    """The text is not one JSON object: a reader must give up at that line and column."""

    def __init__(self, data: bytes, index: int) -> None:
        line_begins = data.rfind(b"\n", 0, index) + 1
        self.line = 1 + data.count(b"\n", 0, line_begins)
        self.column = index - line_begins
        super().__init__(f"line {self.line}, column {self.column}")


def read_members(data: bytes) -> list[tuple[str, bytes]]:
    """The names of an object's members and the text of their values, in order."""
    reader = _Reader(data)
    members = reader.members()
    if reader.peek() is not None:
        reader.fail_at_next()
    return members


def read_items(data: bytes) -> list[bytes]:
    """The texts of the values of an array, in order. The array is one of a text that was read."""
    return _Reader(data).items()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._index = 0

    def fail(self) -> None:
        raise NotAnObjectError(self._data, self._index)

    def fail_at_next(self) -> None:
        raise NotAnObjectError(self._data, min(len(self._data), self._index + 1))

    def peek(self) -> int | None:
        """The next byte that is not white space; None at the end."""
        self._index = self._after(_WHITE_SPACE)
        return self._data[self._index] if self._index < len(self._data) else None

    def members(self) -> list[tuple[str, bytes]]:
        if self.peek() != ord("{"):
            self._fail_on_another_value()
        self._index += 1
        members: list[tuple[str, bytes]] = []
        while self._has_member(is_first=not members):
            self._index += 1
            name = self._name()
            self._expect(ord(":"))
            members.append((name, self._value()))
        self._index += 1
        return members

    def items(self) -> list[bytes]:
        self._index += 1
        items: list[bytes] = []
        while self.peek() != ord("]"):
            # A comma ends every value but the last.
            self._index += 1 if items else 0
            items.append(self._value())
        self._index += 1
        return items

    def _has_member(self, *, is_first: bool) -> bool:
        following = self.peek()
        if following == ord("}"):
            return False
        if not is_first:
            if following != ord(","):
                self.fail_at_next()
            self._index += 1
            following = self.peek()
        if following != ord('"'):
            self.fail_at_next()
        return True

    def _expect(self, wanted: int) -> None:
        if self.peek() != wanted:
            self.fail_at_next()
        self._index += 1

    def _fail_on_another_value(self) -> None:
        """Reads the value that stands in the object's place, and then refuses it."""
        first = self.peek()
        if first == ord('"'):
            self._index += 1
            self._name()
        elif first is None or first not in b"-0123456789ntf[":
            self.fail_at_next()
        elif first != ord("["):
            self._scalar(first)
        self.fail()

    def _name(self) -> str:
        """A string behind its opening quotation mark, without half surrogate pairs."""
        parts = []
        while True:
            begins, self._index = self._index, self._after(_PLAIN)
            parts.append(self._data[begins : self._index].decode())
            following = self._byte()
            if following == ord('"'):
                return "".join(parts)
            if following != ord("\\"):
                self.fail()
            parts.append(self._character())

    def _character(self) -> str:
        """The character that an escape means, read behind the backslash."""
        letter = self._byte()
        if letter != ord("u"):
            plain = b'"\\/bfnrt'.find(letter)
            if plain < 0:
                self.fail()
            return '"\\/\b\f\n\r\t'[plain]
        code = self._hex()
        if 0xDC00 <= code <= 0xDFFF:
            self.fail()
        if not 0xD800 <= code <= 0xDBFF:
            return chr(code)
        for wanted in b"\\u":
            if self._byte() != wanted:
                self.fail()
        trail = self._hex()
        if not 0xDC00 <= trail <= 0xDFFF:
            self.fail()
        return chr(((code - 0xD800) << 10) + (trail - 0xDC00) + 0x10000)

    def _value(self) -> bytes:
        """Passes over one value, however deep, and gives its text."""
        self.peek()
        begins = self._index
        enclosing: list[int] = []
        while True:
            first = self.peek()
            if first is None:
                self.fail_at_next()
            elif first in _OPENING:
                self._index += 1
                enclosing.append(_OPENING[first])
                if not self._ends_empty(enclosing):
                    continue
            else:
                self._scalar(first)
            if not self._goes_on(enclosing):
                return self._data[begins : self._index]

    def _ends_empty(self, enclosing: list[int]) -> bool:
        following = self.peek()
        if following == enclosing[-1]:
            enclosing.pop()
            self._index += 1
            return True
        if following is None:
            self.fail_at_next()
        if enclosing[-1] == ord("}"):
            self._nested_name()
        return False

    def _goes_on(self, enclosing: list[int]) -> bool:
        """Whether a value follows the one that has just ended."""
        while enclosing:
            following = self.peek()
            if following == ord(","):
                self._index += 1
                if enclosing[-1] == ord("}"):
                    self._nested_name()
                return True
            if following != enclosing[-1]:
                self.fail_at_next()
            enclosing.pop()
            self._index += 1
        return False

    def _nested_name(self) -> None:
        self._expect(ord('"'))
        self._pass_string()
        self._expect(ord(":"))

    def _scalar(self, first: int) -> None:
        if first in _WORDS:
            for wanted in _WORDS[first]:
                if self._index >= len(self._data):
                    self.fail()
                self._index += 1
                if self._data[self._index - 1] != wanted:
                    self.fail()
        elif first == ord('"'):
            self._index += 1
            self._pass_string()
        elif first in b"-0123456789":
            self._pass_number(first)
        else:
            self.fail_at_next()

    def _pass_string(self) -> None:
        while True:
            self._index = self._after(_PLAIN)
            if self._index == len(self._data):
                self.fail()
            following = self._data[self._index]
            if following not in b'"\\':
                self.fail()
            self._index += 1
            if following == ord('"'):
                return
            escape = self._byte()
            if escape == ord("u"):
                self._hex()
            elif escape not in b'"\\/bfnrt':
                self.fail()

    def _pass_number(self, first: int) -> None:
        if first == ord("-"):
            self._index += 1
        leading = self._byte_of_number()
        if leading == ord("0"):
            if self._is_digit():
                self.fail_at_next()
        elif leading not in b"123456789":
            self.fail()
        self._index = self._after(_DIGITS)
        if self._at(b"."):
            self._index += 1
            if not self._is_digit():
                self.fail_at_next()
            self._index = self._after(_DIGITS)
        if self._at(b"eE"):
            self._index += 1
            if self._at(b"+-"):
                self._index += 1
            if self._byte_of_number() not in b"0123456789":
                self.fail()
            self._index = self._after(_DIGITS)

    def _byte(self) -> int:
        """The next byte of a string, which must not be the end of the text."""
        if self._index >= len(self._data):
            self.fail()
        self._index += 1
        return self._data[self._index - 1]

    def _byte_of_number(self) -> int:
        return self._byte() if self._index < len(self._data) else 0

    def _hex(self) -> int:
        if len(self._data) - self._index < 4:
            self._index = len(self._data)
            self.fail()
        match = _HEX.match(self._data, self._index)
        self._index += 4
        if match is None:
            self.fail()
        return int(self._data[self._index - 4 : self._index], 16)

    def _is_digit(self) -> bool:
        return self._at(b"0123456789")

    def _at(self, choices: bytes) -> bool:
        return self._index < len(self._data) and self._data[self._index] in choices

    def _after(self, pattern: re.Pattern[bytes]) -> int:
        match = pattern.match(self._data, self._index)
        return match.end() if match else self._index
