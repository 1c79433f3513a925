from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.accounts"
    label = "accounts"
    verbose_name = _("单位、人员、岗位与权限")
