"""Addresses of the indicators."""

from django.urls import path

from .pages import figure

app_name = "indicators"
urlpatterns = [
    path("", figure.index, name="index"),
    path("<slug:name>/", figure.figure, name="figure"),
    path("<slug:name>/rows.xlsx", figure.export, name="export"),
]
