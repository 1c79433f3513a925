"""Addresses of 接口."""

from django.urls import path

from .pages import tokens, webhooks

app_name = "exchange"
urlpatterns = [
    path("", tokens.own, name="own"),
    path("new/", tokens.make, name="make"),
    path("<int:pk>/revoke/", tokens.revoke, name="revoke"),
    path("all/", tokens.every, name="every"),
    path("all/<int:pk>/revoke/", tokens.revoke_any, name="revoke_any"),
    path("webhooks/new/", webhooks.make, name="webhook_make"),
    path("webhooks/<int:pk>/", webhooks.show, name="webhook"),
    path("webhooks/<int:pk>/change/", webhooks.change, name="webhook_change"),
]
