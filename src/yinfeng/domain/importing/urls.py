"""Addresses of 导入导出."""

from django.urls import path

from .pages import imports, workbooks

app_name = "importing"
urlpatterns = [
    path("", imports.index, name="index"),
    path("upload", imports.upload, name="upload"),
    path("template", workbooks.template, name="template"),
    path("export", workbooks.export, name="export"),
    path("<int:pk>/", imports.detail, name="detail"),
    path("<int:pk>/choose", imports.choosing, name="choose"),
    path("<int:pk>/apply", imports.applying, name="apply"),
    path("<int:pk>/undo", imports.undoing, name="undo"),
    path("<int:pk>/rest", workbooks.rest, name="rest"),
]
