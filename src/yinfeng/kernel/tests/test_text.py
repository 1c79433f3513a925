import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.kernel.text import (
    bigrams,
    company_core,
    mask_name,
    mask_phone,
    normalise_name,
    search_terms,
    squeeze,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
chinese = st.text("云帆岭海星河晨光材料电机 （）ab12", max_size=20)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("云帆岭精工有限公司", "云帆岭精工"),
        ("云帆岭精工（集团）股份有限公司", "云帆岭精工"),
        ("云帆岭 精工 有限责任公司", "云帆岭精工股份有限公司"),
        ("ＡＢＣ·云帆岭，有限公司", "abc云帆岭"),
        ("Yunfan Precision Co., Ltd.", "YUNFAN PRECISION"),
        ("云帆岭创投合伙企业（有限合伙）", "云帆岭创投"),
    ],
)
def test_spellings_of_one_name_become_equal(a, b):
    assert normalise_name(a) == normalise_name(b)


def test_a_name_is_never_cut_to_nothing():
    assert normalise_name("有限公司") == "有限"
    assert normalise_name("") == ""
    assert normalise_name("visa") == "visa"
    assert normalise_name("云帆岭SA") == "云帆岭"


@given(texts)
def test_normalising_twice_changes_nothing(text):
    assert squeeze(squeeze(text)) == squeeze(text)
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("江苏省云帆岭（苏州）新材料有限公司", "云帆岭新材料"),
        ("江苏云帆岭新材料有限公司", "云帆岭新材料"),
        ("宁波市奉化区云帆岭电机厂", "云帆岭电机厂"),
        ("云帆岭电机(中国)有限公司", "云帆岭电机"),
        ("云帆岭（二期）电机有限公司", "云帆岭二期电机"),
        ("上海有限公司", "上海"),
    ],
)
def test_the_core_of_a_name_has_no_place_and_no_legal_form(name, core):
    assert company_core(name) == core


@given(texts)
def test_any_text_has_a_core(text):
    assert company_core(company_core(text)) == company_core(text)


def test_bigrams_hold_characters_and_pairs_once_each():
    assert bigrams("云帆电机") == ["云", "帆", "电", "机", "云帆", "帆电", "电机"]
    assert bigrams("云帆（岭）") == ["云", "帆", "岭", "云帆", "帆岭"]
    assert bigrams("AA a") == ["a", "aa"]
    assert bigrams("，。") == []


@given(chinese, st.data())
def test_every_part_of_a_text_finds_it(text, data):
    letters = squeeze(text)
    if not letters:
        return
    start = data.draw(st.integers(0, len(letters) - 1))
    end = data.draw(st.integers(start + 1, len(letters)))
    assert set(search_terms(letters[start:end])) <= set(bigrams(text))


@given(chinese, chinese)
def test_one_and_two_characters_find_nothing_else(text, other):
    query = squeeze(other)[:2]
    if query and set(search_terms(query)) <= set(bigrams(text)):
        assert query in squeeze(text)


def test_search_terms_take_words_apart():
    assert search_terms("云 电机") == ["云", "电机"]
    assert search_terms("  ，") == []


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001234", "138****1234"),
        ("１３８００００１２３４", "138****1234"),
        ("+86 13800001234", "+86 138****1234"),
        ("0000-12345678", "000*-****5678"),
        ("87654321", "87****21"),
        ("110", "***"),
        ("", ""),
        ("无", "*"),
    ],
)
def test_phones_are_masked(phone, masked):
    assert mask_phone(phone) == masked


@given(st.text("0123456789-+ ", max_size=20))
def test_a_masked_phone_never_shows_more_than_nine_digits_or_all(phone):
    digits = sum(char.isdigit() for char in phone)
    shown = sum(char.isdigit() for char in mask_phone(phone))
    assert shown <= 9
    assert shown < digits or digits == 0


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("王明", "王*"),
        ("王", "王*"),
        ("欧阳小明", "欧阳**"),
        ("欧阳", "欧*"),
        ("John Smith", "J*** S****"),
        ("", ""),
    ],
)
def test_names_are_masked(name, masked):
    assert mask_name(name) == masked
