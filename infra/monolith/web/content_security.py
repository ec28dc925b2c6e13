"""The Content-Security-Policy of pages: the admin's own files, and images of other hosts."""

from django.http import HttpRequest, HttpResponse

from web.middleware import GetResponse

# Creatives and contents have images on other hosts, which the admin previews.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: https:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("content-type", "").startswith("text/html"):
            response.headers.setdefault("content-security-policy", POLICY)
        return response
