from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.files"
    label = "files"
    verbose_name = _("附件与凭证")
