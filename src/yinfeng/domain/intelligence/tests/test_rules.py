"""Drafts, checks and marked text, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.domain.intelligence.rules.checks import phase_note, problems
from yinfeng.domain.intelligence.rules.draft import (
    FRAMEWORK,
    Draft,
    FactDraft,
    PhaseDraft,
    draft_of,
    spans_for,
    to_check,
    unsure_figures,
)
from yinfeng.domain.intelligence.rules.text import Span, pieces, readable_span, storable
from yinfeng.domain.intelligence.rules.words import FieldGroup, Target, group_of, root_of

from .documents import FIELDS, PAGE, QUOTES, spans_of

TODAY = date(2026, 3, 20)


# ------------------------------------------------------------------------------------------- from the reading


def test_record_becomes_a_draft_without_invention() -> None:
    draft = draft_of(FIELDS)
    assert draft.name == "星澜储能电池项目"
    assert draft.amount == 2_500_000_000
    assert draft.phases == (PhaseDraft("一期", 1_000_000_000), PhaseDraft("二期", 1_500_000_000))
    assert draft.land_mu == Decimal(120)
    assert draft.facts == (FactDraft("started", 1, "2026-03-05", "2026-03-05"),)
    assert draft_of({}).facts == ()
    assert draft_of({}).amount is None


def test_drafts_survive_storage() -> None:
    draft = replace(draft_of(FIELDS), checked=frozenset({"amount"}), plant_area_sqm=Decimal("1234.5"))
    assert Draft.from_json(draft.to_json()) == draft


@pytest.mark.parametrize(
    ("stage", "what"),
    [
        ("signed", "signed"), ("registered", "registered"), ("land", "site_secured"), ("started", "started"),
        ("producing", "producing"), ("framework", FRAMEWORK), ("lead", None), ("negotiating", None), ("expanded", None),
    ],
)  # fmt: skip
def test_stages_are_mapped(stage: str, what: str | None) -> None:
    found = draft_of({"stage": stage, "date": "2026-01-02"}).facts
    assert [f.what for f in found] == ([what] if what else [])


def test_expansion_is_an_origin_and_no_stage() -> None:
    assert draft_of({"stage": "expanded"}).origin == "expansion"


def test_the_contract_is_every_phase_s_and_the_works_are_the_first_phase_s() -> None:
    signed = draft_of({**FIELDS, "stage": "signed", "date": "2026-02-01"})
    assert [(f.what, f.phase) for f in signed.facts] == [("signed", 1), ("signed", 2)]
    both = draft_of({**FIELDS, "stage_dates": {"signed": "2026-01-08"}})
    assert [(f.what, f.phase, f.on) for f in both.facts] == [
        ("signed", 1, "2026-01-08"), ("started", 1, "2026-03-05"), ("signed", 2, "2026-01-08"),
    ]  # fmt: skip


def test_a_phase_s_own_stage_wins_over_the_whole_s() -> None:
    phases = [{**FIELDS["phases"][0]}, {**FIELDS["phases"][1], "stage": "started", "date": "2026-02-02"}]
    draft = draft_of({**FIELDS, "phases": phases})
    assert [(f.what, f.phase, f.on) for f in draft.facts] == [("started", 2, "2026-02-02")]


@pytest.mark.parametrize(
    ("read", "on", "assumed"),
    [("2026-02", "2026-02-01", True), ("2025", "", False), ("2026-02-03", "2026-02-03", False)],
)
def test_a_month_offers_its_first_day_and_a_year_offers_none(read: str, on: str, assumed: bool) -> None:
    (fact,) = draft_of({"stage": "signed", "date": read}).facts
    assert (fact.on, fact.is_assumed) == (on, assumed)


def test_a_sum_of_another_currency_is_never_taken_for_yuan() -> None:
    draft = draft_of({"investment": {"value": 30_000_000, "unit": "USD"}})
    assert (draft.amount, draft.currency, draft.investment_cny) == (30_000_000, "USD", None)


# ------------------------------------------------------------------------------------------- what has to be checked


def test_an_unsure_record_has_every_figure_checked() -> None:
    read = draft_of(FIELDS)
    unsure = unsure_figures(read, certain=False, spans=[])
    assert unsure == {"amount", "phases", "land_mu", "output_cny"}
    assert unsure_figures(read, certain=True, spans=spans_of(PAGE, QUOTES)) == frozenset()


def test_a_repaired_place_makes_its_figure_unsure() -> None:
    spans = spans_of(PAGE, QUOTES, repaired=("120亩",))
    assert unsure_figures(draft_of(FIELDS), certain=True, spans=spans) == {"land_mu"}


def test_who_typed_another_figure_has_looked() -> None:
    read = draft_of(FIELDS)
    unsure = frozenset({"amount", "land_mu"})
    assert to_check(read, replace(read, amount=1_000_000_000), unsure) == {"land_mu"}
    assert to_check(read, replace(read, land_mu=None), unsure) == {"amount"}


# ------------------------------------------------------------------------------------------- what is in the way


def codes(
    draft: Draft, target: str = Target.PROJECT, unchecked: tuple[str, ...] = (), phases: int | None = None
) -> list[str]:
    return [p.code for p in problems(draft, target=target, unchecked=unchecked, today=TODAY, phase_count=phases)]


def test_a_whole_draft_has_nothing_in_the_way() -> None:
    assert codes(draft_of(FIELDS)) == []


def test_everything_in_the_way_is_said_at_once() -> None:
    draft = replace(
        draft_of(FIELDS), name="", amount=0, facts=(FactDraft("started", 3), FactDraft("signed", 1, "2026-03-21"))
    )
    assert codes(draft, unchecked=("land_mu",)) == [
        "proposal.no_name", "proposal.sum_range", "proposal.unchecked", "proposal.no_phase", "proposal.no_date",
        "proposal.future",
    ]  # fmt: skip


def test_a_lead_has_no_facts_to_check() -> None:
    assert codes(replace(draft_of(FIELDS), facts=(FactDraft("started"),)), Target.LEAD) == []


def test_the_existing_project_s_phases_count() -> None:
    draft = replace(draft_of(FIELDS), name="", facts=(FactDraft("started", 2, "2026-03-05"),))
    assert codes(draft, Target.INTO, phases=1) == ["proposal.no_phase"]
    assert codes(draft, Target.INTO, phases=2) == []


@pytest.mark.parametrize("amount", [-1, 0, 10**15])
def test_sums_out_of_range(amount: int) -> None:
    assert codes(replace(draft_of(FIELDS), amount=amount)) == ["proposal.sum_range"]


def test_phases_that_do_not_add_up_are_noted() -> None:
    draft = draft_of(FIELDS)
    assert phase_note(draft) == (True, 2_500_000_000)
    assert phase_note(replace(draft, amount=3_000_000_000)) == (False, 2_500_000_000)
    assert phase_note(replace(draft, phases=(PhaseDraft("一期"),))) is None


def test_a_fact_rests_on_its_own_words() -> None:
    spans = spans_of(PAGE, QUOTES)
    assert [s["quote"] for s in spans_for(spans, "started")] == ["2026年3月5日正式开工"]
    assert [s["quote"] for s in spans_for(spans[:3], "started")] == ["星澜储能电池项目"]
    assert spans_for([], "started") == []


# ------------------------------------------------------------------------------------------- marked text


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(min_size=1, max_size=80))
    ends = st.integers(0, len(text) + 3)
    spans = draw(st.lists(st.tuples(ends, ends), max_size=8))
    return text, [Span(a, b, key=f"k{n}") for n, (a, b) in enumerate(spans)]


@given(marked())
def test_pieces_are_the_text_and_keys_their_spans(given_: tuple[str, list[Span]]) -> None:
    text, spans = given_
    made = pieces(text, spans)
    assert "".join(p.text for p in made) == text
    for span in spans:
        shown = "".join(p.text for p in made if span.key in p.keys)
        valid = 0 <= span.start < span.end <= len(text)
        assert shown == (text[span.start : span.end] if valid else "")
        assert sum(span.key in p.anchors for p in made) == valid


@given(marked(), st.integers(0, 5))
def test_of_a_long_page_the_neighbourhood_of_spans_is_shown(given_: tuple[str, list[Span]], around: int) -> None:
    text, spans = given_
    made = pieces(text, spans, whole_up_to=0, around=around)
    assert sum(len(p.text) + p.gap for p in made) == len(text)
    for span in spans:
        if 0 <= span.start < span.end <= len(text):
            assert "".join(p.text for p in made if span.key in p.keys) == text[span.start : span.end]


def test_the_shortest_span_gives_the_colour() -> None:
    made = pieces("总投资25亿元", [Span(0, 7, "a", "subject", 1), Span(3, 7, "b", "money", 2)])
    assert [(p.text, p.group, p.proposals) for p in made] == [("总投资", "subject", (1,)), ("25亿元", "money", (2, 1))]


@given(st.text(st.characters(blacklist_categories=())))
def test_storable_keeps_every_place(text: str) -> None:
    kept = storable(text)
    assert len(kept) == len(text)
    kept.encode()
    assert "\0" not in kept


def test_readable_places_follow_the_way_back() -> None:
    # raw "業(yè)務" reads 业务: the annotation has no readable character
    assert readable_span([0, 5], 0, 5) == (0, 1)
    assert readable_span([0, 5], 5, 6) == (1, 2)
    assert readable_span(None, 3, 4) == (3, 4)


def test_groups_of_fields() -> None:
    assert root_of("phases.0.investment") == "phases"
    assert root_of("invest") == "investment"
    assert group_of("project", ("name",)) == FieldGroup.SUBJECT
    assert group_of("project", ("invest",)) == FieldGroup.MONEY
    assert group_of("aggregate", ("value",)) == FieldGroup.FIGURE
