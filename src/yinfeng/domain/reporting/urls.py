"""Addresses of 填报."""

from django.urls import path

from .pages import tasks, worklist

app_name = "reporting"
urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("issue/", tasks.issue, name="issue"),
    path("urge/", tasks.urge, name="urge"),
    path("task/<int:pk>/", tasks.task, name="task"),
    path("task/<int:pk>/declare/", tasks.declare, name="declare"),
    path("task/<int:pk>/accept/", tasks.accept, name="accept"),
    path("task/<int:pk>/return/", tasks.send_back, name="send_back"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/do/", worklist.worklist_do, name="worklist_do"),
]
