"""IANA time zones out of the `tzdata` package, whatever the machine has: Rust and Python then know
the same release.
"""

from functools import lru_cache
from importlib.resources import files

from kernel.vocabulary.form import Form, NotInVocabulary, Vocabulary

NAME_LENGTH_MAX = 64

# CLDR's name for an unknown zone. It is in no list, and its clocks show UTC.
_UNKNOWN = "etc/unknown"


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The canonical names by their lower-case spelling."""
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.lower(): name for name in names} | {_UNKNOWN: "UTC"}


def _read(text: str) -> str:
    name = _names().get(text.lower())
    if name is None:
        raise ValueError("there is no such time zone")
    return name


class _TimeZones(Vocabulary[str]):
    def parse_canonical(self, text: str) -> str:
        # The list of names says which spelling is canonical; no pattern can.
        if self.parse(text) != text:
            raise NotInVocabulary(self.canonical.wanted)
        return text


# Before the list is searched, because clients choose the texts.
_PATTERN = r"^[!-~]{1,64}$"

TIME_ZONE = _TimeZones(
    "time_zone",
    Form("an IANA time zone such as Asia/Seoul", _PATTERN),
    Form("an IANA time zone such as Asia/Seoul", _PATTERN),
    _read,
)


def release() -> str:
    """The release of the time zone database, such as 2026f."""
    text = files("tzdata").joinpath("zoneinfo", "tzdata.zi").read_text("utf-8")
    return text.partition("\n")[0].rpartition(" ")[2]
