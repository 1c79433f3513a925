"""What every verb of accounts checks before it writes."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model

from yinfeng.kernel.errors import DomainError

from ..models import Person


def check(instance: Model, *, constraints: bool = True) -> None:
    """Field lengths, choices and uniqueness, as a DomainError that names the field."""
    try:
        instance.full_clean(validate_constraints=constraints)
    except ValidationError as fault:
        name, messages = next(iter(fault.message_dict.items()))
        label = "" if name == "__all__" else f"{instance._meta.get_field(name).verbose_name}："  # type: ignore[union-attr]
        raise DomainError(label + messages[0], code="field", field=name) from fault


def check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise DomainError(" ".join(fault.messages), code="password.weak", field="new_password") from fault
