"""Addresses of the indicators."""

from django.urls import path

from .pages import bridge, editor, figure, funnels, pivot, shares, statistics, targets

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
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/import/", statistics.statistics_import, name="statistics_import"),
    path("statistics/<int:pk>/", statistics.statistics_list, name="statistics_list"),
    path("shares/", shares.shares, name="shares"),
    path("shares/new/", shares.share, name="share"),
    path("definitions/", editor.definitions, name="definitions"),
    path("definitions/new/", editor.definition_edit, name="definition_new"),
    path("definitions/<slug:name>/", editor.definition, name="definition"),
    path("definitions/<slug:name>/edit/", editor.definition_edit, name="definition_edit"),
    path("<slug:name>/", figure.figure, name="figure"),
    path("<slug:name>/bridge/", bridge.bridge, name="bridge"),
    path("<slug:name>/rows.xlsx", figure.export, name="export"),
]
