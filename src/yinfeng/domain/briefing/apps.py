from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.briefing"
    label = "briefing"
    verbose_name = _("通报")

    def ready(self) -> None:
        from . import registration

        registration.register()
