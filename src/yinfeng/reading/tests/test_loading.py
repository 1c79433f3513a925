"""Files are judged by their content; what cannot be read says why, in Chinese, and how to mend it."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from yinfeng.reading import ReadingError, load

TEXT = "临溪市槐序新材料项目总投资3亿元,已于5月开工建设。"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("gbk"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16-le"),
    ],
)
def test_encodings(data: bytes) -> None:
    assert load(data).raw_text == TEXT


def test_newlines_are_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("第一行\r\n第二行项目\n".encode())
    assert load(path).raw_text == "第一行\r\n第二行项目\n"


def test_date_beside_the_file_wins(tmp_path: Path) -> None:
    path = tmp_path / "doc.txt"
    path.write_text("发布时间：2020-01-02\n" + TEXT, encoding="utf-8")
    assert load(path).doc_date == date(2020, 1, 2)
    (tmp_path / "doc.meta.json").write_text(json.dumps({"doc_date": "2024-05-06"}), encoding="utf-8")
    assert load(path).doc_date == date(2024, 5, 6)


def test_html_main_text_with_declared_charset() -> None:
    page = (
        '<html><head><meta charset="gb2312"><title>招商动态</title></head><body><nav>首页 关于</nav><article><h1>招商动态</h1>'
        f"<p>{TEXT}</p><p>{TEXT}项目由本地企业投资,预计明年投产,年产值可达5亿元。</p>"
        "<table><tr><td>项目</td><td>投资</td></tr><tr><td>甲</td><td>3亿元</td></tr></table></article>"
        "<script>var a=1</script></body></html>"
    )
    source = load(page.encode("gbk"))
    assert source.media == "html"
    assert TEXT in source.raw_text
    assert "var a" not in source.raw_text


def test_word_paragraphs_and_tables_in_order() -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("第一段")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "槐序项目", "3亿元"
    document.add_paragraph("第二段")
    stream = io.BytesIO()
    document.save(stream)
    source = load(stream.getvalue())
    assert source.media == "docx"
    assert source.raw_text.split("\n") == ["第一段", "槐序项目 | 3亿元", "第二段"]


def test_excel_rows() -> None:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["项目", "总投资(万元)"])
    sheet.write_row(1, 0, ["槐序项目", 36000])
    book.close()
    source = load(stream.getvalue())
    assert source.media == "xlsx"
    assert "槐序项目 | 36000" in source.raw_text


def test_mail_subject_body_and_date() -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "招商线索"
    mail["Date"] = "Mon, 06 May 2024 10:00:00 +0800"
    mail.set_content(TEXT)
    source = load(mail.as_bytes())
    assert source.media == "eml"
    assert source.raw_text.startswith("招商线索\n")
    assert source.doc_date == date(2024, 5, 6)


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    return stream.getvalue()


def archive_of(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "old_office"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "not_a_document"),
        (b"%PDF-1.4 broken", "broken"),
        (b"PK\x03\x04broken", "broken"),
        (b"\x00" * 4000, "binary"),
        (archive_of("a.txt"), "archive"),
        (archive_of("word/document.xml", "word/vbaProject.bin"), "macros"),
        (archive_of("word/document.xml"), "broken"),
        (bytes(range(128, 256)) * 4, "encoding"),
    ],
)
def test_refusals_are_clear(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as caught:
        load(data)
    assert caught.value.code == code
    assert any("\u4e00" <= ch <= "\u9fff" for ch in caught.value.message)


def test_zip_bomb_is_refused() -> None:
    with pytest.raises(ReadingError, match="压缩"):
        load(bomb())


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="找不到"):
        load(tmp_path / "none.txt")
    with pytest.raises(ReadingError, match="文件夹"):
        load(tmp_path)
