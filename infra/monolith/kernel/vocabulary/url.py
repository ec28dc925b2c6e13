"""Addresses of images and landing pages.

A header value may hold visible ASCII alone; anything else belongs percent-encoded in a URL.
"""

from kernel.vocabulary.form import Form, Vocabulary, unchanged

LENGTH_MAX = 2_048

_IMAGE = Form("https and visible ASCII", r"^https://[!-~]+$", LENGTH_MAX)
_LANDING = Form(
    "https or an app store's, visible ASCII",
    r"^(https|market|itms-apps|itms-appss)://[!-~]*$",
    LENGTH_MAX,
)

IMAGE_URL = Vocabulary("image_url", _IMAGE, _IMAGE, unchanged)
LANDING_URL = Vocabulary("landing_url", _LANDING, _LANDING, unchanged)
