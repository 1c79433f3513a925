"""``yinfeng groups [SCHEME NAME…]``: the industry groups of a bureau's own scheme, so that a ledger's 产业组群 finds them.

Exit codes: 0 done (what exists already is left as it is); 1 a name cannot be taken, and nothing is written; 2 usage.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from yinfeng.domain.chains.actions import add_industry_group
from yinfeng.domain.chains.queries import industry_groups
from yinfeng.kernel.errors import DomainError


class Command(BaseCommand):
    help = "产业组群：不带参数列出全部；SCHEME NAME… 在一个产业体系中建立组群，已有的不动"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scheme", nargs="?", default="", metavar="SCHEME", help="产业体系，如 4+3+1")
        parser.add_argument("names", nargs="*", metavar="NAME", help="产业组群，如 新材料")

    def handle(self, *args: Any, scheme: str, names: list[str], **options: Any) -> None:
        if scheme and not names:
            raise CommandError("请在产业体系之后写明至少一个产业组群", returncode=2)
        known = {(row.scheme, row.name) for row in industry_groups(with_retired=True)}
        try:
            with transaction.atomic():
                for name in dict.fromkeys(name.strip() for name in names):
                    if (scheme.strip(), name) not in known:
                        add_industry_group(scheme=scheme, name=name, actor=None, at=timezone.now())
        except DomainError as fault:
            self.stderr.write(str(fault))
            raise SystemExit(1) from None
        for row in industry_groups():
            self.stdout.write(f"{row.scheme}\t{row.name}")
