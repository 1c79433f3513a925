"""Where everything is mounted."""

from django.urls import include, path

from yinfeng.foundation.administration.health import healthz
from yinfeng.portal.api import api

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("yinfeng.foundation.ui.urls")),
    path("accounts/", include("yinfeng.foundation.accounts.urls")),
    path("files/", include("yinfeng.foundation.files.urls")),
    path("jobs/", include("yinfeng.foundation.jobs.urls")),
    path("notices/", include("yinfeng.foundation.notices.urls")),
    path("administration/", include("yinfeng.foundation.administration.urls")),
    path("documents/", include("yinfeng.domain.intelligence.urls")),
    path("indicators/", include("yinfeng.domain.indicators.urls")),
    path("projects/", include("yinfeng.domain.projects.urls")),
    path("api/v1/", api.urls),
    path("", include("yinfeng.portal.urls")),
]
