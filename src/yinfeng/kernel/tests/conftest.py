"""Two cores are shared by many tests: an example that takes long is no fault of the code."""

import os

from hypothesis import settings

# YINFENG_EXAMPLES=3000 pytest src/yinfeng/kernel: look harder, by hand
settings.register_profile("yinfeng", deadline=None, max_examples=int(os.environ.get("YINFENG_EXAMPLES", "100")))
settings.load_profile("yinfeng")
