"""Addresses of 填报."""

from django.urls import path

from .pages import closing, corrections, quality, tasks, weekly, worklist

app_name = "reporting"
urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/issue/", tasks.issue, name="issue"),
    path("tasks/urge/", tasks.urge, name="urge"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/declare/", tasks.declare, name="declare"),
    path("tasks/<int:pk>/accept/", tasks.accept, name="accept"),
    path("tasks/<int:pk>/return/", tasks.send_back, name="send_back"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/do/", worklist.worklist_do, name="worklist_do"),
    path("closing/", closing.closing, name="closing"),
    path("closing/wrong/", closing.closing_wrong, name="closing_wrong"),
    path("closing/close/", closing.close, name="close"),
    path("closing/<int:pk>/", closing.closed, name="closed"),
    path("closing/corrections/", corrections.corrections, name="corrections"),
    path("closing/correction/<int:pk>/", corrections.correction, name="correction"),
    path("closing/correction/<int:pk>/approve/", corrections.approve, name="approve"),
    path("closing/correction/<int:pk>/reject/", corrections.reject, name="reject"),
    path("closing/change/<str:what>/<int:pk>/", corrections.change, name="change"),
    path("closing/add/<int:pk>/", corrections.add, name="add"),
    path("weekly/", weekly.weekly, name="weekly"),
    path("weekly/export/", weekly.weekly_export, name="weekly_export"),
    path("quality/", quality.quality, name="quality"),
    path("quality/<str:figure>/", quality.quality_rows, name="quality_rows"),
]
