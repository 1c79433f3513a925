"""界面外壳与组件。

UI: the shell, components, slots through which an upper app shows itself on a lower page.
"""
