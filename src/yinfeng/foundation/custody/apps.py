from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.custody"
    label = "custody"
    verbose_name = _("保管")

    def ready(self) -> None:
        from . import registration

        registration.register()
