"""Two cores are shared by many tests: an example that takes long is no fault of the code."""

from hypothesis import settings

settings.register_profile("yinfeng", deadline=None)
settings.load_profile("yinfeng")
