"""Keeping units, people, posts and the access table: the only writers of the four, one audit row a verb.

``actor`` None is the system itself (set-up, demo, restore).
"""

from .grants import grant
from .people import (
    create_person,
    deactivate_person,
    edit_person,
    reactivate_person,
    set_language,
    set_password,
)
from .posts import end_post, give_post
from .units import create_unit, deactivate_unit, edit_unit, move_unit, reactivate_unit

__all__ = [
    "create_person",
    "create_unit",
    "deactivate_person",
    "deactivate_unit",
    "edit_person",
    "edit_unit",
    "end_post",
    "give_post",
    "grant",
    "move_unit",
    "reactivate_person",
    "reactivate_unit",
    "set_language",
    "set_password",
]
