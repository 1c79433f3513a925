"""Bars as a picture, where the machine has a font with Chinese characters."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache

FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "SimHei", "Microsoft YaHei", "PingFang SC", "AR PL UMing CN", "Droid Sans Fallback",
    "Noto Sans CJK JP", "Noto Serif CJK SC",
)  # fmt: skip


@lru_cache(maxsize=1)
def font() -> str:
    """The first of FONTS that is installed, or empty."""
    from matplotlib import font_manager

    known = {one.name for one in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in known), "")


def bars(title: str, labels: Sequence[str], values: Sequence[float]) -> bytes | None:
    """A PNG of upright bars in the order given, or None where it cannot be drawn: no font, nothing to show."""
    if not values or not font():
        return None
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.family": font(), "axes.unicode_minus": False}):
        figure = Figure(figsize=(6.1, 2.9), dpi=150)
        axes = figure.subplots()
        drawn = axes.bar(range(len(values)), values, color="#2f5fa8", width=0.6)
        axes.bar_label(drawn, labels=[f"{value:g}" for value in values], fontsize=7)
        axes.set_xticks(range(len(labels)), [label[:8] for label in labels], fontsize=7, rotation=30, ha="right")
        axes.set_title(title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(axis="y", labelsize=7)
        figure.tight_layout()
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
