"""The base of every error that is meant for people."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a sentence a user can act on.

    ``message`` says in Chinese what is wrong and where; ``fix`` how to mend it; ``code`` is a stable
    identifier for programs and tests (``"money.currency_mismatch"``); ``field`` names the input at fault.
    ``str(error)`` is the message, followed by the fix where there is one.
    """

    def __init__(self, message: str, *, code: str = "", field: str | None = None, fix: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.fix = fix

    def __str__(self) -> str:
        if not self.fix:
            return self.message
        stop = "" if self.message.endswith(("。", "！", "？", "；")) else "。"
        return f"{self.message}{stop}{self.fix}"

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own pickling loses keyword-only arguments; worker processes send errors back by pickle.
        return (_rebuild, (type(self), self.message, self.code, self.field, self.fix, dict(self.__dict__)))


def _rebuild(
    cls: type[DomainError],
    message: str,
    code: str,
    field: str | None,
    fix: str | None,
    state: dict[str, object],
) -> DomainError:
    error = cls.__new__(cls)
    DomainError.__init__(error, message, code=code, field=field, fix=fix)
    error.__dict__.update(state)
    return error
