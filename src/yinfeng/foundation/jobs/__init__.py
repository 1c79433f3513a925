"""后台任务。

Jobs: long work in the background with progress that people can watch.
"""
