"""A folder as it comes by hand: thirty files of every kind and coding, most of them good, made for the occasion."""

from __future__ import annotations

import io
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import docx
import openpyxl

from yinfeng.foundation.files.tests.hostile import zip_bomb

NAMES = [
    "星澜", "月汐", "朝岫", "云砚", "松屿", "鹤渚", "青堤", "白榆", "沅泽", "桐野", "霁川", "澄岸", "岚谷", "泊舟",
    "苇湾", "梧桥", "杉溪", "枫渡", "芷汀", "荻浦", "槐序", "柳堰", "棠坞", "竹隐", "萱亭", "蓼洲", "蒲圩",
]  # fmt: skip
GOODS = ("储能电池", "光学薄膜", "特种陶瓷", "精密轴承", "医用敷料", "水性树脂", "工业机器人", "冷链物流", "车用线束")
GOOD, BAD = 27, 3


def news(place: int) -> str:
    """An invented report of one project."""
    name, goods = NAMES[place], GOODS[place % len(GOODS)]
    return (
        f"{name}{goods}项目签约\n\n{name}科技有限公司投资{place + 2}亿元的{name}{goods}项目于2025年3月5日签约落户东屏产业园，"
        f"用地{60 + place}亩，主要建设{goods}生产线。园区将为{name}科技提供全程代办服务，{name}{goods}项目计划明年开工。"
    )


def fill(folder: Path) -> dict[str, str]:
    """Write the files; name -> what a reader should see of it: the project's name, or a word of the fault."""
    told: dict[str, str] = {}

    def put(place: int, name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)
        told[name] = f"{NAMES[place]}{GOODS[place % len(GOODS)]}项目"

    for n in range(8):
        put(n, f"报道{n:02}.txt", news(n).encode())
    for n in range(8, 11):
        put(n, f"国标{n:02}.txt", news(n).encode("gbk"))
    for n in range(11, 13):
        put(n, f"宽字{n:02}.txt", news(n).encode("utf-16"))
    for n in range(13, 18):
        page = "".join(f"<p>{line}</p>" for line in news(n).split("\n") if line)
        coding = "gb2312" if n % 2 else "utf-8"
        html = f'<html><head><meta charset="{coding}"></head><body><article>{page}</article></body></html>'
        put(n, f"网页{n:02}.html", html.encode(coding))
    for n in range(18, 21):
        book = docx.Document()
        for line in news(n).split("\n"):
            book.add_paragraph(line)
        out = io.BytesIO()
        book.save(out)
        put(n, f"简报{n:02}.docx", out.getvalue())
    for n in range(21, 23):
        put(n, f"公报{n:02}.pdf", pdf(news(n)))
    for n in range(23, 25):
        sheet = openpyxl.Workbook()
        for line in news(n).split("\n"):
            sheet.active.append([line])
        out = io.BytesIO()
        sheet.save(out)
        put(n, f"台账{n:02}.xlsx", out.getvalue())
    for n in range(25, 27):
        letter = EmailMessage(policy=SMTP)
        letter["Subject"], letter["From"], letter["To"] = f"招商动态{n}", "a@intranet.example", "b@intranet.example"
        letter.set_content(news(n))
        put(n, f"邮件{n:02}.eml", letter.as_bytes())
    (folder / "损坏.docx").write_bytes(b"PK\x03\x04" + b"\x00" * 60)
    (folder / "炸弹.xlsx").write_bytes(zip_bomb())
    (folder / "照片.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)
    return told | {"损坏.docx": "", "炸弹.xlsx": "", "照片.png": "图片"}


def pdf(text: str) -> bytes:
    """A page of Chinese text in a font that every reader of PDF has by name, so that none need be packed in."""
    lines = [line[i : i + 40] for line in text.split("\n") for i in range(0, len(line), 40)]
    shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 40 780 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
        b"/Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    return bytes(out)
