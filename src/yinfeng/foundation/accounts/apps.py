from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "yinfeng.foundation.accounts"
    label = "accounts"
    verbose_name = _("单位、人员、岗位与权限")

    def ready(self) -> None:
        from yinfeng.foundation.rulebook.queries import add_standard
        from yinfeng.foundation.rulebook.rules import Standard

        from .rules import STANDARD_RIGHTS, parse_rights

        add_standard(Standard("rights", "岗位权限", STANDARD_RIGHTS, parse_rights, edited_by="rights"))
