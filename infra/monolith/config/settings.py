"""Settings of the monolith: Django as the load balancer's default target."""

import os

from config.environment import InvalidEnvironment, read_environment

try:
    ENVIRONMENT = read_environment(os.environ)
except InvalidEnvironment as error:
    # One line instead of a traceback: there is nothing wrong with the program.
    raise SystemExit(f"monolith: {error}") from None

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "accounts",
    "kernel",
    "allocation",
    "devices",
    "adops",
    "publishing",
    "members",
    "points",
    "rewards",
]

MIDDLEWARE = [
    "web.middleware.ServedByMiddleware",
    # Before everything that looks at the Host header: a health check's is an address and a port.
    "web.health.HealthCheckMiddleware",
    "web.middleware.SecureCookiesMiddleware",
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

DATABASES = {
    "default": ENVIRONMENT.database.settings(),
    # The same database for publishing, which reads all of the catalog as of one moment.
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

# The balancer overwrites X-Forwarded-Proto, whatever a client sent, and nothing but the balancer
# reaches Django: it binds the loopback address, or stands behind a security group. The balancer has
# no X-Forwarded-Host, so that is never looked at; Host arrives with the listener's port, which is
# what the Origin of a form post is compared with.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = False
# SecureCookiesMiddleware decides by request: the same settings serve plain HTTP and HTTPS.
SILENCED_SYSTEM_CHECKS = ["security.W012", "security.W016"]

# WhiteNoise serves the admin's files from where they are installed: no build step, no copies.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

# Where catalogs are published, and after how many seconds without an edit by themselves (0: never).
CATALOG_TABLE = ENVIRONMENT.catalog_table
DYNAMODB_ENDPOINT_URL = ENVIRONMENT.dynamodb_endpoint_url
AWS_REGION = ENVIRONMENT.aws_region
PUBLISH_QUIET_SECONDS = ENVIRONMENT.publish_quiet_seconds

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
TIME_ZONE = "UTC"
ADMIN_TIME_ZONE = ENVIRONMENT.admin_time_zone
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # What went wrong here, with its traceback. What a client did wrong is in the access log.
        "django.request": {"level": "ERROR"},
        # Every scanner of the internet guesses hosts, and each guess would be a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
