from django.urls import path

from . import pages

app_name = "portal"
urlpatterns = [
    path("", pages.workbench, name="workbench"),
    path("cockpit/", pages.cockpit, name="cockpit"),
    path("search/", pages.search, name="search"),
    path("search/palette", pages.palette, name="palette"),
]
