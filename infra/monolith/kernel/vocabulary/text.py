"""Free texts: names of devices, audiences and apps, and an app's own name for its user."""

from kernel.vocabulary.form import Form, Vocabulary, unchanged

SHORT_TEXT_LENGTH_MAX = 64

# White space, control characters, and the character that stands for bytes that were not UTF-8.
_UNUSABLE = r"\s\u0000-\u001f\u007f-\u009f\ufffd"

_SHORT_TEXT_PATTERN = rf"^( |[^{_UNUSABLE}])+$"

SHORT_TEXT = Vocabulary(
    "short_text",
    Form(
        "1 to 64 characters, in UTF-8, without control characters",
        _SHORT_TEXT_PATTERN,
        SHORT_TEXT_LENGTH_MAX,
    ),
    Form(
        "a text of 1 to 64 characters, without control characters",
        _SHORT_TEXT_PATTERN,
        SHORT_TEXT_LENGTH_MAX,
    ),
    unchanged,
)

USER_ID_LENGTH_MAX = 128

# Python reads half a surrogate pair out of JSON; Rust has no text that holds one.
_USER_ID_FORM = Form(
    "1 to 128 visible characters, in UTF-8",
    rf"^[^{_UNUSABLE}\ud800-\udfff]+$",
    USER_ID_LENGTH_MAX,
)

USER_ID = Vocabulary("user_id", _USER_ID_FORM, _USER_ID_FORM, unchanged)


def fold(text: str) -> str:
    """The text with ASCII letters in lower case, for comparisons in which their case does not
    count. Other letters stay as they are, so that two languages agree.
    """
    return text.encode().lower().decode()
