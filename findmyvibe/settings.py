"""Settings of the whole project, and the only place that reads the environment.

Every variable has a default that needs nothing installed: SQLite, tasks in the calling process,
files in a folder. `.env.example` lists them all.
"""

import os
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from kombu import Queue

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if env.bool("READ_DOT_ENV", default=True):
    env.read_env(BASE_DIR / ".env")
# A variable that is set to nothing is not set: `.env.example` can list them all.
env.ENVIRON = {name: value for name, value in os.environ.items() if value != ""}

# --- where things live --------------------------------------------------------------------------
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
ARTIFACTS_DIR = Path(env.str("ARTIFACTS_DIR", default=str(DATA_DIR / "artifacts"))).resolve()
BUNDLED_BACKBONES_DIR = BASE_DIR / "matching" / "backbones"
BUNDLED_FINDERS_DIR = BASE_DIR / "matching" / "finders"
BUNDLED_SENTENCES_DIR = BASE_DIR / "matching" / "sentences"
DEMO_DIR = BASE_DIR / "demo"

# --- security -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)


def _own_secret_key(path: Path) -> str:
    """The key of this data folder, made on first use, so that no key is ever shared by default."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(get_random_secret_key())
    return path.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", default="") or _own_secret_key(DATA_DIR / "secret-key")
# A health check asks this very machine, whatever names the site goes by.
SITE_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "[::1]", "127.0.0.1"])
ALLOWED_HOSTS = [*SITE_HOSTS, "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "findmyvibe.stale_forms.refuse"
HTTPS = env.bool("HTTPS", default=False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
# Both bind whole domains, and for long: whoever runs the site says so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# --- the application ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "findmyvibe.admin_config.ShopAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "files",
    "jobs",
    "catalog",
    "shoppers",
    "matching",
    "operations",
    "api",
]

MIDDLEWARE = [
    "operations.middleware.Watch",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "findmyvibe.headers.PermissionsPolicyMiddleware",
    "findmyvibe.gate.GateMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "findmyvibe.conflicts.ConflictMiddleware",
]

ROOT_URLCONF = "findmyvibe.urls"
WSGI_APPLICATION = "findmyvibe.wsgi.application"
ASGI_APPLICATION = "findmyvibe.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shoppers.favourites.for_pages",
            ],
        },
    },
]

# --- database -----------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers go on while one writes, and a second writer waits its turn instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- cache and work queue -----------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "operations.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
# What runs the networks for long waits in a queue of its own, so that some workers can be kept free
# of it; one that is told of no queue takes both.
CELERY_TASK_DEFAULT_QUEUE, VISION_QUEUE = "default", "vision"
CELERY_TASK_QUEUES = [Queue(CELERY_TASK_DEFAULT_QUEUE), Queue(VISION_QUEUE)]
VISION_JOBS = {"build_index", "train_heads", "audit_labels"}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# What is handed to a second worker meanwhile does not matter: a job is done by who holds its lease.
# Who starts one does not wait for a broker that is away.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The timetable: what `celery beat` starts, or else `run_due` (operations/timetable.py). A task, and
# when (UTC); index and files are looked after all day long.
CELERY_BEAT_SCHEDULE = {
    "tend_index": {"task": "matching.tasks.tend_index", "schedule": crontab(minute="*/10")},
    "sync_sources": {"task": "catalog.tasks.sync_sources", "schedule": crontab(minute="*/5")},
    "sweep_files": {"task": "operations.tasks.sweep_files", "schedule": crontab(minute="*/10")},
    "clear_sessions": {
        "task": "operations.tasks.clear_sessions",
        "schedule": crontab(hour=2, minute=0),
    },
    "prune_searches": {
        "task": "operations.tasks.prune_searches",
        "schedule": crontab(hour=3, minute=0),
    },
    "sweep_all_files": {
        "task": "operations.tasks.sweep_all_files",
        "schedule": crontab(hour=4, minute=0),
    },
}

# Kinds of long work: the function that does it, and what people read (the kind, where nothing is).
JOBS = {
    "import_products": ("catalog.importers.folder.import_folder", ""),
    "import_table": ("catalog.importers.table_import.import_table", ""),
    "import_upload": ("catalog.importers.table_import.import_upload", _("Import of a table")),
    "sync_source": ("catalog.importers.sources.sync_source", _("Import from a source")),
    "import_archive": ("catalog.importers.archive.import_archive", _("Import of a zip")),
    "load_demo": ("catalog.importers.demo.load_demo", ""),
    "build_index": ("matching.indexing.build.build_index", _("Build of the index")),
    "train_heads": ("matching.indexing.train.train_heads", _("Training of the heads")),
    "api_upsert": ("api.catalogue.bulk.upsert", _("Update of the catalogue by a program")),
    "api_tag": ("api.work.tagging.tag", _("Tagging of photos for a program")),
    "audit_labels": ("matching.label_audit.audit.audit_labels", _("Audit of the labels")),
    "activate_generation": (
        "matching.indexing.model_room.activate_generation",
        _("Change of the index"),
    ),
    "activate_heads": ("matching.indexing.model_room.activate_heads", _("Change of the heads")),
}

# --- files --------------------------------------------------------------------------------------
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_MEDIA_ROOT = DATA_DIR / "private"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))).resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]

S3_BUCKET = env.str("S3_BUCKET", default="")
# Whether browsers get photos of searches from the bucket itself, by an address that is signed for
# so many seconds; only where they reach S3_ENDPOINT_URL by that very name.
SIGNED_UPLOADS = bool(S3_BUCKET) and env.bool("S3_SIGNED_UPLOADS", default=False)
SIGNED_SECONDS = 300


def _s3(**options: object) -> dict[str, object]:
    from botocore.config import Config

    shared = {
        # Whoever waits for a page does not wait for a server that is away.
        "client_config": Config(connect_timeout=2, read_timeout=30, retries={"max_attempts": 2}),
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "file_overwrite": False,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": shared | options}


STORAGES = {
    # Photos of the catalogue: anybody may see them.
    "default": (
        _s3(
            location="media",
            querystring_auth=False,
            custom_domain=env.str("S3_PUBLIC_DOMAIN", default="") or None,
            url_protocol=env.str("S3_PUBLIC_PROTOCOL", default="https:"),
        )
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    # Photos that shoppers upload: only ever served through a view that checks whose they are.
    "private": (
        _s3(location="private", querystring_auth=True, querystring_expire=SIGNED_SECONDS)
        if S3_BUCKET
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
        }
    ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "findmyvibe.storage.StaticStorage"
    },
}


def _photo_hosts() -> list[str]:
    """Where browsers get the photos of the catalogue from, besides this site."""
    if not S3_BUCKET:
        return []
    endpoint = env.str("S3_ENDPOINT_URL", default="")
    bucket = "{0.scheme}://{0.netloc}".format(urlsplit(endpoint or "https://*.amazonaws.com"))
    if domain := env.str("S3_PUBLIC_DOMAIN", default=""):
        protocol = env.str("S3_PUBLIC_PROTOCOL", default="https:")
        public = f"{protocol}//{domain.partition('/')[0]}"
        return [public, bucket] if SIGNED_UPLOADS else [public]
    return [bucket]


PHOTO_HOSTS = _photo_hosts()
# Pages run and look by files of this site alone: nothing that somebody wrote into one is executed.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # blob: a photo before it is sent; data: the code to scan for the second step
        "img-src": [SELF, "blob:", "data:", *PHOTO_HOSTS],
        "connect-src": [SELF, *PHOTO_HOSTS],  # a product's photo is searched with
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# In debug mode static files are served from where they are edited, with no collectstatic.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_MB", default=10) * 1024 * 1024
# A zip of products: styles.csv and images/.
MAX_ARCHIVE_BYTES = env.int("MAX_ARCHIVE_MB", default=1024) * 1024 * 1024
# Photos and feeds that are named by web addresses: from this machine and its own network only if
# this is set, so many at a time, and each within so many seconds.
# Files that sources name lie here, and nowhere else; credentials are variables of these names.
SOURCES_DIR = Path(env.str("SOURCES_DIR", default=str(DATA_DIR / "sources"))).resolve()
SOURCE_SECRETS = {
    name: value
    for name, value in env.ENVIRON.items()
    if name.startswith("SOURCE_") and name != "SOURCES_DIR"
}
FETCH_PRIVATE_ADDRESSES = env.bool("FETCH_PRIVATE_ADDRESSES", default=False)
FETCH_AT_ONCE = env.int("FETCH_AT_ONCE", default=8)
FETCH_SECONDS = env.int("FETCH_SECONDS", default=30)
# What cannot be bought: searches and lists hide it, sink it to their end, or show it with a note.
NOT_FOR_SALE = env.str("NOT_FOR_SALE", default="hide")
# What one of each currency is worth in the first, which is the shop's own: EUR=1,USD=0.92.
CURRENCY_RATES = {
    code: env.parse_value(rate, Decimal)
    for code, rate in env.dict("CURRENCY_RATES", default={}).items()
}
# Boundaries, headers and the other fields of a form beside the file.
ROOM_FOR_THE_FORM = 64 * 1024
MAX_VISITORS_BODY = MAX_UPLOAD_BYTES + ROOM_FOR_THE_FORM
# A photo that staff give to a product by its form.
MAX_PHOTO_BYTES = 64 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Photos that a program has tagged at once.
DATA_UPLOAD_MAX_NUMBER_FILES = 500

# --- vision -------------------------------------------------------------------------------------
BACKBONE = env.str("BACKBONE", default="vibe-mini")
# Finds the garments of a photo; empty: every photo is searched with as a whole.
FINDER = env.str("FINDER", default="garment-finder")
# Knows what words mean that no list has; empty: such words are not understood.
SENTENCES = env.str("SENTENCES", default="word-sense")
VISION_THREADS = env.int("VISION_THREADS", default=0)
VECTOR_BACKEND = env.str("VECTOR_BACKEND", default="auto")
# Of so many products on vectors are searched approximately, where the backend is "auto".
GRAPH_FROM = env.int("GRAPH_FROM", default=200_000)
# Whether a change of a product is in the answers at once, or else with the next build.
LIVE_UPDATES = env.bool("LIVE_UPDATES", default=True)
# Of so many products that are other than in the index a build is made of them.
FOLD_CHANGES = env.int("FOLD_CHANGES", default=1000)
VISUAL_WEIGHT = env.float("VISUAL_WEIGHT", default=0.7)

# --- accounts -----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "findmyvibe.auth.DemoAwareBackend",
    "findmyvibe.auth.EmailBackend",
]
DEMO_USERNAME = "demo"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "findmyvibe.accounts.adapter.Adapter"
ACCOUNT_FORMS = {"signup": "findmyvibe.accounts.forms.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# With a mail server, signing up tells nobody whether an address is known: the mail says it.
_sends_mail = not env.str("EMAIL_URL", default="consolemail:").startswith("consolemail:")
ACCOUNT_EMAIL_VERIFICATION = env.str(
    "EMAIL_VERIFICATION", default="mandatory" if _sends_mail else "optional"
)
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
# Whoever finds a browser signed in can look, but cannot take the account over.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_USER_DISPLAY = "shoppers.visitor.name_of"
# User names are made of addresses; nobody becomes the demo account by demo@example.org.
ACCOUNT_USERNAME_BLACKLIST = [DEMO_USERNAME]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Find-My-Vibe] "
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "findmyvibe.accounts.secrets.MfaAdapter"
# What secrets in the database are encrypted with: the first encrypts, the others still decrypt.
SECRETS_KEYS = env.list("SECRETS_KEYS", default=[])
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Find-My-Vibe"
# Browsers give passkeys to https and to localhost only; a demo runs on the latter.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- mail ---------------------------------------------------------------------------------------
# Without a server, mails are written to the log: a forgotten password can still be helped.
_MAIL = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(_MAIL)
# Without one nobody can confirm an address either, and two-factor sign-in must not wait for it.
MFA_ALLOW_UNVERIFIED_EMAIL = "console" in _MAIL["EMAIL_BACKEND"]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="Find-My-Vibe <shop@localhost>")

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"predict": env.str("PREDICT_RATE", default="3000/min")},
    "EXCEPTION_HANDLER": "matching.search.api.problems.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXIES,
    # What form an answer has is said by the header Accept alone.
    "URL_FORMAT_OVERRIDE": None,
}
# Tokens that shoppers sign in to programs for; of the token itself only a hash is kept.
KNOX_TOKEN_MODEL = "api.ShopperToken"  # noqa: S105 (the name of a class)
# Its migrations would make the table of the model that ours stands in for, which nobody empties.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=30),
    "TOKEN_PREFIX": "fmv_st_",
    "AUTH_HEADER_PREFIX": "Bearer",
}
# Requests a minute: of each key or shopper, and of each address that shows none.
API_RATE_KEY = env.int("API_RATE_KEY", default=600)
API_RATE_ANONYMOUS = env.int("API_RATE_ANONYMOUS", default=120)
SPECTACULAR_SETTINGS = {
    "TITLE": "Find-My-Vibe",
    "DESCRIPTION": "A photo in; what it is and the best matching products of the catalogue out.",
    "VERSION": "0.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- language, time, logs -----------------------------------------------------------------------
LANGUAGE_CODE = env.str("SITE_LANGUAGE", default="en")
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LOG_FORMAT = env.str("LOG_FORMAT", default="line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "operations.logs.WithRequestId"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {request_id}: {message}", "style": "{"},
        "json": {"()": "operations.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        # A line for each request; Django's own say nothing more.
        "findmyvibe.access": {"level": "INFO" if env.bool("ACCESS_LOG", default=False) else "ERROR"}
    },
}
# Celery's processes log as all others do.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- watching -----------------------------------------------------------------------------------
# With it, and only with it, /metrics and /readyz tell details.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
