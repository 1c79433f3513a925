"""Addresses of the indicators."""

from django.urls import path

from .pages import bridge, figure

app_name = "indicators"
urlpatterns = [
    path("", figure.index, name="index"),
    path("<slug:name>/", figure.figure, name="figure"),
    path("<slug:name>/bridge/", bridge.bridge, name="bridge"),
    path("<slug:name>/rows.xlsx", figure.export, name="export"),
]
