"""What is typed about chains and groups. Whether it is allowed is the actions' to say."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import Position

_CODE_HELP = _("选填。小写字母、数字，本系统内唯一；留空则自动编号")


class ChainForm(forms.Form):
    """A chain, new or known."""

    name = forms.CharField(label=_("产业链名称"), max_length=60)
    code = forms.CharField(label=_("产业链代码"), max_length=40, required=False, help_text=_CODE_HELP)
    is_active = forms.BooleanField(
        label=_("在用"), required=False, initial=True, help_text=_("停用后不再供选择，已有项目保留")
    )


class SegmentForm(forms.Form):
    """A segment of one chain."""

    name = forms.CharField(label=_("环节名称"), max_length=60)
    position = forms.ChoiceField(label=_("所处位置"), choices=[(p, _(p.label)) for p in Position])
    code = forms.CharField(label=_("环节代码"), max_length=40, required=False, help_text=_CODE_HELP)


class GroupForm(forms.Form):
    """One group of the bureau's own scheme."""

    scheme = forms.CharField(
        label=_("产业体系"), max_length=40, help_text=_("如“4+3+1”、“六大主导产业”；同一体系的组群一起计算占比")
    )
    name = forms.CharField(label=_("产业组群"), max_length=40)
    is_active = forms.BooleanField(
        label=_("在用"), required=False, initial=True, help_text=_("停用后不再供选择，已有项目保留")
    )
