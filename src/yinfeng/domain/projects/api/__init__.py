"""The ledger under ``/api/v1``: the same views, scope and gates as the pages."""

from ninja import Router

from . import facts, leads, lists, papers, projects, views

router = Router()
for part in (projects, facts, leads, papers, lists, views):
    router.add_router("", part.router)
