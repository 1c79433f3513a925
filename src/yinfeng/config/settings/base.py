"""Settings shared by every way of running the house. Values from the environment, with safe defaults.

``YINFENG_HOME``  where the database, the files and the secrets live (default ``var/`` in the working folder)
``DATABASE_URL``  ``sqlite:///path`` or ``postgresql://user:password@host:port/name``
``YINFENG_SECRET_KEY``  else a random one is made once and kept in ``YINFENG_HOME/secret_key``
``YINFENG_HOSTS``  comma-separated host names the server answers to
``YINFENG_TRUSTED_PROXIES``  comma-separated addresses or networks of proxies whose X-Forwarded-For is believed
``YINFENG_LOG``  ``json`` (a line an event, without personal data) or ``plain``
"""

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yinfeng.config.databases import database_from_url

PACKAGE = Path(__file__).resolve().parents[2]
CHECKOUT = PACKAGE.parents[1]
HOME = Path(os.environ.get("YINFENG_HOME", Path.cwd() / "var")).resolve()


def _secret_key() -> str:
    """The key from the environment, else one made at the first start and readable by the owner only."""
    if key := os.environ.get("YINFENG_SECRET_KEY"):
        return key
    HOME.mkdir(parents=True, exist_ok=True)
    kept = HOME / "secret_key"
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("YINFENG_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    # foundation
    "yinfeng.foundation.accounts",
    "yinfeng.foundation.audit",
    "yinfeng.foundation.rulebook",
    "yinfeng.foundation.regions",
    "yinfeng.foundation.files",
    "yinfeng.foundation.jobs",
    "yinfeng.foundation.notices",
    "yinfeng.foundation.workbook",
    "yinfeng.foundation.administration",
    "yinfeng.foundation.exchange",
    "yinfeng.foundation.custody",
    "yinfeng.foundation.ui",
    # domain, lowest floor first
    "yinfeng.domain.chains",
    "yinfeng.domain.enterprises",
    "yinfeng.domain.compliance",
    "yinfeng.domain.projects",
    "yinfeng.domain.importing",
    "yinfeng.domain.reporting",
    "yinfeng.domain.intelligence",
    "yinfeng.domain.assessment",
    "yinfeng.domain.indicators",
    "yinfeng.domain.briefing",
    "yinfeng.portal",
]

MIDDLEWARE = [
    "yinfeng.foundation.custody.middleware.RequestLogMiddleware",
    "yinfeng.foundation.custody.middleware.BarrierMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "yinfeng.foundation.ui.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yinfeng.foundation.accounts.middleware.ViewerMiddleware",
    "yinfeng.foundation.exchange.middleware.ApiMiddleware",
    "yinfeng.foundation.ui.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yinfeng.config.urls"
WSGI_APPLICATION = "yinfeng.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "yinfeng.foundation.ui.context.shell",
            ],
            "builtins": [
                "yinfeng.foundation.ui.templatetags.yf",
                "yinfeng.foundation.ui.templatetags.yf_pieces",
                "yinfeng.foundation.ui.templatetags.yf_once",  # after yf, whose icon it draws once
            ],
            "libraries": {
                "i18n": "yinfeng.foundation.ui.templatetags.said_once",
                "static": "yinfeng.foundation.ui.templatetags.static_once",
            },
        },
    },
]

SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # i18n and static stand twice on purpose: ours in the place of Django's

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", f"sqlite:///{HOME / 'yinfeng.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "portal:workbench"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "yinfeng.foundation.accounts.passwords.ThreeKindsValidator"},
]
# MLPS level-2 habits: lock after five failures for a quarter of an hour, end idle sessions after half an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "yinfeng.foundation.accounts.pages.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "yinfeng.foundation.accounts.addresses.client_address"
TRUSTED_PROXIES = [p.strip() for p in os.environ.get("YINFENG_TRUSTED_PROXIES", "").split(",") if p.strip()]
SESSION_COOKIE_AGE = int(os.environ.get("YINFENG_SESSION_SECONDS", 30 * 60))
SESSION_SAVE_EVERY_REQUEST = False  # the viewer middleware renews it at most once a minute: a GET writes nothing else
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "yinfeng.foundation.ui.finders.PackageFinder",
]
# Packed into the wheel by ``make bundle``; in a checkout they lie where npm puts them.
PACKED_FRONT_END = PACKAGE / "front_end"
FRONT_END_PACKAGES = Path(
    os.environ.get("YINFENG_FRONT_END", PACKED_FRONT_END if PACKED_FRONT_END.is_dir() else CHECKOUT / "node_modules")
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

FILES_ROOT = HOME / "files"
FILES_MAX_BYTES = 50 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# The interface for programs: requests a minute of one caller, days a token may last, hours a write's answer is kept, and
# networks beside the private ones to which changes may be sent ("203.0.113.0/24, 198.51.100.7").
API_REQUESTS_A_MINUTE = int(os.environ.get("YINFENG_API_REQUESTS_A_MINUTE", "600"))
API_TOKEN_DAYS = int(os.environ.get("YINFENG_API_TOKEN_DAYS", "366"))
API_ANSWERS_KEPT_HOURS = 24
WEBHOOK_NETWORKS = os.environ.get("YINFENG_WEBHOOK_NETWORKS", "")

# Collecting documents: a folder of inboxes, hosts beyond the intranet that may be read from, networks beside the private
# ones, and where the passwords of mailboxes lie (one file a mailbox, readable by the service only).
INBOX_ROOT = HOME / "inbox"
INBOX_SETTLES_SECONDS = 5.0
COLLECT_HOSTS = os.environ.get("YINFENG_COLLECT_HOSTS", "")
COLLECT_NETWORKS = os.environ.get("YINFENG_COLLECT_NETWORKS", "")
MAIL_PASSWORDS = HOME / "mail_passwords"

# From so many projects on the worker keeps a columnar mirror of the ledger, for indicators (docs/adr/0023).
MIRROR_FROM = int(os.environ.get("YINFENG_MIRROR_FROM", "20000"))
MIRROR_WITHIN_TRANSACTIONS = False  # only the tests, which are never committed, may say otherwise

# The sentence that stands on every screen; a bureau may change its words, never its meaning.
STANDING_LINE = _("严禁录入涉密信息")
PRODUCT_NAME = _("引凤 招商引资工作平台")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "yinfeng.foundation.custody.logs.JsonFormatter"},
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": os.environ.get("YINFENG_LOG", "json")}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "yinfeng": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # what was refused stands in the line of the request
        "axes": {"level": "ERROR"},  # its warnings carry user names and addresses
    },
}
