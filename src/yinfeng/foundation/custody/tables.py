"""Which tables a backup holds, at the state of migrations that a database is in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinfeng.kernel.errors import DomainError

from .rules.format import ColumnPlan, TablePlan

# Model label (small letters; ``app.*`` for all of an app) -> why it is not in a backup. See docs/adr/0014-custody.md.
LEFT_OUT: dict[str, Any] = {
    "sessions.session": gettext_lazy("登录会话，恢复后重新登录"),
    "contenttypes.*": gettext_lazy("框架自带，由迁移生成"),
    "auth.*": gettext_lazy("框架自带，由迁移生成"),
    "axes.accessattempt": gettext_lazy("登录失败计数，过时即失效"),
    "axes.accessattemptexpiration": gettext_lazy("登录失败计数，过时即失效"),
    "django_tasks_database.*": gettext_lazy("后台队列，任务本身在后台任务中"),
    "jobs.workerbeat": gettext_lazy("后台进程的心跳"),
}

_KINDS = {
    **dict.fromkeys(
        (
            "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
            "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField",
        ),
        "integer",
    ),
    **dict.fromkeys(("CharField", "TextField", "SlugField", "FileField"), "text"),
    "GenericIPAddressField": "address",
    "BooleanField": "boolean", "DateField": "date", "DateTimeField": "moment", "JSONField": "json",
    "UUIDField": "uuid", "FloatField": "real", "BinaryField": "binary",
}  # fmt: skip


@dataclass(frozen=True)
class Rebuilt:
    """Tables that are no models and hold nothing but what follows from the facts: made anew after a restore."""

    tables: tuple[str, ...]
    run: Callable[[], object]


_rebuilt: dict[str, Rebuilt] = {}


def add_rebuilt(key: str, tables: Iterable[str], run: Callable[[], object]) -> None:
    """An app that keeps such tables registers how they are made (from ``AppConfig.ready``)."""
    _rebuilt[key] = Rebuilt(tuple(tables), run)


def rebuilt() -> dict[str, Rebuilt]:
    return dict(_rebuilt)


def leave_out(label: str, why: Any) -> None:
    """An app names a model of its own (``app.model`` in small letters) that no backup shall hold."""
    LEFT_OUT[label] = why


def why_left_out(model: type[Model]) -> str | None:
    label = model._meta.label_lower
    why = LEFT_OUT.get(label) or LEFT_OUT.get(f"{model._meta.app_label}.*")
    return str(why) if why else None


def known_state(applied: Iterable[tuple[str, str]]) -> Any:
    """The registry of models as of these migrations. DomainError where this house does not know one of them."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wanted = list(applied)
    unknown = sorted(f"{app} {name}" for app, name in wanted if (app, name) not in loader.graph.nodes)
    if unknown:
        raise DomainError(
            _("数据来自更新的版本：本系统不认识迁移 {names}。").format(names=_("、").join(unknown[:5])),
            code="backup.newer",
            fix=_("请先把引凤升级到同一版本或更高版本，再试。"),
        )
    return loader.project_state(wanted).apps


def kind_of(field: Field[Any, Any]) -> str:
    """The kind of a column. LookupError: a field of a sort that no model of the house had before."""
    while field.remote_field is not None:
        field = field.target_field  # type: ignore[attr-defined]
    told = field.get_internal_type()
    if told == "DecimalField":
        return f"decimal.{field.decimal_places}"  # type: ignore[attr-defined]
    if told not in _KINDS:
        raise LookupError(f"custody: a column of the kind {told} has no form in backups yet")
    return _KINDS[told]


def plans_of(apps: Any) -> tuple[list[TablePlan], dict[str, str]]:
    """The tables to write, in a settled order, and those left out with the reason."""
    plans, left = [], {}
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda m: m._meta.db_table):
        meta = model._meta
        if meta.proxy or not meta.managed:
            continue
        if why := why_left_out(model):
            left[meta.db_table] = why
            continue
        columns = tuple(
            ColumnPlan(f.column, kind_of(f)) for f in meta.local_concrete_fields if not getattr(f, "generated", False)
        )
        plans.append(TablePlan(meta.db_table, meta.label, meta.pk.column, columns))
    return plans, left
