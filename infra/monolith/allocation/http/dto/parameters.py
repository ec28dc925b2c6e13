"""Parameters by name, the same from a query string and from a JSON body."""

from urllib.parse import parse_qsl

from django.http import HttpRequest, UnreadablePostError

from allocation.http.dto.json_object import Members, NotAnObjectError, read_object, scalar_text
from web import problems
from web.problems import FieldError, ProblemError

# Every value of every parameter as text, in the order sent. A list may be there and have none.
Parameters = dict[str, list[str]]

# In front of a key-value's name.
KEY_VALUE_PREFIX = "kv."
KEY_VALUES = "kv"
LISTS = frozenset({"interests", "segments", "packages", "shown"})
SCALARS = frozenset(
    {
        "unit_id",
        "user_id",
        "country",
        "region",
        "language",
        "gender",
        "birth_year",
        "platform",
        "os_version",
        "sdk_version",
        "device_maker",
        "device_model",
        "carrier",
        "network",
        "timezone",
        "lat",
        "lon",
        "limit_ad_tracking",
        "count",
        "explain",
        "now",
    }
)
# The balancer lets no larger body through to a function.
BODY_BYTES_MAX = 1024 * 1024


def read_parameters(request: HttpRequest) -> Parameters:
    """Reads the query string of a GET or the JSON body of a POST, whatever its type says it is.

    Raises ProblemError if the body is not a JSON object.
    """
    if request.method == "POST":
        return _from_json(_body_text(request))
    return _from_query(request.META.get("QUERY_STRING", ""))


def _from_query(query: str) -> Parameters:
    # WSGI hands bytes over as Latin-1.
    text = query if query.isascii() else query.encode("latin-1").decode("utf-8", "replace")
    parameters: Parameters = {}
    for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
        values = parameters.setdefault(name, [])
        if name in LISTS:
            values.extend(item for item in value.split(",") if item)
        else:
            values.append(value)
    return parameters


def _from_json(text: str) -> Parameters:
    try:
        members = read_object(text)
    except NotAnObjectError as error:
        # Line and column alone: what was sent is not repeated.
        detail = f"The body must be a JSON object (line {error.line}, column {error.column})."
        raise ProblemError(problems.invalid_body(detail)) from None
    parameters: Parameters = {}
    for name, value in members:
        if value is not None:
            _add(parameters, name, value)
    return parameters


def _add(parameters: Parameters, name: str, value: object) -> None:
    if name == KEY_VALUES:
        _add_key_values(parameters, value)
    elif name in LISTS:
        is_array = isinstance(value, list) and not isinstance(value, Members)
        texts = [scalar_text(item) for item in value] if is_array else [None]
        if None in texts:
            raise _wrong_type(name, "an array of strings")
        parameters.setdefault(name, []).extend(text for text in texts if text is not None)
    elif (text := scalar_text(value)) is not None:
        parameters.setdefault(name, []).append(text)
    elif name in SCALARS:
        raise _wrong_type(name, "a string, a number or a boolean")


def _add_key_values(parameters: Parameters, value: object) -> None:
    if not isinstance(value, Members):
        raise _wrong_type(KEY_VALUES, "an object of strings")
    for key, item in value:
        text = scalar_text(item)
        if text is None:
            raise _wrong_type(KEY_VALUES, "an object of strings")
        parameters.setdefault(f"{KEY_VALUE_PREFIX}{key}", []).append(text)


def _wrong_type(name: str, wanted: str) -> ProblemError:
    return ProblemError(problems.invalid_parameters([FieldError(name, f"must be {wanted}")]))


def _body_text(request: HttpRequest) -> str:
    try:
        if "transfer-encoding" in request.headers:
            # Django reads as much as Content-Length says, and nothing without one.
            body = request.environ["wsgi.input"].read(BODY_BYTES_MAX + 1)
        else:
            body = request.read(BODY_BYTES_MAX + 1)
    except (UnreadablePostError, OSError):
        raise ProblemError(problems.invalid_body("The body ended too early.")) from None
    if len(body) > BODY_BYTES_MAX:
        detail = f"The body may have at most {BODY_BYTES_MAX} bytes."
        raise ProblemError(problems.body_too_large(detail))
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(problems.invalid_body("The body must be UTF-8.")) from None
