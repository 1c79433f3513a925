from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.regions"
    label = "regions"
    verbose_name = _("行政区划与国民经济行业分类")
