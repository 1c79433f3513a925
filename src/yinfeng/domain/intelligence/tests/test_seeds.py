"""The founding documents go the whole way: read, shown with exact quotes, accepted with their figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from yinfeng.domain.intelligence import actions, checks
from yinfeng.domain.intelligence.models import Document, Proposal
from yinfeng.domain.intelligence.queries.drafts import current_draft
from yinfeng.domain.intelligence.queries.review import proposals_of, text_of
from yinfeng.foundation.accounts.tests.people import client_of
from yinfeng.reading import load

from .conftest import House
from .documents import AT
from .test_pages import filled

pytestmark = [pytest.mark.django_db, pytest.mark.shared]


def seeds(shared: Path) -> list[Path]:
    found = sorted((shared / "seeds").glob("*.txt"))
    assert len(found) == 5
    return found


def take_in(house: House, path: Path, on: date | None = None) -> Document:
    return actions.take_in(
        content=path.read_bytes(), name=path.name, doc_date=on, unit=house.bureau, actor=house.officer, at=AT
    )


def test_all_five_go_in_and_quote_exactly(house: House, shared: Path) -> None:
    client = client_of(house.officer)
    for path in seeds(shared):
        document = take_in(house, path)
        assert document.raw_text == load(path).raw_text
        assert document.proposals.filter(kind="project").exists()
        proposals = proposals_of(document)
        text = text_of(document, proposals)
        assert "".join(p.text for p in text.raw) == document.raw_text
        assert "".join(p.text for p in text.readable) == document.readable_text
        for proposal in proposals:
            for place, span in enumerate(proposal.spans):
                marked = "".join(p.text for p in text.raw if f"{proposal.pk}-{place}" in p.keys)
                assert marked == span["quote"] == document.raw_text[span["start"] : span["end"]]
        answer = client.get(reverse("intelligence:document", args=[document.pk]))
        assert answer.status_code == 200
        if path.name.startswith(("000", "001", "004")):
            assert document.readable_text
            assert "整理后" in answer.content.decode()
    assert [*checks.quotes(), *checks.access_rows(), *checks.settled()] == []


def by_sum(document: Document, value: int) -> Proposal:
    return next(
        p for p in document.proposals.filter(kind="project") if (p.fields.get("investment") or {}).get("value") == value
    )


def test_the_two_projects_of_the_main_job(house: House, shared: Path) -> None:
    document = take_in(house, seeds(shared)[2], date(2023, 8, 28))
    client = client_of(house.officer)

    phased = by_sum(document, 3_000_000_000)
    sent = filled(
        house.officer, phased, checked=["amount", "phases", "land_mu", "plant_area_sqm", "output_cny", "tax_cny"]
    )
    for place, fact in enumerate(current_draft(phased).facts):
        if not fact.on:  # the text has no day: this is a person's to tell, or to leave out
            sent.pop(f"facts-{place}-use")
    assert client.post(reverse("intelligence:accept_project", args=[phased.pk]), sent).status_code == 302
    phased.refresh_from_db()
    assert phased.project is not None
    assert phased.project.investment_cny == 3_000_000_000
    assert [p.investment_cny for p in phased.project.phases.all()] == [1_160_000_000, 1_840_000_000]

    started = by_sum(document, 360_000_000)
    ticks = ["amount", "land_mu", "plant_area_sqm", "output_cny", "tax_cny"]
    sent = filled(house.officer, started, checked=ticks)
    assert client.post(reverse("intelligence:accept_project", args=[started.pk]), sent).status_code == 302
    started.refresh_from_db()
    project = started.project
    assert project is not None
    assert (project.investment_cny, project.land_area_mu, project.started_on) == (360_000_000, 85, date(2023, 3, 29))
    (milestone,) = project.milestones.filter(stage="started")
    for paper in milestone.evidence.all():
        assert document.raw_text[paper.span_start : paper.span_end] == paper.quote
    assert list(checks.quotes()) == []
