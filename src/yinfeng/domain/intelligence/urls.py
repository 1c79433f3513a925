from django.urls import path

from .pages import decisions, labels, queue, records, review, sources, taking_in, watch

app_name = "intelligence"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("new/", taking_in.take_in, name="take_in"),
    path("records/", records.index, name="records"),
    path("records/batch/", records.batch, name="batch"),
    path("labels/", labels.export, name="labels"),
    path("candidates/", records.candidates, name="candidates"),
    path("watch/", watch.index, name="watch"),
    path("watch/sentences/", watch.sentences, name="watch_sentences"),
    path("watch/alerts/<int:pk>/close/", watch.close, name="alert_close"),
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
    path("<int:pk>/same/", records.story, name="story"),
    path("<int:pk>/finish/", decisions.finish, name="finish"),
    path("proposals/<int:pk>/correct/", decisions.correct, name="correct"),
    path("proposals/<int:pk>/lead/", decisions.accept_lead, name="accept_lead"),
    path("proposals/<int:pk>/project/", decisions.accept_project, name="accept_project"),
    path("proposals/<int:pk>/into/", decisions.accept_into, name="accept_into"),
    path("proposals/<int:pk>/reject/", decisions.reject, name="reject"),
    path("proposals/<int:pk>/reopen/", decisions.reopen, name="reopen"),
    path("proposals/<int:pk>/evidence/", records.evidence, name="evidence"),
    path("proposals/<int:pk>/attach/", decisions.attach, name="attach"),
    path("proposals/<int:pk>/targets/", decisions.targets, name="targets"),
]
