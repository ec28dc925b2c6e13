"""Settings of the monolith: Django as the load balancer's default target."""

import os
from pathlib import Path

from config.environment import InvalidEnvironment, read_environment
from config.private_files import keep_private

try:
    ENVIRONMENT = read_environment(os.environ)
except InvalidEnvironment as error:
    # One line instead of a traceback: the error is in the environment and not in the program.
    raise SystemExit(f"monolith: {error}") from None

BASE = Path(__file__).resolve().parents[1]
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

INSTALLED_APPS = [
    # Before Django's admin, whose base template it extends.
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "limits",
    "pausing",
    "kernel",
    "allocation",
    "devices",
    "delivery",
    "adops",
    "reports",
    "publishing",
    "inspection",
    "management",
    "webhooks",
    "members",
    "points",
    "rewards",
    "erasure",
]

MIDDLEWARE = [
    # First, so that every response passes it.
    "web.middleware.RequestLogMiddleware",
    "web.middleware.ServedByMiddleware",
    # Before the middleware that checks the Host header: a health check has an address as the host.
    "web.health.HealthCheckMiddleware",
    "web.middleware.SecureCookiesMiddleware",
    "web.content_security.ContentSecurityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "adops.middleware.AdminTimeZoneMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.LoginStatusMiddleware",
    "publishing.middleware.PublishingNoticesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# An SQLite database holds sessions, password hashes and personal data.
keep_private(ENVIRONMENT.database.files())
DATABASES = {
    "default": ENVIRONMENT.database.settings(),
    # The same database again, for the publisher, which reads the state of one moment.
    "snapshot": {**ENVIRONMENT.database.snapshot_settings(), "TEST": {"MIRROR": "default"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Django can trust X-Forwarded-Proto: the balancer overwrites it, and no client reaches Django past
# the balancer, because Django binds the loopback address or stands behind a security group. The
# balancer does not overwrite X-Forwarded-Host, so Django ignores it. The Host header has the
# listener's port, so that it matches the Origin of a form post.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = False
# Of HTTPS responses alone. Browsers then use no plain HTTP for this host for a year.
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
# The same settings serve plain HTTP and HTTPS, so SecureCookiesMiddleware marks cookies as secure.
SILENCED_SYSTEM_CHECKS = ["security.W012", "security.W016"]

# WhiteNoise serves the admin's files from their installed packages, without a build step.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

# The DynamoDB table of published catalogs, and when the publisher writes to it.
CATALOG_TABLE = ENVIRONMENT.catalog_table
# The table of the functions' roll-ups, from which facts of delivery are read.
DELIVERY_TABLE = ENVIRONMENT.delivery_table
DELIVERY_HOURS_DAYS = ENVIRONMENT.delivery_hours_days
DYNAMODB_ENDPOINT_URL = ENVIRONMENT.dynamodb_endpoint_url
AWS_REGION = ENVIRONMENT.aws_region
# The function that compiles what is published, and where it is invoked.
CATALOG_FUNCTION = ENVIRONMENT.catalog_function
LAMBDA_ENDPOINT_URL = ENVIRONMENT.lambda_endpoint_url
PUBLISH_QUIET_SECONDS = ENVIRONMENT.publish_quiet_seconds
# Whether a second person approves what is published.
PUBLISH_NEEDS_TWO = ENVIRONMENT.publish_needs_two
WORKER_SIGN = ENVIRONMENT.worker_sign
METRICS_NAMESPACE = ENVIRONMENT.metrics_namespace
PUBLISH_RATES_SECONDS = ENVIRONMENT.publish_rates_seconds

# What the secrets of webhooks are sealed with. Only in development may a receiver be on this machine.
WEBHOOK_KEYS = ENVIRONMENT.webhook_keys
WEBHOOKS_MAY_BE_LOCAL = ENVIRONMENT.debug

# The functions that run when a member registers or is erased, in this order, in one transaction
# (members/lifecycle.py). `close_account` is first in the erasure: it locks the row of the points
# account, as every writer of points does before any other row.
MEMBER_REGISTRATION_STEPS = ["points.services.open_account"]
DEVICE_REGISTRATION_STEPS = ["devices.services.copy_settings_from_before"]
MEMBER_ERASURE_STEPS = [
    "points.services.close_account",
    "rewards.services.delete_unlocks",
    "devices.services.delete_settings_of_member",
    "erasure.services.request_state_erasure",
]
# What the publish worker does every few seconds beside publications.
WORKER_STEPS = [
    "erasure.services.erase_in_worker",
    "delivery.startup.sync_in_worker",
    "adops.folding.fold_in_worker",
    "management.services.answers.prune_in_worker",
    "webhooks.startup.watch_in_worker",
    "webhooks.startup.send_in_worker",
]

# Of one address, and counted apart for members and for phones without a token.
NEW_DEVICES_PER_MINUTE = ENVIRONMENT.new_devices_per_minute

# Of one key of the management API.
MANAGEMENT_REQUESTS_PER_MINUTE = ENVIRONMENT.management_requests_per_minute

# Whether a phone may register without proving that it has a key: accept, warn or require.
PROOF_OF_POSSESSION = ENVIRONMENT.proof_of_possession

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
# Before the texts of apps, Django's among them.
LOCALE_PATHS = [BASE / "locale"]
TIME_ZONE = "UTC"
ADMIN_TIME_ZONE = ENVIRONMENT.admin_time_zone
USE_TZ = True

# The OpenAPI document of the management API.
SPECTACULAR_SETTINGS = {
    "TITLE": "Lockfill management API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["management.http.schema.refuse_other_members"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"logged_path": {"()": "web.logged_path.LoggedPathFilter"}},
    "formatters": {"trace": {"()": "web.trace.TraceFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["logged_path"],
            "formatter": "trace",
        }
    },
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Errors of the server, with tracebacks. Errors of clients are in the access log.
        "django.request": {"level": "ERROR"},
        # Scanners of the internet guess hosts, and each guess would log a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
