"""Addresses of 通报."""

from django.urls import URLPattern

app_name = "briefing"
urlpatterns: list[URLPattern] = []
