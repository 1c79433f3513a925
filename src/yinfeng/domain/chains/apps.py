from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.chains"
    label = "chains"
    verbose_name = _("产业链、环节与产业组群")

    def ready(self) -> None:
        from . import registration

        registration.register()
