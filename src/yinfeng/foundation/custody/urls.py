"""Addresses of 保管."""

from django.urls import path

from . import pages

app_name = "custody"
urlpatterns = [
    path("backups/", pages.index, name="backups"),
    path("backups/make/", pages.make, name="make"),
    path("backups/check/", pages.check, name="check"),
]
