"""Settings. Every one a city may set is an environment variable documented in docs/reference/settings.md."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from citystat.config import database, safety, sign_in
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


def names(name: str, default: str = "") -> list[str]:
    """A list of names separated by commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def whole(name: str, default: int) -> int:
    """A whole number from 0."""
    value = os.environ.get(name, "").strip()
    if value and not (value.isascii() and value.isdigit()):
        raise Unsafe(f"{name} must be a whole number from 0, not {value!r}.")
    return int(value) if value else default


DEBUG = flag("CITYSTAT_DEBUG")
SECRET_KEY = "x" * 64 if flag("CITYSTAT_NO_SECRET") else secret_key()
ALLOWED_HOSTS = names("CITYSTAT_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = names("CITYSTAT_ORIGINS")
HTTPS = flag("CITYSTAT_HTTPS")
# Where links in messages lead; the address residents type.
CITYSTAT_BASE_URL = os.environ.get("CITYSTAT_BASE_URL") or f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}{'' if HTTPS else ':8000'}"
# How many forms one network address may send in ten minutes without signing in.
CITYSTAT_FORMS_PER_ADDRESS = whole("CITYSTAT_FORMS_PER_ADDRESS", 200)
# Open311: how often one address may ask each process in a minute, the jurisdiction this server is of, and spans over 90 days refused.
CITYSTAT_OPEN311_A_MINUTE = whole("CITYSTAT_OPEN311_A_MINUTE", 24_000)
CITYSTAT_OPEN311_JURISDICTION = os.environ.get("CITYSTAT_OPEN311_JURISDICTION", "").strip()
CITYSTAT_OPEN311_STRICT_SPAN = flag("CITYSTAT_OPEN311_STRICT_SPAN")
safety.check_hosts(ALLOWED_HOSTS)
safety.check_debug(DEBUG, ALLOWED_HOSTS)
safety.check_https(HTTPS, flag("CITYSTAT_ALLOW_PLAIN_HTTP"), ALLOWED_HOSTS)
safety.check_home(home.home(), ALLOWED_HOSTS)
if not flag("CITYSTAT_NO_SECRET"):
    safety.check_key(SECRET_KEY)

# What goes wrong while serving is written to standard error with its traceback; pages that are not there are no error.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}, "django.request": {"level": "ERROR"}},
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "citystat.core",
    "citystat.people",
    "citystat.places",
    "citystat.service_requests",
    "citystat.plan",
    "citystat.knowledge",
    "citystat.open311",
    "citystat.channels",
    "citystat.stat_sessions",
    "citystat.intake",
    "citystat.action_center",
    "citystat.web",
    "citystat.ops",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "citystat.people.sign_out.ForgetMiddleware",
    "citystat.core.access.RuleMiddleware",
    "citystat.web.errors.UserErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "citystat.config.urls"
WSGI_APPLICATION = "citystat.config.wsgi.application"
CITYSTAT_ROLES = "citystat.config.roles.MATRIX"
CITYSTAT_EXTERNAL_RULES = "citystat.config.roles.EXTERNAL_RULES"
CITYSTAT_ROLE_LABELS = "citystat.config.roles.ROLE_LABELS"
CITYSTAT_RIGHTS = "citystat.config.roles.RIGHTS"
CSRF_FAILURE_VIEW = "citystat.web.errors.forbidden"
CITYSTAT_ERROR_RESPONSE = "citystat.web.errors.response_for"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "citystat.web.context.shell",
            ],
        },
    }
]
DATABASES: dict[str, dict[str, Any]] = {"default": database.settings_of(os.environ.get("DATABASE_URL", ""), home.database_path())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Signing in with the city's own accounts; None where it is not set up.
CITYSTAT_OIDC = sign_in.provider(os.environ, trusts_emails=flag("CITYSTAT_OIDC_TRUSTS_EMAILS"), is_only_way=flag("CITYSTAT_OIDC_ONLY"))
# Signing in: by e-mail address and password, a second factor for who wants one, nobody signs up by themselves.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "citystat.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "citystat.people.adapters.SignInForm",
    "change_password": "citystat.people.adapters.ChangeForm",
    "reauthenticate": "citystat.people.adapters.AgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts failures, in the database, for all processes
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = f"CityStat {current_city().name}"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_CALLABLE = "citystat.web.errors.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "citystat.config.number_formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = current_city().time_zone or "UTC"

# `citystat serve` collects the files: each then carries a hash in its name, is compressed, and is kept by browsers.
STATIC_URL = "static/"
STATIC_ROOT = home.home() / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "citystat.web.front_end.FrontEndFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "citystat.web.front_end.CollectedFiles"},
}
WHITENOISE_USE_FINDERS = True  # before the first collecting, files are served as they lie
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = home.media_dir()
# A form of megabytes reaches its page, which can say what is too long and give the text back.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("CITYSTAT_TRUST_PROXY") else None
X_FRAME_OPTIONS = "DENY"
# Nothing from elsewhere, nothing inline; `data:` pictures are the map's buttons and the QR code of the second factor.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
