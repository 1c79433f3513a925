import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.kernel import uscc
from yinfeng.kernel.uscc import ALPHABET, UsccError


@st.composite
def codes(draw):
    """Valid codes of units that do not exist."""
    head = draw(st.sampled_from(["91", "92", "12", "Y1", "N2"]))
    division = draw(st.text("0123456789", min_size=6, max_size=6))
    own = draw(st.text(ALPHABET, min_size=9, max_size=9))
    first17 = head + division + own
    return first17 + uscc.check_character(first17)


def _sum(code):
    """The definition of GB 32100-2015 written out: Σ Ci × 3^(i-1) over 17 positions, check 31 − Σ mod 31."""
    total = sum(ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(code[:17]))
    check = 31 - total % 31
    return ALPHABET[0 if check == 31 else check]


@given(codes())
def test_the_check_character_follows_the_standard(code):
    assert code[-1] == _sum(code)
    assert uscc.validate(code) == code
    assert uscc.is_valid(code)


@given(codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code, position, char):
    if code[position] == char:
        return
    assert not uscc.is_valid(code[:position] + char + code[position + 1 :])


@given(codes(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(code, i):
    swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
    assert uscc.is_valid(swapped) == (swapped == code)


def _swap_ends(code):
    return code[-1] + code[1:-1] + code[0]


@given(codes())
def test_a_swap_of_the_first_and_last_character_is_the_known_gap(code):
    assert uscc.is_valid(_swap_ends(code))


@given(codes())
def test_full_width_lower_case_and_spaces_are_normalised(code):
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code.lower())
    assert uscc.validate(f" {wide[:6]}\u3000{wide[6:]}\u200b\ufeff\n") == code


def _example():
    first17 = "91990000MA0YFDEM0"
    return first17 + uscc.check_character(first17)


def test_a_wrong_check_character_says_what_it_should_be():
    code = _example()
    wrong = "X" if code[-1] != "X" else "Y"
    with pytest.raises(UsccError, match=f"第 18 位为“{wrong}”，按前 17 位推算应为“{code[-1]}”") as refusal:
        uscc.validate(code[:-1] + wrong)
    assert (refusal.value.code, refusal.value.position, refusal.value.field) == (
        "uscc.check_character",
        18,
        "uscc",
    )


@pytest.mark.parametrize(("char", "guess"), [("I", "1"), ("O", "0"), ("S", "5"), ("Z", "2"), ("V", "U")])
def test_a_letter_that_is_not_used_is_named_with_its_look_alike(char, guess):
    code = _example()
    with pytest.raises(UsccError, match=f"第 12 位“{char}”") as refusal:
        uscc.validate(code[:11] + char + code[12:])
    assert refusal.value.position == 12
    assert f"“{guess}”" in refusal.value.fix


@pytest.mark.parametrize(
    ("mend", "said"),
    [
        (lambda code: "", "应为 18 位，实为 0 位"),
        (lambda code: code[:-1], "应为 18 位，实为 17 位"),
        (lambda code: code + "1", "应为 18 位，实为 19 位"),
        (lambda code: code[:4] + "A" + code[5:], "第 5 位“A”应为数字"),
        (lambda code: code[:9] + "-" + code[10:], "第 10 位“-”不是数字或大写字母"),
        (lambda code: code[:9] + "中" + code[10:], "第 10 位“中”不是数字或大写字母"),
        (lambda code: code[:9] + "ß" + code[10:], "应为 18 位，实为 19 位"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(mend, said):
    with pytest.raises(UsccError, match=said) as refusal:
        uscc.validate(mend(_example()))
    assert refusal.value.fix


@given(st.text(max_size=40))
def test_any_text_is_either_a_code_or_refused(text):
    try:
        code = uscc.validate(text)
    except UsccError:
        return
    assert uscc.validate(code) == code


def test_the_organisation_code_has_a_check_character_of_its_own():
    assert uscc.organisation_check_character("12345678") == "8"
    assert uscc.organisation_check_character("D2143569") == "X"  # the standard's own kind of example
    first17 = "91990000" + "12345678" + "8"
    code = first17 + uscc.check_character(first17)
    assert uscc.organisation_code(code) == "123456788"
    assert uscc.organisation_code_is_valid(code)
    other = "91990000" + "12345678" + "9"
    assert not uscc.organisation_code_is_valid(other + uscc.check_character(other))
    for text in ("1234567", "1234567a", "1234567中", "1234567²"):
        with pytest.raises(UsccError):
            uscc.organisation_check_character(text)


def test_the_parts_of_a_code():
    assert uscc.division_code(_example()) == "990000"
    assert uscc.kind_of_unit(_example()) == "企业"
    with pytest.raises(UsccError):
        uscc.kind_of_unit("91")


def test_check_character_wants_seventeen():
    with pytest.raises(UsccError, match="前 17 位"):
        uscc.check_character("91")
    with pytest.raises(UsccError, match="第 3 位“O”"):
        uscc.check_character("91O" + "0" * 14)


@pytest.mark.shared
def test_real_registered_codes_pass():
    shared = Path(os.environ.get("YINFENG_SHARED", Path(__file__).parents[5] / "shared"))
    source = shared / "data" / "companies" / "enterprise_register_sample250k_cc-by-nc-sa.csv.zst"
    if not source.exists():
        pytest.skip("the shared data pack is not beside the checkout")
    if not shutil.which("zstd"):
        pytest.skip("the zstd command is not installed")
    with subprocess.Popen(["zstd", "-dc", str(source)], stdout=subprocess.PIPE, text=True, encoding="utf-8") as run:
        rows = csv.DictReader(run.stdout)
        seen = [row["uscc"] for row, _ in zip(rows, range(5_000), strict=False)]
        run.kill()
    assert len(seen) == 5_000
    assert [code for code in seen if not uscc.is_valid(code)] == []
