"""Parameters from the JSON body of a POST, whatever its content type is."""

from django.http import HttpRequest, UnreadablePostError

from allocation.http.dto.definitions import KEY_VALUE_PREFIX, KEY_VALUES, LISTS, SCALARS
from allocation.http.dto.json_object import Members, read_object, scalar_text
from allocation.http.dto.json_syntax import NotAnObjectError
from allocation.http.dto.parameters import Parameters
from web import problems
from web.problems import Problem, ProblemError

# The balancer lets no larger body through to a function.
BODY_BYTES_MAX = 1024 * 1024
_TOO_LARGE = f"The body may have at most {BODY_BYTES_MAX} bytes."


def from_json_body(request: HttpRequest) -> Parameters:
    """Raises ProblemError if the body is not a JSON object of values that parameters may have."""
    try:
        members = read_object(body_text(request, BODY_BYTES_MAX, _TOO_LARGE))
    except NotAnObjectError as error:
        raise ProblemError(not_an_object(error)) from None
    parameters = Parameters()
    for name, value in members:
        if value is not None:
            _add(parameters, name, value)
    return parameters


def _add(parameters: Parameters, name: str, value: object) -> None:
    if name == KEY_VALUES:
        _add_key_values(parameters, value)
    elif name in LISTS:
        _add_items(parameters, name, value)
    elif (text := scalar_text(value)) is not None:
        parameters.extend(name, [text])
    elif name in SCALARS:
        parameters.extend_mistyped(name, "a string, a number or a boolean")


def _add_items(parameters: Parameters, name: str, value: object) -> None:
    is_array = isinstance(value, list) and not isinstance(value, Members)
    found = [scalar_text(item) for item in value] if isinstance(value, list) and is_array else []
    texts = [text for text in found if text is not None]
    if not is_array or len(texts) != len(found):
        parameters.extend_mistyped(name, "an array of strings")
    parameters.extend(name, texts)


def _add_key_values(parameters: Parameters, value: object) -> None:
    is_object = isinstance(value, Members)
    found = [(key, scalar_text(item)) for key, item in value] if isinstance(value, Members) else []
    if not is_object or any(text is None for _, text in found):
        parameters.extend_mistyped(KEY_VALUES, "an object of strings")
    for key, text in found:
        if text is not None:
            parameters.extend(f"{KEY_VALUE_PREFIX}{key}", [text])


def not_an_object(error: NotAnObjectError) -> Problem:
    # Line and column alone: what was sent is not repeated.
    return problems.invalid_body(
        f"The body must be a JSON object (line {error.line}, column {error.column})."
    )


def body_text(request: HttpRequest, bytes_max: int, too_large: str) -> str:
    """The body. `too_large` is the detail of the problem of a larger one."""
    try:
        if "transfer-encoding" in request.headers:
            # Django reads as much as Content-Length says, and nothing without one.
            body = request.META["wsgi.input"].read(bytes_max + 1)
        else:
            body = request.read(bytes_max + 1)
    except (UnreadablePostError, OSError):
        raise ProblemError(problems.invalid_body("The body ended too early.")) from None
    if len(body) > bytes_max:
        raise ProblemError(problems.body_too_large(too_large))
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(problems.invalid_body("The body must be UTF-8.")) from None
