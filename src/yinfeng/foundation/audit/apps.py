from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.audit"
    label = "audit"
    verbose_name = _("审计日志与查看日志")
