from django.urls import path

from . import pages

app_name = "ui"
urlpatterns = [
    path("ui/gallery", pages.gallery, name="gallery"),
]
