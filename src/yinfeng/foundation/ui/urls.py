from django.urls import path

from . import pages

app_name = "ui"
urlpatterns = [
    path("ui/language", pages.set_language, name="set_language"),
    path("ui/gallery", pages.gallery, name="gallery"),
]
