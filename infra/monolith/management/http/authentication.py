"""Who asks: a key in the header `Authorization`, and nothing else.

A session is not accepted, so that no page of another site can make a browser send a request.
"""

import logging
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from limits.services import Limit, LimitExceeded, Subject, count_attempt
from management.http.problems import insufficient_scope
from management.models import ManagementKey
from management.services.keys import key_of, note_use
from web import problems
from web.client_address import client_network
from web.problems import ProblemError

# Of one address, of requests whose key is not usable. A key cannot be guessed; the database is spared.
WRONG_KEYS = Limit("management-wrong-key", 60, 60)
_WINDOW_SECONDS = 60

_logger = logging.getLogger("django.security.management")


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, ManagementKey]:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if not text:
            raise NotAuthenticated
        now = timezone.now()
        key = key_of(text.strip(), now) if scheme.lower() == "bearer" else None
        if key is None:
            self._count_wrong(request)
            raise AuthenticationFailed
        note_use(key, now)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def _count_wrong(self, request: Request) -> None:
        try:
            count_attempt([Subject(WRONG_KEYS, client_network(request))], timezone.now())
        except LimitExceeded as exceeded:
            if exceeded.is_first:
                digest = exceeded.subject.digest[:8]
                _logger.error("ALARM: many wrong keys of the management API from one address (%s)", digest)
            raise ProblemError(problems.too_many_requests(exceeded.retry_after_seconds)) from None


class HasScope(BasePermission):
    """Whether the key has the scope that the view wants for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scope = view.scope_for(request.method)
        if scope not in request.auth.scopes:
            raise ProblemError(insufficient_scope(scope))
        return True


class KeyThrottle(BaseThrottle):
    """Counts in the database, so that all processes count together and nothing grows in memory."""

    def __init__(self) -> None:
        self._wait = 1

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = Limit("management-requests", settings.MANAGEMENT_REQUESTS_PER_MINUTE, _WINDOW_SECONDS)
        try:
            count_attempt([Subject(limit, request.auth.prefix)], timezone.now())
        except LimitExceeded as exceeded:
            self._wait = exceeded.retry_after_seconds
            return False
        return True

    def wait(self) -> int:
        return self._wait
