"""Addresses of the ledger: of the lists in ``list_urls.py``, of the project page, entry and facts in ``page_urls.py``."""

from .list_urls import urlpatterns as lists
from .page_urls import urlpatterns as pages

app_name = "projects"
urlpatterns: list = [
    *lists,
    *pages,
]
