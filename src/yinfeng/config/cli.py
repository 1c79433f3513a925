"""The one console script, ``yinfeng``. Commands that need no database are served before Django is imported."""

import os
import sys


def main() -> None:
    """Dispatch ``yinfeng COMMAND …`` and exit with 0 done, 1 the data is at fault, 2 usage."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["read"]:
        from yinfeng.reading.cli import main as read

        sys.exit(read(arguments[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.config.settings.dev")
    if arguments[:1] == ["serve"]:
        from yinfeng.config.serve import main as serve

        sys.exit(serve(arguments[1:]))
    from django.core.management import execute_from_command_line

    execute_from_command_line(["yinfeng", *arguments])


if __name__ == "__main__":
    main()
