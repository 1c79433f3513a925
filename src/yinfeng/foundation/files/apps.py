from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.files"
    label = "files"
    verbose_name = _("附件与凭证")

    def ready(self) -> None:
        from yinfeng.foundation.ui.slots import DoctorCheck, add_check

        from .queries import broken_files

        add_check(DoctorCheck("files", _("附件内容与记录一致"), broken_files))
