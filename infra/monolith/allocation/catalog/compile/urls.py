"""Where images come from and where clicks lead."""

from allocation.catalog.compile.index import Row
from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.url import IMAGE_URL, LANDING_URL


def read_addresses(kind: str, row: Row, withheld: list[str]) -> tuple[str, str] | None:
    """The addresses of image and landing page of a creative or a content; None if the row is withheld.

    A wrong address withholds its row instead of refusing the version: versions from before a rule
    of addresses must stay servable when the rule comes, and no other row refers to these two kinds.
    """
    field = "image_url"
    try:
        image_url = IMAGE_URL.parse_canonical(row[field])
        field = "landing_url"
        landing_url = LANDING_URL.parse_canonical(row[field])
    except NotInVocabulary as error:
        # Without the address, which may be long.
        withheld.append(f"{kind} {row['id']!r}: {field} {error}")
        return None
    return image_url, landing_url
