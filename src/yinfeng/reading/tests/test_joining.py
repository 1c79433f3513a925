"""One project told by many pages is one candidate; two are never made one."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.reading import join_documents, read_text
from yinfeng.reading.model import Amount, ProjectRecord, Reading


def page(doc_id: str, day: date | None, text: str) -> Reading:
    return read_text(text, doc_date=day, doc_id=doc_id)


def test_signing_start_and_raise_of_one_project_are_one_candidate() -> None:
    candidates = join_documents(
        [
            page("late", date(2024, 9, 2), "沐岚光电传感器产业园项目二期已投产,项目总投资由12亿元增加到15亿元。"),
            page(
                "first",
                date(2023, 3, 1),
                "2月28日,临溪市与沐岚光电有限公司签约,沐岚光电传感器产业园项目落户临溪市,总投资12亿元。",
            ),
            page("middle", date(2023, 8, 9), "总投资12亿元的沐岚光电传感器产业园8月6日开工。"),
        ]
    )
    assert len(candidates) == 1
    found = candidates[0].to_json()
    assert [source["doc_id"] for source in found["sources"]] == ["first", "middle", "late"]
    assert found["stage"] == "producing"
    assert found["investment"]["value"] == 1_500_000_000
    assert [(f["value"]["value"], f["doc_date"]) for f in found["differing"]["investment"]] == [
        (1_500_000_000, "2024-09-02"),
        (1_200_000_000, "2023-08-09"),
    ]


def test_other_capacity_other_place_other_payer_are_other_projects() -> None:
    texts = {
        "a": "槐序化工年产3万吨环氧树脂项目开工,总投资4亿元。",
        "b": "槐序化工年产9万吨环氧树脂项目签约,总投资11亿元。",
        "c": "鹿川石化项目在东岚县开工,总投资30亿元。",
        "d": "远汀石化项目在西岭县签约,总投资30亿元。",
    }
    candidates = join_documents(page(name, date(2024, 5, 1), text) for name, text in texts.items())
    assert len(candidates) == 4


def test_two_projects_of_one_page_stay_two() -> None:
    text = "鹿川能源储能电池项目总投资3亿元,已开工。鹿川能源储能电池扩产项目总投资5亿元,已签约。"
    reading = page("one", date(2024, 5, 1), text)
    assert len(join_documents([reading])) == len(reading.projects)


RECORDS = st.builds(
    ProjectRecord,
    name=st.sampled_from(["沐岚传感器项目", "鹿川储能基地", "槐序医药产业园", None]),
    investor=st.sampled_from(["沐岚光电", "鹿川能源", None]),
    investment=st.sampled_from([Amount(3e8, "CNY"), Amount(5e8, "USD"), None]),
    stage=st.sampled_from(["signed", "started", "producing", None]),
    place=st.sampled_from(["临溪市", "东陵市", None]),
    confidence=st.floats(0, 1),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(RECORDS, st.dates(date(2020, 1, 1), date(2025, 1, 1))), max_size=12))
def test_every_record_is_in_exactly_one_candidate_whatever_the_order(told: list[tuple[ProjectRecord, date]]) -> None:
    readings = [Reading(projects=(record,), doc_date=day, doc_id=str(i)) for i, (record, day) in enumerate(told)]
    candidates = join_documents(readings)
    homes = sorted(source.doc_id for candidate in candidates for source in candidate.sources)
    assert homes == sorted(reading.doc_id for reading in readings)
    assert [c.to_json() for c in join_documents(readings[::-1])] == [c.to_json() for c in candidates]
    for candidate in candidates:
        assert 0 <= candidate.confidence < 1
