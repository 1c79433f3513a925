"""Addresses of the indicators."""

from django.urls import path

from .pages import bridge, editor, figure, funnels, pivot, targets

app_name = "indicators"
urlpatterns = [
    path("", figure.index, name="index"),
    path("pivot/", pivot.pivot, name="pivot"),
    path("pivot/pivot.xlsx", pivot.pivot_export, name="pivot_export"),
    path("cohorts/", funnels.cohorts, name="cohorts"),
    path("funnel/", funnels.funnel, name="funnel"),
    path("targets/", targets.targets, name="targets"),
    path("targets/<slug:name>/<int:year>/", targets.targets_of, name="targets_of"),
    path("targets/<slug:name>/<int:year>/set/", targets.targets_set, name="targets_set"),
    path("definitions/", editor.definitions, name="definitions"),
    path("definitions/new/", editor.definition_edit, name="definition_new"),
    path("definitions/<slug:name>/", editor.definition, name="definition"),
    path("definitions/<slug:name>/edit/", editor.definition_edit, name="definition_edit"),
    path("<slug:name>/", figure.figure, name="figure"),
    path("<slug:name>/bridge/", bridge.bridge, name="bridge"),
    path("<slug:name>/rows.xlsx", figure.export, name="export"),
]
