"""The tags of ``static`` (settings, ``libraries``), with the address of a written path looked up once."""

from __future__ import annotations

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.base import Node, Parser, Token
from django.templatetags import static as plain
from django.utils.safestring import SafeString

from .yf_once import written

register = template.Library()
register.tags = dict(plain.register.tags)


class _Placed(Node):
    def __init__(self, node: plain.StaticNode) -> None:
        self.node = node
        self.placed: dict[tuple[int, bool], str] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (id(vars(staticfiles_storage).get("_wrapped")), context.autoescape)  # the suite changes the storage
        found = self.placed.get(key)
        if found is None:
            found = self.placed[key] = self.node.render(context)
        return SafeString(found)


@register.tag("static")
def static(parser: Parser, token: Token) -> Node:
    node = plain.do_static(parser, token)
    return _Placed(node) if node.varname is None and written(node.path) is not None else node
