"""Where everything is mounted."""

from django.urls import include, path

from yinfeng.foundation.administration.health import healthz
from yinfeng.foundation.custody.health import readyz
from yinfeng.portal.api import api

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("yinfeng.foundation.ui.urls")),
    path("accounts/", include("yinfeng.foundation.accounts.urls")),
    path("files/", include("yinfeng.foundation.files.urls")),
    path("jobs/", include("yinfeng.foundation.jobs.urls")),
    path("notices/", include("yinfeng.foundation.notices.urls")),
    path("administration/", include("yinfeng.foundation.administration.urls")),
    path("exchange/", include("yinfeng.foundation.exchange.urls")),
    path("custody/", include("yinfeng.foundation.custody.urls")),
    path("assessment/", include("yinfeng.domain.assessment.urls")),
    path("chains/", include("yinfeng.domain.chains.urls")),
    path("importing/", include("yinfeng.domain.importing.urls")),
    path("reporting/", include("yinfeng.domain.reporting.urls")),
    path("briefing/", include("yinfeng.domain.briefing.urls")),
    path("documents/", include("yinfeng.domain.intelligence.urls")),
    path("indicators/", include("yinfeng.domain.indicators.urls")),
    path("projects/", include("yinfeng.domain.projects.urls")),
    path("api/v1/", api.urls),
    path("", include("yinfeng.portal.urls")),
]
