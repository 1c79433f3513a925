from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.exchange"
    label = "exchange"
    verbose_name = _("接口")

    def ready(self) -> None:
        from . import registration

        registration.register()
