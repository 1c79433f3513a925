from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.importing"
    label = "importing"
    verbose_name = _("导入导出")

    def ready(self) -> None:
        from . import registration

        registration.register()
