from django.urls import path

from . import pages

app_name = "jobs"
urlpatterns = [
    path("", pages.index, name="list"),
    path("<int:pk>/progress/", pages.progress, name="progress"),
]
