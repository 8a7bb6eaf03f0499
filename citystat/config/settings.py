"""Settings. Every one a city may set is an environment variable documented in docs/reference/settings.md."""

import os
from pathlib import Path
from typing import Any

from citystat.core import home
from citystat.core.cities import current_city
from citystat.core.errors import Unsafe
from citystat.core.secrets import secret_key

ROOT = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool = False) -> bool:
    """An on/off environment variable."""
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "on", "off", "true", "false", "yes", "no"}:
        raise Unsafe(f"{name} must be on or off, not {value!r}.")
    return value in {"1", "on", "true", "yes"} if value else default


DEBUG = flag("CITYSTAT_DEBUG")
SECRET_KEY = secret_key() if not flag("CITYSTAT_NO_SECRET") else "x" * 64
ALLOWED_HOSTS = [host for host in os.environ.get("CITYSTAT_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CITYSTAT_ORIGINS", "").split(",") if origin]
HTTPS = flag("CITYSTAT_HTTPS")
if "*" in ALLOWED_HOSTS:
    raise Unsafe("CITYSTAT_HOSTS must name your host names; `*` would accept any.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "citystat.core",
    "citystat.people",
    "citystat.places",
    "citystat.service_requests",
    "citystat.plan",
    "citystat.stat_sessions",
    "citystat.web",
    "citystat.ops",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "citystat.core.access.RuleMiddleware",
]
ROOT_URLCONF = "citystat.config.urls"
WSGI_APPLICATION = "citystat.config.wsgi.application"
AUTH_USER_MODEL = "people.User"
CITYSTAT_ROLES = "citystat.config.roles.MATRIX"
CITYSTAT_EXTERNAL_RULES = "citystat.config.roles.EXTERNAL_RULES"

TEMPLATES: list[dict[str, Any]] = [
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
    }
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home.database_path(),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = current_city().time_zone or "UTC"

STATIC_URL = "static/"
MEDIA_ROOT = home.media_dir()
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
