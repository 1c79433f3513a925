"""What this app registers with the floors below."""


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
