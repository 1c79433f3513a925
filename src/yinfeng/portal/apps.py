from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.portal"
    label = "portal"
    verbose_name = _("门户")

    def ready(self) -> None:
        from . import registration

        registration.register()
