"""An English reader meets no Chinese but names and what people wrote: each page of the permission table is looked through."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from yinfeng.config import messages
from yinfeng.foundation.accounts.models import Person

from .permissions import ROWS
from .scene import Scene, fill, more_people

# Words of the catalogue that the scene also holds as data: names of phases, of a task, what was written of a claim, the
# text of a document; and what is said in its own language on purpose.
DATA = {"全部", "一期", "二期", "数据体检", "另有单位申报", "另有单位在先申报", "总投资", "中", "简体中文"}
# A bulletin is a Chinese paper; an import shows the sheet's own headers and the faults as they were told to its importer.
PAPERS = {"briefing:bulletin", "briefing:changes", "importing:detail"}
LONG = 12  # a text of the catalogue this long is no accident inside another text
SPOKEN = re.compile(r"""(?:title|aria-label|placeholder|data-label|alt|data-confirm)="([^"]*)\"""")


@pytest.fixture
def scene(city: Any, project: Any, settings: Any, tmp_path: Any) -> Iterator[Scene]:
    settings.FILES_ROOT = tmp_path
    logging.disable(logging.WARNING)
    more_people(city)
    filled = fill(city, project)
    Person.objects.update(language="en")
    for person in city.people.values():
        person.language = "en"
    yield filled
    logging.disable(logging.NOTSET)


def chinese(page: str) -> set[str]:
    """The texts of a page that hold Chinese."""
    page = re.sub(
        r"(?s)<script\b(?![^>]*application/json).*?</script>|<style.*?</style>|<svg.*?</svg>|<textarea.*?</textarea>|<pre.*?</pre>",
        "",
        page,
    )
    told = [*re.findall(r">([^<]+)<", page), *SPOKEN.findall(page)]
    return {text for t in told if messages.HAN.search(text := html.unescape(t).strip())}


def test_no_word_of_the_catalogue_is_left_in_chinese(scene: Scene) -> None:
    words = {key.msgid for key in messages.collect() if messages.HAN.search(key.msgid)} - DATA
    long = [word for word in words if len(word) >= LONG and "{" not in word and "%(" not in word]
    left, pages = [], 0
    for row in ROWS:
        if "GET" not in row.methods or row.api or row.name in PAPERS or row.name == "ui:gallery":
            continue
        answer = scene.client(row.right).get(row.url(scene.made))
        if "html" not in answer.headers.get("Content-Type", "") or answer.streaming:
            continue
        pages += answer.status_code in GET_PAGES
        for text in chinese(answer.content.decode()):
            if text in words or any(word in text for word in long):
                left.append(f"{row.name}: {text[:80]}")
    assert pages > 50
    assert not left, "\n" + "\n".join(sorted(set(left)))


GET_PAGES = {200, 403, 404, 422}


@pytest.mark.django_db
def test_the_door_speaks_english(client: Any) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="en"' in page
    assert "Sign in" in page
    assert chinese(page) <= {"中", "简体中文"}
