from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.projects"
    label = "projects"
    verbose_name = _("项目台账")

    def ready(self) -> None:
        from . import registration

        registration.register()
