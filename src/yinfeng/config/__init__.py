"""Config: settings, root URLs, the console script. Nothing imports it."""
