"""Pieces of the project page that are drawn often and by the dozen: written out here, a template would cost ten times."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import conditional_escape as esc
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yinfeng.foundation.ui.templatetags.yf import day_, icon

from ..queries.project_phases import Step

register = template.Library()


@register.simple_tag
def way(steps: Sequence[Step]) -> SafeString:
    """The way of a phase, as the stepper of the house draws it."""
    check = str(icon("check"))
    said = {"done": _("已完成"), "now": _("当前"), "late": _("逾期"), "next": _("未到")}
    out = []
    for number, step in enumerate(steps, start=1):
        dot = check if step.state == "done" else "!" if step.state == "late" else str(number)
        here = ' aria-current="step"' if step.state == "now" else ""
        on = f'<span class="yf-step__on">{day_(step.on)}</span>' if step.on else ""
        by = f'<span class="yf-step__by">{esc(step.by)}</span>' if step.by else ""
        note = f'<span class="yf-step__note">{esc(step.note)}</span>' if step.note else ""
        out.append(
            f'<li class="yf-step yf-step--{step.state}"{here}><span class="yf-step__dot" aria-hidden="true">{dot}</span>'
            f'<span class="yf-step__label">{esc(step.label)}</span>{on}{by}{note}'
            f'<span class="visually-hidden">{said[step.state]}</span></li>'
        )
    return mark_safe(f'<ol class="yf-steps">{"".join(out)}</ol>')
