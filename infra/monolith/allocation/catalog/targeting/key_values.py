"""Free key-values: every key that is asked about must satisfy its lists."""

from collections.abc import Mapping

from allocation.catalog.targeting.allow_deny import AllowDeny


class KeyValues(dict[str, AllowDeny]):
    """Conditions by key, in the keys' order."""

    def admits(self, found: Mapping[str, str]) -> bool:
        return self.first_failed(found) is None

    def first_failed(self, found: Mapping[str, str]) -> str | None:
        """The first key whose lists are not satisfied."""
        for key, condition in self.items():
            if not condition.admits(found.get(key)):
                return key
        return None
