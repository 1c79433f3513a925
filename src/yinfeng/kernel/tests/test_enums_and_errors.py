import pickle

import pytest

from yinfeng.kernel.enums import LabelledEnum
from yinfeng.kernel.errors import DomainError
from yinfeng.kernel.uscc import UsccError


class Colour(LabelledEnum):
    RED = "red", "红灯", "Red"
    GREEN = "green", "绿灯", "Green"
    BLUE = "blue"


def test_members_are_their_values_and_carry_labels():
    assert Colour.RED == "red"
    assert str(Colour.RED) == f"{Colour.RED}" == "red"
    assert Colour("green") is Colour.GREEN
    assert (Colour.GREEN.label, Colour.GREEN.label_en) == ("绿灯", "Green")
    assert Colour.BLUE.label == "blue"
    assert Colour.choices == [("red", "红灯"), ("green", "绿灯"), ("blue", "blue")]
    assert Colour.values == ["red", "green", "blue"]
    assert Colour.labels == ["红灯", "绿灯", "blue"]
    assert {Colour.RED: 1}["red"] == 1
    assert pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED


def test_membership_answers_for_plain_values():
    assert "red" in Colour
    assert Colour.RED in Colour
    assert "violet" not in Colour
    assert 3 not in Colour


def test_from_label_finds_by_label_value_or_english():
    assert Colour.from_label(" 红灯 ") is Colour.RED
    assert Colour.from_label("red") is Colour.RED
    assert Colour.from_label("GREEN") is Colour.GREEN
    with pytest.raises(DomainError, match="“紫灯”不是可选的值。可选：红灯、绿灯、blue。"):
        Colour.from_label("紫灯")
    with pytest.raises(DomainError):
        Colour.from_label("")


def test_django_takes_the_choices_and_its_templates_do_not_call_the_class():
    from django.db import models

    field = models.CharField(max_length=10, choices=Colour.choices, default=Colour.RED)
    assert field.flatchoices[0] == ("red", "红灯")
    assert field.clean("green", None) == "green"
    assert Colour.do_not_call_in_templates is True
    assert "do_not_call_in_templates" not in Colour.__members__


def test_an_error_says_what_and_how_to_mend_it():
    error = DomainError("面积为负", code="area.negative", field="land_area_mu", fix="请填写正数。")
    assert str(error) == "面积为负。请填写正数。"
    assert (error.message, error.code, error.field, error.fix) == (
        "面积为负",
        "area.negative",
        "land_area_mu",
        "请填写正数。",
    )
    assert str(DomainError("面积为负")) == "面积为负"


def test_errors_survive_the_way_back_from_a_worker_process():
    error = UsccError("第 3 位有误", code="uscc.character", position=3, fix="请核对。")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is UsccError
    assert (str(copy), copy.code, copy.position, copy.field) == (str(error), error.code, 3, "uscc")
