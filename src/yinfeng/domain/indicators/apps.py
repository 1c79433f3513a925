from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.indicators"
    label = "indicators"
    verbose_name = _("指标")

    def ready(self) -> None:
        from . import registration

        registration.register()
