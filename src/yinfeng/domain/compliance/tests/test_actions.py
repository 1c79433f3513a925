from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yinfeng.domain.compliance import actions, queries
from yinfeng.domain.compliance.models import ReviewRecord
from yinfeng.domain.compliance.rules import ReviewKind
from yinfeng.foundation.accounts.tests.people import make_person, make_unit
from yinfeng.foundation.accounts.viewer import viewer_of
from yinfeng.foundation.audit.models import AuditRow
from yinfeng.kernel.errors import DomainError

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def review(actor, **more) -> ReviewRecord:
    told = {
        "kind": "fair_competition", "subject": "某电池项目投资协议", "conclusion": "passed",
        "concluded_on": date(2026, 3, 1), "reviewer": "市场监督管理局", "document_number": "公审〔2026〕3号",
        "grounds": "未发现限制竞争的内容。", "unit": actor.posts.get().unit,
    }  # fmt: skip
    return actions.record_review(actor=actor, at=AT, **told | more)


@pytest.fixture
def director():
    return make_person("director", make_unit("招商局"))


def test_a_conclusion_is_recorded_with_its_number_and_found_by_it(director):
    made = review(director)
    assert AuditRow.objects.get(verb="review.record").object_id == made.pk
    hits = queries.search(viewer_of(director, AT.date()), "2026〕3")
    assert [(h.conclusion, h.document_number) for h in hits] == [("通过", "公审〔2026〕3号")]
    assert queries.missing_reviews("formal", [made], queries.agreement_rule(AT.date())) == [ReviewKind.LEGALITY]


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"document_number": " "}, "document_number"),
        ({"grounds": ""}, "grounds"),
        ({"reviewer": ""}, "reviewer"),
        ({"concluded_on": date(2026, 3, 11)}, "concluded_on"),
        ({"kind": "vibes"}, "kind"),
        ({"conclusion": "maybe"}, "conclusion"),
        ({"conclusion": "excepted", "grounds": "科技创新"}, "grounds"),
        ({"kind": "legality", "conclusion": "excepted", "grounds": "依" * 40}, "conclusion"),
        ({"subject": "长" * 201}, "subject"),
    ],
)
def test_a_conclusion_that_proves_nothing_is_refused(director, fault, field):
    with pytest.raises(DomainError) as refused:
        review(director, **fault)
    assert refused.value.field == field
    assert not ReviewRecord.objects.exists()
    assert not AuditRow.objects.filter(object_kind="review").exists()


def test_the_day_is_the_bureaus_and_not_the_servers(director):
    """At 02:00 UTC it is 10:00 in China; at 17:00 UTC it is already tomorrow there."""
    late = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
    made = actions.record_review(
        kind="legality", subject="甲", conclusion="passed", concluded_on=date(2026, 3, 11), reviewer="司法局",
        document_number="1", grounds="合法", unit=director.posts.get().unit, actor=director, at=late,
    )  # fmt: skip
    assert made.concluded_on == date(2026, 3, 11)


def test_another_units_officer_finds_no_record(director):
    review(director)
    stranger = viewer_of(make_person("officer", make_unit("西城区")), AT.date())
    assert queries.search(stranger, "") == []
