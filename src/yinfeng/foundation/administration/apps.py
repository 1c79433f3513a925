from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.administration"
    label = "administration"
    verbose_name = _("系统管理")

    def ready(self) -> None:
        from .registration import register

        register()
