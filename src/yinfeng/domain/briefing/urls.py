"""Addresses of 通报."""

from django.urls import path

from .pages import bulletins, proving

app_name = "briefing"
urlpatterns = [
    path("", bulletins.index, name="index"),
    path("new/", bulletins.new, name="new"),
    path("check/", proving.check, name="check"),
    path("<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("<int:pk>/edit/", bulletins.edit, name="edit"),
    path("<int:pk>/compute/", bulletins.compute_again, name="compute"),
    path("<int:pk>/discard/", bulletins.discard, name="discard"),
    path("<int:pk>/approve/", bulletins.approve, name="approve"),
    path("<int:pk>/reopen/", bulletins.reopen, name="reopen"),
    path("<int:pk>/issue/", bulletins.issue, name="issue"),
    path("<int:pk>/objections/", bulletins.objection, name="objection"),
    path("<int:pk>/objections/<int:objection_pk>/", bulletins.decide, name="decide"),
    path("<int:pk>/correct/", bulletins.correct, name="correct"),
    path("<int:pk>/changes/", bulletins.changes, name="changes"),
]
