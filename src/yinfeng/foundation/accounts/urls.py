from django.urls import path

from . import pages

app_name = "accounts"
urlpatterns = [
    path("login/", pages.login, name="login"),
    path("logout/", pages.logout, name="logout"),
    path("password/", pages.change_password, name="change_password"),
    path("language/", pages.switch, name="switch"),
]
