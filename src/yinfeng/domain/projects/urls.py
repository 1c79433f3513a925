"""Addresses of the ledger. Those of the project page, entry, facts and leads stand in ``page_urls.py``."""

from .page_urls import urlpatterns as pages

app_name = "projects"
urlpatterns: list = [
    # the lists, the board and the views come here
    *pages,
]
