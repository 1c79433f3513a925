"""For a bureau's server: HTTPS only, no demo, no default host."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403

DEMO_ALLOWED = False
if "YINFENG_HOSTS" not in os.environ:
    raise ImproperlyConfigured("请设置 YINFENG_HOSTS（逗号分隔的访问域名或地址），再以生产配置启动。")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("YINFENG_PLAIN_HTTP") != "1"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_HSTS_SECONDS = 3600 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
