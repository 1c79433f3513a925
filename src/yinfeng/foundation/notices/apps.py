from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.notices"
    label = "notices"
    verbose_name = _("站内通知与待办")
