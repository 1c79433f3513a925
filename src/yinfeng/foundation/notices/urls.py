from django.urls import path

from . import pages

app_name = "notices"
urlpatterns = [
    path("", pages.index, name="list"),
    path("<int:pk>/read/", pages.read, name="read"),
    path("read/", pages.read_all, name="read_all"),
]
