from django.urls import path

from .pages import decisions, queue, review, sources, taking_in

app_name = "intelligence"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("new/", taking_in.take_in, name="take_in"),
    path("sources/", sources.index, name="sources"),
    path("sources/bookmarklet/", sources.bookmarklet, name="bookmarklet"),
    path("sources/new/<str:kind>/", sources.new, name="source_new"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/edit/", sources.edit, name="source_edit"),
    path("sources/<int:pk>/look/", sources.look, name="source_look"),
    path("sources/<int:pk>/switch/", sources.switch, name="source_switch"),
    path("sources/<int:pk>/trust/", sources.trust, name="source_trust"),
    path("<int:pk>/", review.document, name="document"),
    path("<int:pk>/read-again/", decisions.read_again, name="read_again"),
    path("<int:pk>/finish/", decisions.finish, name="finish"),
    path("proposals/<int:pk>/correct/", decisions.correct, name="correct"),
    path("proposals/<int:pk>/lead/", decisions.accept_lead, name="accept_lead"),
    path("proposals/<int:pk>/project/", decisions.accept_project, name="accept_project"),
    path("proposals/<int:pk>/into/", decisions.accept_into, name="accept_into"),
    path("proposals/<int:pk>/reject/", decisions.reject, name="reject"),
    path("proposals/<int:pk>/reopen/", decisions.reopen, name="reopen"),
    path("proposals/<int:pk>/targets/", decisions.targets, name="targets"),
]
