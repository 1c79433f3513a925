from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.reporting"
    label = "reporting"
    verbose_name = _("填报")

    def ready(self) -> None:
        from . import registration

        registration.register()
