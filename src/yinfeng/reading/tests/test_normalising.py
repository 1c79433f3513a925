"""What a person sees on a garbled page is what the parsers get, and every character knows where it stood."""

from hypothesis import given, settings
from hypothesis import strategies as st

from yinfeng.reading import normalise
from yinfeng.reading.normalising import fold


def test_clean_page_passes_untouched() -> None:
    page = normalise("槐序集团拟投资3亿元(含)以上。")
    assert page.text == "槐序集团拟投资3亿元(含)以上。"
    assert page.offsets is None
    assert not page.traditional


def test_annotations_go_only_where_the_reading_is_valid() -> None:
    assert normalise("項(xiàng)目產(chǎn)業(yè)").text == "项目产业"
    assert normalise("该项目(yes)由2亿元(含)以上").text == "该项目(yes)由2亿元(含)以上"
    assert normalise("业(chǎn)态").text == "业(chǎn)态"


def test_traditional_page_becomes_simplified_and_simplified_names_stay() -> None:
    page = normalise("沐嵐光電項目總投資12億元，經濟技術開發區管委會表示將加快建設。")
    assert page.text == "沐岚光电项目总投资12亿元，经济技术开发区管委会表示将加快建设。"
    assert page.traditional
    assert normalise("臺北的一家企业来访").text == "臺北的一家企业来访"


def test_split_character_is_put_back_and_flagged() -> None:
    page = normalise("在政府?dāng)y手園區(qū)建設(shè)之後,項(xiàng)目簽約")
    assert page.text == "在政府携手园区建设之后,项目签约"
    assert [page.text[a:b] for a, b in page.repaired] == ["携"]
    assert page.is_repaired(3, 4)
    assert not page.is_repaired(0, 3)


def shifted(text: str) -> str:
    """A run of text as the machines show it: one byte lost, decoded one byte off, user-defined pairs dropped."""
    code = text.encode("gbk")[1:]
    shown = []
    for lead, trail in zip(code[::2], code[1::2], strict=False):
        if not (0xAA <= lead <= 0xAF or lead >= 0xF8) or trail < 0xA1:
            shown.append(bytes((lead, trail)).decode("gbk"))
    return "?" + "".join(shown).replace("！", "!") + "?"


def test_shifted_run_is_decoded_again() -> None:
    page = normalise("產(chǎn)業(yè)鏈龍頭地位" + shifted("。”星河新城主要負責人表示") + "。(報道組)")
    assert page.text == "产业链龙头地位。”星河新城主要负责人表示。(报道组)"
    assert [page.text[a:b] for a, b in page.repaired] == ["。”星河新城主要负责人表示"]


def test_offsets_point_at_the_raw_characters() -> None:
    raw = "臨溪市經(jīng)濟開發(fā)區(qū)"
    page = normalise(raw)
    assert page.text == "临溪市经济开发区"
    start, end = page.raw_span(3, 8)
    assert raw[start:end].startswith("經")
    assert raw[start:end].endswith("區")


def test_folding_keeps_the_length() -> None:
    text = "３．２６亿元，（含）“以上”—～"
    assert fold(text) == "3.26亿元,(含)“以上”-~"
    assert len(fold(text)) == len(text)


PIECES = st.sampled_from(
    [
        "業(yè)",
        "項(xiàng)",
        "(含)",
        "?",
        "目?jī蓚(gè)",
        "府?dāng)y手",
        "億元",
        "亿元",
        "\u200b",
        "《",
        "。”",
        "?!敝窃煨鲁",
        "a",
        "\n",
        "3.5",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.characters(min_codepoint=32, max_codepoint=0x9FFF), max_size=40).map("".join))
def test_normalising_twice_changes_nothing_and_offsets_ascend(raw: str) -> None:
    page = normalise(raw)
    assert normalise(page.text).text == page.text
    if page.offsets is not None:
        assert len(page.offsets) == len(page.text)
        assert list(page.offsets) == sorted(page.offsets)
        assert all(offset < len(raw) for offset in page.offsets)
