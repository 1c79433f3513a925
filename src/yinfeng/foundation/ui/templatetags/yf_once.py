"""What a template says the same way each time is worked out once a process; built into every template.

``url`` without arguments, ``icon`` of a written name, and ``{% once %}``. Its sister ``said_once`` does the same for
``{% translate "…" %}``. A page draws some 130 such words, 50 icons and 10 addresses: half of what its template took.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, TextNode, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as compile_url
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from yinfeng.foundation.ui.addresses import address

from . import yf

register = template.Library()


def written(expression: FilterExpression) -> str | None:
    """The text of an expression that is a quoted text and nothing else."""
    var = expression.var
    if isinstance(var, Variable):  # ``translate`` makes one of its quoted text
        var = None if var.translate else var.literal
    return str(var) if isinstance(var, str) and not expression.filters else None


class _Address(Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        found = address(self.name)
        return conditional_escape(found) if context.autoescape else SafeString(found)


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's own; without arguments, reversed once."""
    node: URLNode = compile_url(parser, token)
    name = written(node.view_name)
    return _Address(name) if name and not (node.args or node.kwargs or node.asvar) else node


_compile_icon: Any = yf.register.tags["icon"]


@register.tag(name="icon")
def drawing(parser: Parser, token: Token) -> Node:
    """``{% icon %}`` of ``yf``; a written name is drawn when the template is read."""
    node = _compile_icon(parser, token)
    args = [written(a) for a in node.args]
    kwargs = {key: written(value) for key, value in node.kwargs.items()}
    if node.target_var is None and None not in args and None not in kwargs.values():
        return TextNode(yf.icon(*args, **kwargs))
    return node  # type: ignore[no-any-return]


class _Once(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        found = self.drawn.get(language)
        if found is None:
            bare = template.Context({}, autoescape=context.autoescape)
            with bare.bind_template(context.template), bare.render_context.push_state(context.template):  # type: ignore[arg-type]
                found = self.drawn[language] = self.nodelist.render(bare)
        return found


@register.tag
def once(parser: Parser, token: Token) -> Node:
    """A piece that depends on the language alone. It is drawn without any variable, so that it cannot hold one."""
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return _Once(nodelist)
