from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.domain.projects"
    label = "projects"
    verbose_name = _("项目台账")
