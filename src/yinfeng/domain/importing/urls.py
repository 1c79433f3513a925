"""Addresses of 导入导出."""

from django.urls import URLPattern

app_name = "importing"
urlpatterns: list[URLPattern] = []
