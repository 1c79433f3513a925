from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.assessment"
    label = "assessment"
    verbose_name = _("信息研判")

    def ready(self) -> None:
        from . import registration

        registration.register()
