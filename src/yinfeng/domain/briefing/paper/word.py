"""Word in the layout of GB/T 9704-2012: A4, its margins and faces, 28 pt lines, numbered pages (odd ones right, even ones left).

Each figure is a bookmark (``F3``) that the annex table lists with its definition, edition, dates and rows.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import docx
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from yinfeng.foundation.workbook.write import clean_text

from ..rules.writing import Block, Figure
from .charts import bars

BODY, TITLE, FIRST, SECOND = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
SONG = "宋体"
THREE, TWO, SMALL = Pt(16), Pt(22), Pt(10.5)  # 三号, 二号, 五号
LINE = Pt(28)


@dataclass(frozen=True)
class Paper:
    """What is printed. ``red_head`` is the issuing body's name in red above a line, or empty; ``number`` its 文号."""

    title: str
    blocks: Sequence[Block]
    figures: Sequence[Figure]
    place: str
    day: str
    red_head: str = ""
    number: str = ""
    mark: str = ""  # 草稿, before it is issued


def write(paper: Paper) -> bytes:
    """The bytes of a .docx."""
    document = docx.Document()
    _page(document)
    figures = {figure["n"]: figure for figure in paper.figures}
    marked: set[int] = set()
    if paper.red_head:
        _red_head(document, paper)
    elif paper.number:
        _line(document, paper.number, BODY, THREE, indent=False).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.mark:
        _line(document, paper.mark, FIRST, THREE, indent=False)
    title = _line(document, paper.title, TITLE, TWO, indent=False)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(35)
    title.paragraph_format.space_after = Pt(14)
    for block in paper.blocks:
        _block(document, block, figures, marked)
    for text in (paper.place, paper.day):
        end = _line(document, text, BODY, THREE, indent=False)
        end.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        end.paragraph_format.right_indent = Pt(64)
    if paper.figures:
        _annex(document, paper.figures)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title, paper.place, ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# ---------------------------------------------------------------------------------------------- the page


def _page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    normal = document.styles["Normal"]
    normal.font.size = THREE
    normal.font.name = "Times New Roman"
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    ):  # fmt: skip
        footer.is_linked_to_previous = False
        foot = footer.paragraphs[0]
        foot.alignment = side
        shape = foot.paragraph_format
        shape.left_indent = shape.right_indent = Pt(14)  # 空一字
        _run(foot, "— ", SONG, Pt(14))
        _field(foot, "PAGE")
        _run(foot, " —", SONG, Pt(14))


def _field(paragraph: Paragraph, code: str) -> None:
    """A field such as the page number."""
    run = paragraph.add_run()
    run.font.size = Pt(14)
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _red_head(document: Document, paper: Paper) -> None:
    head = _line(document, paper.red_head, TITLE, Pt(36), indent=False)
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.paragraph_format.line_spacing = Pt(56)
    head.runs[0].font.color.rgb = RGBColor(0xE6, 0x00, 0x12)
    number = _line(document, paper.number, BODY, THREE, indent=False)
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", "E60012")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    number._p.get_or_add_pPr().append(border)
    number.paragraph_format.space_after = Pt(28)


def _line(document: Document, text: str, face: str, size: Pt, *, indent: bool = True) -> Paragraph:
    paragraph = document.add_paragraph()
    _shape(paragraph, indent=indent)
    if text:
        _run(paragraph, text, face, size)
    return paragraph


def _shape(paragraph: Paragraph, *, indent: bool) -> None:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = LINE
    shape.space_before = shape.space_after = Pt(0)
    if indent:
        shape.first_line_indent = Pt(32)  # two characters of 三号


def _run(paragraph: Paragraph, text: str, face: str, size: Pt) -> Any:
    run = paragraph.add_run(text)
    run.font.size = size
    run.font.name = "Times New Roman"
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    return run


# ---------------------------------------------------------------------------------------------- the blocks


def _block(document: Document, block: Block, figures: Mapping[int, Figure], marked: set[int]) -> None:
    match block["type"]:
        case "table":
            _table(document, block, figures, marked)
        case "chart":
            picture = bars(block["title"], block["labels"], block["values"])
            if picture is None:
                _line(document, _("（本机没有中文字体，图“{title}”从略。）").format(title=block["title"]), BODY, THREE)
            else:
                paragraph = document.add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.add_run().add_picture(io.BytesIO(picture), width=Mm(150))
        case _:
            face = {"heading": FIRST, "subheading": SECOND}.get(block["type"], BODY)
            paragraph = _line(document, "", face, THREE)
            size = Pt(14) if block["type"] == "note" else THREE
            if block["type"] == "note":
                _run(paragraph, _("注："), face, size)
            _runs(paragraph, block["runs"], figures, marked, face, size)


def _runs(
    paragraph: Paragraph,
    runs: Sequence[Sequence[Any]],
    figures: Mapping[int, Figure],
    marked: set[int],
    face: str,
    size: Pt,
) -> None:
    for kind, value in runs:
        if kind != "figure":
            _run(paragraph, value, face, size)
            continue
        run = _run(paragraph, str(figures[value]["shown"]), face, size)
        if value not in marked:  # a bookmark is one place
            marked.add(value)
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            for mark in (start, end):
                mark.set(qn("w:id"), str(value))
            start.set(qn("w:name"), f"F{value}")
            run._r.addprevious(start)
            run._r.addnext(end)


def _table(document: Document, block: Block, figures: Mapping[int, Figure], marked: set[int]) -> None:
    if block.get("title"):
        caption = _line(document, block["title"], FIRST, Pt(14), indent=False)
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=1 + len(block["rows"]), cols=len(block["head"]))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    cells = table._cells
    width = len(block["head"])
    for column, head in enumerate(block["head"]):
        _cell(cells[column], [["text", head]], figures, marked, FIRST)
    for number, row in enumerate(block["rows"], 1):
        for column, runs in enumerate(row):
            _cell(cells[number * width + column], runs, figures, marked, BODY)


def _cell(cell: Any, runs: Sequence[Sequence[Any]], figures: Mapping[int, Figure], marked: set[int], face: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _runs(paragraph, runs, figures, marked, face, SMALL)


# ----------------------------------------------------------------------------------------------- the annex


def _annex(document: Document, figures: Sequence[Figure]) -> None:
    """Where each figure comes from."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _line(document, _("附件"), FIRST, THREE, indent=False)
    title = _line(document, _("通报数字来源表"), TITLE, TWO, indent=False)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heads = (_("书签"), _("数字"), _("指标与口径"), _("公式"), _("版本、截至、当时所知"), _("依据行数"))
    rows = [heads, *(_told(figure) for figure in figures)]
    # Written as XML at once: cell by cell the library needs seconds for a hundred figures.
    body = "".join(
        f"<w:tr>{''.join(_cell_xml(text, BODY if number else FIRST) for text in row)}</w:tr>"
        for number, row in enumerate(rows)
    )
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for row in parse_xml(f"<w:tbl {nsdecls('w')}>{body}</w:tbl>").findall(qn("w:tr")):
        table._tbl.append(row)
    table._tbl.remove(table._tbl.tr_lst[0])


def _cell_xml(text: str, face: str) -> str:
    fonts = f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{face}"/>'
    words = escape(clean_text(text))
    return f'<w:tc><w:p><w:r><w:rPr>{fonts}<w:sz w:val="18"/></w:rPr><w:t xml:space="preserve">{words}</w:t></w:r></w:p></w:tc>'


def _told(figure: Figure) -> tuple[str, ...]:
    known = parse_datetime(figure["known_at"])
    moment = f"{timezone.localtime(known):%Y-%m-%d %H:%M}" if known else ""
    count = f"{figure['rows_count']:,}{'+' if figure['rows_cut'] else ''}" if figure["rows_count"] else _("见合计")
    name = figure["name"] + (f"（{figure['line']}）" if figure["line"] else "")
    stamp = f"{figure['stamp']}；{figure['period']}；{figure['as_of']}；{moment}"
    return f"F{figure['n']}", figure["shown"], f"{name}：{figure['definition']}", figure["formula"], stamp, count
