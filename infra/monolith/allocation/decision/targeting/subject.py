"""What the rules of targeting look at."""

from allocation.catalog.targeting.allow_deny import fold
from allocation.models.query import Query


class Subject:
    """One request in the forms that conditions are compared with. An attribute that was not sent is
    None or empty.
    """

    # One attribute for each rule of `rules.RULES`, by the rule's name.
    __slots__ = (
        "age",
        "app",
        "carrier",
        "country",
        "device_maker",
        "device_model",
        "gender",
        "geo",
        "interests",
        "key_values",
        "language",
        "network",
        "os_version",
        "packages",
        "platform",
        "region",
        "sdk_version",
        "segments",
        "unit",
        "user_age",
    )

    def __init__(self, query: Query, app_id: str, local_year: int, user_age: str | None) -> None:
        self.unit, self.app = query.unit_id, app_id
        self.country, self.region, self.language = query.country, query.region, query.language
        self.gender = query.gender
        self.age = None if query.birth_year is None else local_year - query.birth_year
        self.platform, self.network = query.platform, query.network
        self.os_version, self.sdk_version = query.os_version, query.sdk_version
        self.device_maker = _folded(query.device_maker)
        self.device_model = _folded(query.device_model)
        self.carrier = _folded(query.carrier)
        self.packages = frozenset(query.packages)
        self.segments = frozenset(query.segments)
        self.interests = frozenset(query.interests)
        self.geo = query.position
        self.user_age = user_age
        self.key_values = query.key_values


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)
