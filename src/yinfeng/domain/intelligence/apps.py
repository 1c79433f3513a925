from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.intelligence"
    label = "intelligence"
    verbose_name = _("信息收集与研判")

    def ready(self) -> None:
        from . import registration

        registration.register()
