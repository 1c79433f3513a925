"""What a file is, by content alone."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.foundation.files.rules import Refused, Why, fit_name, judge

from . import hostile

TAKEN = {
    "pdf": (b"%PDF-1.7\n1 0 obj", "application/pdf"),
    "pdf after junk": (b"\r\n  %PDF-1.4", "application/pdf"),
    "docx": (hostile.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (hostile.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (
        hostile.packed({"ppt/presentation.xml": "<p/>"}),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "ofd": (hostile.packed({"OFD.xml": "<ofd/>"}), "application/ofd"),
    "odt": (
        hostile.packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<c/>"}),
        "application/vnd.oasis.opendocument.text",
    ),
    "local template": (
        hostile.docx({"word/_rels/settings.xml.rels": (
            '<Relationships><Relationship Type="http://schemas/attachedTemplate" '
            'Target="file:///C:\\Users\\a\\Normal.dotm" TargetMode="External"/></Relationships>')}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "doc": (hostile.ole("WordDocument"), "application/msword"),
    "xls": (hostile.ole(workbook=hostile.boundsheet(0)), "application/vnd.ms-excel"),
    "png": (b"\x89PNG\r\n\x1a\n....", "image/png"),
    "jpg": (b"\xff\xd8\xff\xe0....", "image/jpeg"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
    "utf-8": ("招商引资".encode(), "text/plain"),
    "bom": ("\ufeff招商引资".encode(), "text/plain"),
    "gbk": ("签约项目一览".encode("gb18030"), "text/plain"),
    "utf-16": ("签约".encode("utf-16"), "text/plain"),
    "html": ("<!DOCTYPE html><html>公告</html>".encode(), "text/html"),
    "html gbk": ("<html><head>公告</head></html>".encode("gbk"), "text/html"),
    "mail": ("Subject: 拜访\r\nX-A: b\r\n c\r\nFrom: a@example.cn\r\n\r\n正文".encode(), "message/rfc822"),
}  # fmt: skip
REFUSED = {
    "empty": (b"", Why.EMPTY),
    "exe": (b"MZ\x90\x00", Why.EXECUTABLE),
    "elf": (b"\x7fELF\x02", Why.EXECUTABLE),
    "script": (b"#!/bin/sh\nrm x", Why.EXECUTABLE),
    "shortcut": (b"L\x00\x00\x00\x01\x14\x02\x00...", Why.EXECUTABLE),
    "rar": (b"Rar!\x1a\x07", Why.ARCHIVE),
    "plain zip": (hostile.packed({"a.txt": "a"}), Why.ARCHIVE),
    "docm": (hostile.docx({"word/vbaProject.bin": b"x"}), Why.MACROS),
    "docm under another name": (
        hostile.docx({"word/other.bin": b"x"}, kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
        Why.MACROS,
    ),
    "excel 4 macros": (hostile.xlsx({"xl/macrosheets/sheet1.xml": "<x/>"}), Why.MACROS),
    "xls macros": (hostile.ole("Workbook", "_VBA_PROJECT_CUR"), Why.MACROS),
    "doc macros": (hostile.ole("WordDocument", "Macros"), Why.MACROS),
    "xls macro sheet": (hostile.ole(workbook=hostile.boundsheet(1)), Why.MACROS),
    "odt macros": (
        hostile.packed({"mimetype": "application/vnd.oasis.opendocument.text", "Basic/script-lc.xml": "<x/>"}),
        Why.MACROS,
    ),
    "bomb": (hostile.zip_bomb(), Why.BOMB),
    "bomb that lies": (hostile.lying_bomb(), Why.BOMB),
    "bomb that overlaps": (hostile.overlapping_bomb(), Why.BOMB),
    "entity": (
        hostile.docx({"word/footer.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        Why.EXTERNAL,
    ),
    "entity in utf-16": (
        hostile.docx({"word/footer.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}),
        Why.EXTERNAL,
    ),
    "remote template": (
        hostile.docx({"word/_rels/settings.xml.rels": (
            '<Relationship Target="http://192.0.2.1/a.dotm" TargetMode="External" Type="x/attachedTemplate"/>')}),
        Why.EXTERNAL,
    ),
    "cut zip": (hostile.docx()[:-30], Why.DAMAGED),
    "spoilt zip": (
        hostile.packed({"word/document.xml": b"abcd" * 50}, stored=True).replace(b"abcdabcd", b"abcXabcd", 1),
        Why.DAMAGED,
    ),
    "encrypted office": (hostile.ole("EncryptedPackage"), Why.ENCRYPTED),
    "installer": (hostile.ole("!_Tables"), Why.UNKNOWN),
    "cut ole": (hostile.ole("WordDocument")[:600], Why.DAMAGED),
    "binary": (bytes(range(256)), Why.UNKNOWN),
    "text with zeros": (b"abc\x00def", Why.UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_a_document_is_known_by_its_content(case: str) -> None:
    content, media_type = TAKEN[case]
    assert judge(io.BytesIO(content), len(content), "无后缀").media_type == media_type


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_or_broken_file_is_refused(case: str) -> None:
    content, why = REFUSED[case]
    with pytest.raises(Refused) as refusal:
        judge(io.BytesIO(content), len(content), "报告.docx")
    assert refusal.value.why == why


def test_csv_is_told_from_text_by_its_name_only() -> None:
    content = "项目,金额\n甲,1".encode()
    assert judge(io.BytesIO(content), len(content), "台账.csv").media_type == "text/csv"
    assert judge(io.BytesIO(content), len(content), "台账.exe").media_type == "text/plain"


@pytest.mark.parametrize(
    "name",
    ["../a.pdf", "a/b.pdf", "a\\b.pdf", "C:a.pdf", "..", ".", "", "  ", "con.pdf", "NUL", "a\x00.pdf", "a\nb.pdf",
     "报告\u202efdp.exe", "a\u200bb.pdf", "a\u2066.pdf", "\ud800.pdf", "长" * 190 + ".pdf"],
)  # fmt: skip
def test_a_name_with_tricks_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        fit_name(name, (".pdf",))
    assert refusal.value.why == Why.NAME


def test_the_ending_tells_the_truth() -> None:
    assert fit_name("协议.PDF", (".pdf",)) == "协议.PDF"
    assert fit_name("协议.exe", (".pdf",)) == "协议.exe.pdf"
    assert fit_name("照片.jpeg", (".jpg", ".jpeg")) == "照片.jpeg"
    assert fit_name(" 协议 . ", (".pdf",)) == "协议.pdf"


@given(st.binary(max_size=600), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"]))
def test_any_bytes_are_either_known_or_refused(body: bytes, start: bytes) -> None:
    content = start + body
    with contextlib.suppress(Refused):
        assert judge(io.BytesIO(content), len(content), "a").media_type


@given(st.binary(min_size=8, max_size=40), st.integers(0, 1500))
def test_a_damaged_container_never_breaks_the_judge(noise: bytes, at: int) -> None:
    for whole in (hostile.docx({"word/media/a.png": b"12345" * 50}), hostile.ole("WordDocument", workbook=b"x")):
        content = whole[:at] + noise + whole[at + len(noise) :]
        with contextlib.suppress(Refused):
            judge(io.BytesIO(content), len(content), "a")
