from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Config(AppConfig):
    name = "yinfeng.foundation.jobs"
    label = "jobs"
    verbose_name = _("后台任务")

    def ready(self) -> None:
        from yinfeng.foundation.files import owners
        from yinfeng.foundation.ui.slots import NavItem, add_nav

        from .clockwork import register_own
        from .queries import owns_result

        owners.register("job", lambda viewer, file: owns_result(viewer.person_id, file))
        register_own()
        add_nav(NavItem("jobs", pgettext_lazy("导航", "后台任务"), "jobs:list", "clock-play", 890))
