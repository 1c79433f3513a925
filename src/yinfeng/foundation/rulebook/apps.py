from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.rulebook"
    label = "rulebook"
    verbose_name = _("规则库")
