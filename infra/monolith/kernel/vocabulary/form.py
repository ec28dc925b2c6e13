"""What a vocabulary is: the forms that its texts have, and the parser that reads them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class NotInVocabulary(ValueError):
    """A text does not belong to a vocabulary.

    `wanted` describes the texts that do; the message is "must be " and that description.
    """

    def __init__(self, wanted: str) -> None:
        super().__init__(f"must be {wanted}")
        self.wanted = wanted


class Normalized(NamedTuple):
    """A text as near to the form of a vocabulary as it can be brought; it may still not have it."""

    text: str
    # Whether something that the text said has been left out, such as the fifth number of a version.
    is_cut: bool = False


@dataclass(frozen=True)
class Form:
    """How a text looks."""

    # Completes "must be": "an ISO 3166-1 alpha-2 code such as KR".
    wanted: str
    # Of the whole text, from ^ to $, as JSON Schema writes it.
    pattern: str
    # In characters, where the pattern sets no limit.
    length_max: int | None = None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def fits(self, text: str) -> bool:
        if self.length_max is not None and len(text) > self.length_max:
            return False
        # `$` alone would let a line end pass.
        return self._compiled.fullmatch(text) is not None

    def require(self, text: str) -> None:
        """Raises NotInVocabulary if the text has another form."""
        if not self.fits(text):
            raise NotInVocabulary(self.wanted)


@dataclass(frozen=True)
class Vocabulary(Generic[T]):
    """Texts of one meaning, read into values of one type."""

    # Also the name of its definition in the catalog's schema, if it has one there.
    name: str
    # The texts that a request may send.
    accepted: Form
    # The texts that a catalog may hold.
    canonical: Form
    # Reads an accepted text. Raises ValueError for one that the pattern alone cannot refuse.
    read: Callable[[str], T]
    # All texts, if they are few enough to be listed.
    words: tuple[str, ...] = ()
    # Brings a text as near to the accepted form as it can be brought, for devices that cannot be
    # changed any more. A text that has the form means the same afterwards.
    normalize: Callable[[str], Normalized] = Normalized

    def parse(self, text: str) -> T:
        """Reads a text of a request. Raises NotInVocabulary."""
        return self._read_as(self.accepted, text)

    def parse_canonical(self, text: str) -> T:
        """Reads a text of a catalog. Raises NotInVocabulary."""
        return self._read_as(self.canonical, text)

    def _read_as(self, form: Form, text: str) -> T:
        form.require(text)
        try:
            return self.read(text)
        except ValueError:
            raise NotInVocabulary(form.wanted) from None


def unchanged(text: str) -> str:
    """The reader of a vocabulary whose values are its texts."""
    return text


def one_of(name: str, *words: str) -> Vocabulary[str]:
    """A vocabulary of listed words."""
    form = Form(f"one of {', '.join(words)}", f"^({'|'.join(words)})$")
    by_letters = {word.lower(): word for word in words}

    def normalize(text: str) -> Normalized:
        # Letters beyond ASCII are others, even if their lower case is one of ASCII.
        return Normalized(by_letters.get(text.lower(), text) if text.isascii() else text)

    return Vocabulary(name, form, form, unchanged, words, normalize)
