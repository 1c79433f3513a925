"""Addresses of assessment."""

from django.urls import path

from .pages import consultations, subject

app_name = "assessment"
urlpatterns = [
    path("", consultations.index, name="index"),
    path("clocks/", subject.clocks, name="clocks"),
    path("consultations/new/", consultations.call, name="call"),
    path("consultations/<int:pk>/", consultations.consultation, name="consultation"),
    path("consultations/<int:pk>/papers/", consultations.send_papers, name="send_papers"),
    path("consultations/<int:pk>/cancel/", consultations.cancel, name="cancel"),
    path("consultations/<int:pk>/minutes/", consultations.conclude, name="conclude"),
    path("consultations/<int:pk>/items/<int:item_pk>/off/", consultations.take_off, name="take_off"),
    path("opinions/<int:pk>/", subject.opinion, name="opinion"),
    path("opinions/<int:pk>/withdraw/", subject.opinion_withdraw, name="opinion_withdraw"),
    path("steps/<int:pk>/void/", subject.step_void, name="step_void"),
    path("leads/<int:pk>/step/", subject.step, name="step"),
    path("<slug:kind>/<int:pk>/", subject.subject, name="subject"),
    path("<slug:kind>/<int:pk>/score/<slug:scheme>/", subject.score, name="score"),
    path("<slug:kind>/<int:pk>/ask/", subject.ask, name="ask"),
    path("<slug:kind>/<int:pk>/put/", subject.put, name="put"),
]
