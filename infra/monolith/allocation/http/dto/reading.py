"""From a request to its parameters."""

from urllib.parse import parse_qsl

from django.http import HttpRequest

from allocation.http.dto.definitions import LISTS
from allocation.http.dto.json_body import from_json_body
from allocation.http.dto.parameters import Parameters


def read_parameters(request: HttpRequest) -> Parameters:
    """Reads the JSON body of a POST, or the query string of a GET.

    Raises ProblemError if the body is not a JSON object.
    """
    if request.method == "POST":
        return from_json_body(request)
    return _from_query(request)


def query_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """The names and values of a query string, in their order."""
    query = request.META.get("QUERY_STRING", "")
    # WSGI hands bytes over as Latin-1.
    text = query if query.isascii() else query.encode("latin-1").decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def _from_query(request: HttpRequest) -> Parameters:
    parameters = Parameters()
    for name, value in query_pairs(request):
        if name in LISTS:
            parameters.extend(name, [item for item in value.split(",") if item])
        else:
            parameters.extend(name, [value])
    return parameters
