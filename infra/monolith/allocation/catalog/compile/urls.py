"""Where images come from and where clicks lead."""

from kernel.vocabulary.url import IMAGE_URL, LANDING_URL


def require_urls(image_url: str, landing_url: str) -> None:
    """Images come over https, clicks lead to https or an app store. Raises ValueError."""
    for name, vocabulary, url in (
        ("image_url", IMAGE_URL, image_url),
        ("landing_url", LANDING_URL, landing_url),
    ):
        try:
            vocabulary.parse_canonical(url)
        except ValueError:
            # Without the address, which may be long.
            raise ValueError(f"{name} must be {vocabulary.canonical.wanted}") from None
