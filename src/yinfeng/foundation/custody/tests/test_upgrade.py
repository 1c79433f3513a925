"""Data of every earlier version is taken up by this one, and the doctor finds nothing wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from yinfeng.foundation.custody.archive import Reader

from .elsewhere import ENGINES, elsewhere

FOLDER = Path(__file__).resolve().parents[5] / "tests" / "upgrades"
EARLIER = sorted(FOLDER.glob("*.yfb"))


def test_there_is_something_to_upgrade_from() -> None:
    assert "session-1.yfb" in {path.name for path in EARLIER}
    assert all(path.stat().st_size < 200_000 for path in EARLIER)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_it_migrates_forward_and_is_sound(path: Path, tmp_path: Path) -> None:
    with elsewhere(ENGINES[-1], tmp_path / "there") as there:
        done = there.run("restore", str(path))
        assert done.returncode == 0, done.stderr
        assert done.stderr == "" or "%" in done.stderr
        with Reader(path) as backup:
            rows = {t.plan.name: t.rows for t in backup.manifest.tables}
        asked = "from yinfeng.domain.projects.models import Project\nprint(Project.objects.count())"
        assert there.python(asked) == str(rows["projects_project"])
        assert there.run("migrate", "--check").returncode == 0
