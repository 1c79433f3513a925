from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.workbook"
    label = "workbook"
    verbose_name = _("电子表格读写")
