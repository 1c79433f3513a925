"""Hard-wrapped pages are read as if they were not; ordinary pages keep their lines."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from yinfeng.reading import normalise, read_text

PARAGRAPHS = (
    "5月6日上午,临溪市二季度重大项目集中开工仪式在临溪经济开发区举行,共有12个项目集中开工,总投资86.5亿元,涉及高端装备、生物医药等领域。\n"
    "其中,槐序集团投资12亿元建设的储能电芯生产基地项目占地350亩,达产后预计年产值30亿元、年税收9000万元,可带动就业1200人以上。\n"
    "截至4月底,全市今年新签约亿元以上项目41个,同比增长8.3%,实际到位市外资金97.6亿元,增长12.4%,实际使用外资4478万美元。"
)


def wrapped(text: str, width: int) -> str:
    return "\n".join("\n".join(line[i : i + width] for i in range(0, len(line), width)) for line in text.split("\n"))


def test_a_wrapped_page_reads_as_the_page_itself() -> None:
    plain = read_text(PARAGRAPHS, doc_date=date(2024, 5, 20))
    for width in (24, 31, 40):
        reading = read_text(wrapped(PARAGRAPHS, width), doc_date=date(2024, 5, 20))
        assert [(p.name, p.investor, p.investment, p.stage) for p in reading.projects] == [
            (p.name, p.investor, p.investment, p.stage) for p in plain.projects
        ]
        assert [(a.measure, a.value, a.period) for a in reading.aggregates] == [
            (a.measure, a.value, a.period) for a in plain.aggregates
        ]


def test_evidence_quotes_the_wrapped_page() -> None:
    raw = wrapped(PARAGRAPHS, 31)
    pieces = [piece for project in read_text(raw).projects for piece in project.evidence]
    assert pieces
    assert all(raw[piece.start : piece.end] == piece.quote for piece in pieces)


def test_ordinary_paragraphs_lists_and_headlines_keep_their_lines() -> None:
    for page in (
        PARAGRAPHS,
        "临溪市举行集中签约\n5月6日,临溪市签约12个项目。\n一、槐序储能项目\n二、鹿川电池项目\n三、沐岚光电项目",
        "地区生产总值增长6.1%\n固定资产投资增长8.9%\n工业投资增长16.4%\n新签约项目204个\n新开工项目158个",
    ):
        assert normalise(page).text == page


@given(st.text(alphabet="项目开工投资3亿元,。\n ", max_size=400))
def test_putting_together_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
