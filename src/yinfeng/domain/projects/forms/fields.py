"""Fields that the ledger's forms share: a sum with its unit, a day, a chooser that searches, a unit of the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinfeng.kernel import uscc as credit_code
from yinfeng.kernel.enums import LabelledEnumType
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.money import Money, read_number, unit_of

from ..models.ledger import SUM_LIMIT
from ..queries.choices import UnitLine

if TYPE_CHECKING:
    from django.http import QueryDict

YUAN_UNITS = ("亿元", "万元", "元")
ALL_UNITS = ("亿元", "万元", "元", "亿美元", "万美元", "万港元", "万欧元", "亿日元")


def labels(enum: LabelledEnumType, *, blank: Any = "") -> list[tuple[str, Any]]:
    """The choices of an enum in the reader's language, behind an empty one where ``blank`` names it."""
    first = [("", blank)] if blank else []
    return [*first, *((value, _l(label)) for value, label in enum.choices)]


class SumWidget(forms.MultiWidget):
    """A number and its unit side by side."""

    template_name = "projects/widgets/sum.html"

    def __init__(self, units: Sequence[str], attrs: dict[str, Any] | None = None) -> None:
        self.units = tuple(units)
        number = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "yf-sum__number"})
        unit = forms.Select(
            choices=[(u, _l(u)) for u in units], attrs={"class": "form-select", "aria-label": _l("单位")}
        )
        super().__init__([number, unit], attrs)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_

    def decompress(self, value: Any) -> list[Any]:
        """``value`` is whole yuan, or (whole units, currency)."""
        amount, currency = value if isinstance(value, tuple) else (value, "CNY")
        if amount is None or amount == "":
            return ["", self.units[0]]
        return list(spell(int(amount), currency, self.units))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        # The select keeps its own look beside the number's.
        own = context["widget"]["subwidgets"][1]["attrs"]
        own["class"] = "form-select yf-sum__unit"
        own.pop("placeholder", None)
        return context


def spell(amount: int, currency: str, units: Sequence[str]) -> tuple[str, str]:
    """A whole sum as (number, unit), in the largest unit that writes it with at most four places."""
    fitting = [u for u in units if unit_of(u).currency == currency]
    for unit in sorted(fitting, key=lambda u: -unit_of(u).power):
        number = Decimal(amount).scaleb(-unit_of(unit).power)
        exponent = number.normalize().as_tuple().exponent
        if abs(number) >= 1 and isinstance(exponent, int) and exponent >= -4:
            return f"{number.normalize():f}", unit
    if not fitting:
        return str(amount), units[0]
    last = min(fitting, key=lambda u: unit_of(u).power)
    return f"{Decimal(amount).scaleb(-unit_of(last).power).normalize():f}", last


class SumField(forms.MultiValueField):
    """A sum of money. Cleans to whole yuan, or with ``currencies`` to (whole units, currency code); None when empty.

    What is zero, below zero, 10^15 or more, or not a number is refused here, at the field.
    """

    def __init__(self, *, units: Sequence[str] = YUAN_UNITS, currencies: bool = False, **kwargs: Any) -> None:
        self.currencies = currencies
        kwargs.setdefault("widget", SumWidget(units))
        required = kwargs.pop("required", False)
        fields = (forms.CharField(required=False), forms.CharField(required=False))
        super().__init__(fields, require_all_fields=False, required=False, **kwargs)
        self.must = self.required = required

    def clean(self, value: Any) -> Any:
        number, unit = [*(value or []), None, None][:2]
        text = str(number or "").strip()
        if not text:
            if self.must:
                raise ValidationError(_("请填写金额。"), code="required")
            return None
        try:
            money = _read(text, str(unit or ""))
        except DomainError as fault:
            raise ValidationError(str(fault), code=fault.code) from fault
        if money.amount <= 0:
            raise ValidationError(_("金额须大于零，现为 {n}。").format(n=text), code="sum.range")
        if money.amount >= SUM_LIMIT:
            raise ValidationError(
                _("金额 {n} 过大（须小于 1000 万亿元），请核对数字和单位。").format(n=text + str(unit or "")),
                code="sum.range",
            )
        if money.amount != money.amount.to_integral_value():
            raise ValidationError(_("金额须为整数元，{n} 的小数位过多。").format(n=text), code="sum.places")
        if not self.currencies and money.currency != "CNY":
            raise ValidationError(_("此处请填人民币金额。"), code="sum.currency")
        return (int(money.amount), money.currency) if self.currencies else int(money.amount)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


def _read(text: str, unit: str) -> Money:
    """The number with the chosen unit; a unit typed behind the number ("3.6亿") says more than the choice."""
    try:
        number = read_number(text)
    except DomainError:
        if text[-1].isdigit():
            raise
        return Money.parse(text)
    return Money.of(number, unit or "元")


class DayField(forms.DateField):
    """A day, chosen with the device's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("error_messages", {"invalid": _l("请填写日期，如 2026-03-01。")})
        super().__init__(**kwargs)


class UnitField(forms.TypedChoiceField):
    """A unit, chosen from the tree in official order. The choices are set by the form: see ``offer_units``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)


def offer_units(field: forms.Field, units: Iterable[UnitLine], *, blank: str = "") -> None:
    """Give a unit field its choices."""
    first = [("", blank)] if blank or not field.required else []
    field.choices = [*first, *((u.id, u.indented) for u in units)]  # type: ignore[attr-defined]


class ChooserField(forms.CharField):
    """One thing out of many, found by searching: only the present choice is in the page, never the whole table.

    ``name_of(key)`` gives the words for a key, or None where there is no such thing; ``key`` makes the stored value.
    """

    def __init__(
        self, *, url: Any, name_of: Callable[[Any], str | None], key: Callable[[str], Any] = int, **kwargs: Any
    ) -> None:
        self.name_of, self.key = name_of, key
        placeholder = kwargs.pop("placeholder", _l("输入文字查找"))
        kwargs["widget"] = forms.Select(attrs={"data-search-url": url, "data-placeholder": placeholder})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        try:
            key = self.key(str(value))
        except ValueError as fault:
            raise ValidationError(_("请从列表中选择。"), code="invalid_choice") from fault
        if self.name_of(key) is None:
            raise ValidationError(_("没有这一项，请重新选择。"), code="invalid_choice")
        return key

    def show(self, value: Any) -> None:
        """Put the present choice into the page."""
        words = None
        if value not in (None, ""):
            try:
                words = self.name_of(self.key(str(value)))
            except ValueError:
                words = None
        self.widget.choices = [("", ""), *([(value, words)] if words else [])]


class Base(forms.Form):
    """What every form of the ledger does: choosers show their present choice, and a refusal of the domain finds its
    field."""

    required_css_class = "yf-required"
    #: field of a DomainError -> field of the form, where they differ
    aliases: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, ChooserField):
                field.show(
                    self.data.get(self.add_prefix(name)) if self.is_bound else self.get_initial_for_field(field, name)
                )

    def blame(self, error: DomainError) -> None:
        """Show a refusal at the field it names, or above the form."""
        name = self.aliases.get(error.field or "", error.field)
        self.add_error(name if name in self.fields else None, str(error))

    def renew(self, name: str, value: str) -> None:
        """Change a value that was sent, for the form as it is drawn again."""
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix(name)] = value
        self.data = data

    def sent(self, name: str) -> list[str]:
        """All values that were sent under a name; nothing for a form that was not sent."""
        return cast("QueryDict", self.data).getlist(self.add_prefix(name)) if self.is_bound else []

    def hush(self) -> None:
        """No faults shown: the form is only drawn anew."""
        self.errors.clear()

    @property
    def fault_count(self) -> int:
        return sum(len(errors) for errors in self.errors.values())


def checked_code(code: str) -> str:
    """A credit code with its check character verified; ValidationError says what is wrong with it."""
    code = code.strip()
    if not code:
        return ""
    try:
        return credit_code.validate(code)
    except DomainError as fault:
        raise ValidationError(str(fault)) from fault


def today() -> Any:
    return timezone.localdate()


def reason_field(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)
