from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.compliance"
    label = "compliance"
    verbose_name = _("合规审查")

    def ready(self) -> None:
        from . import registration

        registration.register()
