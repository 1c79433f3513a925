"""Addresses of chains and industry groups."""

from django.urls import path

from . import pages

app_name = "chains"
urlpatterns = [
    path("", pages.index, name="index"),
    path("new", pages.chain_new, name="chain_new"),
    path("<int:pk>/", pages.chain_edit, name="chain_edit"),
    path("<int:pk>/segments/new", pages.segment_new, name="segment_new"),
    path("segments/<int:pk>/", pages.segment_edit, name="segment_edit"),
    path("groups/new", pages.group_new, name="group_new"),
    path("groups/<int:pk>/", pages.group_edit, name="group_edit"),
]
