from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yinfeng.kernel import voice


class Config(AppConfig):
    name = "yinfeng.foundation.ui"
    label = "ui"
    verbose_name = _("界面外壳与组件")

    def ready(self) -> None:
        from .sums import say_sum

        voice.lend(gettext, say_sum)
