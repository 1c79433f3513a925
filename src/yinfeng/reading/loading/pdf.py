"""PDF files with a text layer, through pypdfium2 (BSD)."""

from __future__ import annotations

from datetime import date

from ..errors import ReadingError

_MAX_PAGES = 2000


def open_pdf(data: bytes) -> tuple[str, date | None]:
    """(text of all pages with lines joined inside paragraphs, None: the creation date is the file's, not the text's)."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadingError("PDF 有密码保护,请解除后再上传", "encrypted") from None
        raise ReadingError("PDF 文件已损坏,无法打开", "broken") from None
    try:
        if len(document) > _MAX_PAGES:
            raise ReadingError(f"PDF 超过 {_MAX_PAGES} 页,请拆分后再上传", "too_large")
        pages = []
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            pages.append(_unwrapped(text_page.get_text_bounded()))
            text_page.close()
            page.close()
    except pdfium.PdfiumError:
        raise ReadingError("PDF 文件已损坏,无法读取", "broken") from None
    finally:
        document.close()
    text = "\n".join(pages)
    if not text.strip():
        raise ReadingError("PDF 没有文字层(扫描件),请先识别文字", "scanned")
    return text, None


def _unwrapped(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    longest = max((len(line) for line in lines), default=0)
    joined: list[str] = []
    for line in lines:
        full = joined and len(joined[-1].rsplit("\n", 1)[-1]) >= 0.75 * longest > 15
        if full and not joined[-1].rstrip().endswith(("。", "!", "?", "！", "？", "：", ":")):
            joined[-1] += line.lstrip()
        else:
            joined.append(line)
    return "\n".join(joined)
