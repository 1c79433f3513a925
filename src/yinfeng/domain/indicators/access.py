"""Who sees indicators: the right is ``indicator``; what is counted is what they may see of the projects."""

from __future__ import annotations

from yinfeng.foundation.accounts.viewer import Viewer


def may_export(viewer: Viewer) -> bool:
    """Whether the rows behind a figure may leave the house."""
    return viewer.may("indicator", "X")
