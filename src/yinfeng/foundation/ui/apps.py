from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.ui"
    label = "ui"
    verbose_name = _("界面外壳与组件")
