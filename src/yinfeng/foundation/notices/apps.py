from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.notices"
    label = "notices"
    verbose_name = _("站内通知与待办")

    def ready(self) -> None:
        from yinfeng.foundation.ui.slots import Bell, set_bell

        from .queries import unread_count

        set_bell(Bell("notices:list", unread_count))
