"""Django's settings, made from the installation's. Import it only after `boot.prepare()`, or to run tools."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from varco import __file__ as package_file
from varco.hub import runtime

_state = runtime.current()
config = _state.config

DEBUG = False
SECRET_KEY = hashlib.blake2b(
    "".join(key.reveal() for key in _state.keys[-1:]).encode(), person=b"varco-django", digest_size=32
).hexdigest()
ALLOWED_HOSTS = ["*"]  # `web.security` answers only to the hub's own names

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "varco.hub",
]
MIDDLEWARE = [
    "varco.hub.web.security.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "varco.hub.web.middleware.OrganisationMiddleware",
    "varco.hub.web.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "varco.hub.web.security.ContentPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "varco.hub.urls"
WSGI_APPLICATION = "varco.hub.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "varco.hub.web.context.hub",
            ],
        },
    }
]

AUTH_USER_MODEL = "hub.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "integrations"
LOGOUT_REDIRECT_URL = "login"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **runtime.database_parts(conninfo_to_dict(_state.database)),
        "CONN_MAX_AGE": 0,
        "OPTIONS": runtime.database_options(_state),
        "TEST": {"TEMPLATE": "template0"},
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("it", _("Italian"))]
LOCALE_PATHS = [str(runtime.package_folder(package_file) / "locale")]

STATIC_URL = "static/"
STATICFILES_DIRS = [str(runtime.package_folder(package_file) / "hub" / "static")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = config.public_url.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_TRUSTED_ORIGINS = [config.public_url] if config.public_url else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

EMAIL_BACKEND, _mail = runtime.mail_settings(config)
EMAIL_HOST = _mail.get("host", "localhost")
EMAIL_PORT = _mail.get("port", 25)
EMAIL_HOST_USER = _mail.get("user", "")
EMAIL_HOST_PASSWORD = _mail.get("password", "")
EMAIL_USE_TLS = _mail.get("starttls", False)
EMAIL_USE_SSL = _mail.get("ssl", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = config.mail_from

PROCRASTINATE_IMPORT_PATHS = ["varco.hub.jobs.tasks"]
PROCRASTINATE_ON_APP_READY = None
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LOGGING_CONFIG = None
