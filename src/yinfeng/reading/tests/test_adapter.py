"""A model's proposals are taken only as exact quotations, from a private address, and only when somebody switched it on."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from yinfeng.reading import ReadingError, read_text
from yinfeng.reading.adapter import Endpoint, ask, endpoint_from, enrich, require_private

PAGE = "槐序公司牵头的云栖谷里那桩生意已经敲定,投进来3.6亿元。鹿川能源储能电池项目开工,总投资2亿元。"


class Model(HTTPServer):
    """A local stand-in: answers every question with `said` and remembers what it was asked."""

    said: str = ""
    status = 200
    asked: list[dict[str, Any]]
    headers_seen: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({"path": self.path, **json.loads(body)})
        self.server.headers_seen.append(self.headers.get("Authorization", ""))
        answer = json.dumps({"choices": [{"message": {"content": self.server.said}}]}).encode()
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://192.0.2.7/v1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def model() -> Iterator[Model]:
    server = Model(("127.0.0.1", 0), _Handler)
    server.asked, server.headers_seen = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def endpoint(model: Model, key: str = "") -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{model.server_port}/v1", "small", key, timeout=5)


def proposals(*projects: dict[str, Any]) -> str:
    return "好的,结果如下:" + json.dumps({"projects": list(projects)}, ensure_ascii=False)


def test_off_by_default_nothing_is_asked() -> None:
    reading = read_text(PAGE, doc_date=date(2024, 5, 1))
    assert endpoint_from({}) is None
    assert enrich(reading, PAGE, endpoint_from({"YINFENG_READER_ENDPOINT": " "})) is reading


def test_an_exact_quotation_is_kept_and_never_certain(model: Model) -> None:
    model.said = proposals(
        {
            "name": "云栖谷里那桩生意",
            "investor": "槐序公司",
            "investment": "3.6亿元",
            "place": "云栖谷",
            "stage_words": None,
        }
    )
    before = read_text(PAGE, doc_date=date(2024, 5, 1))
    after = enrich(before, PAGE, endpoint(model, "secret"))
    added = after.projects[-1]
    assert len(after.projects) == len(before.projects) + 1
    assert (added.name, added.investor, added.investment and added.investment.value) == (
        "云栖谷里那桩生意",
        "槐序公司",
        3.6e8,
    )
    assert not added.certain
    assert added.confidence < 0.5
    assert all(PAGE[piece.start : piece.end] == piece.quote for piece in added.evidence)
    assert model.asked[0]["path"] == "/v1/chat/completions"
    assert model.headers_seen == ["Bearer secret"]


@pytest.mark.parametrize(
    "project",
    [
        {"name": "云栖谷大生意", "investment": "3.6亿元"},
        {"name": "云栖谷里那桩生意", "investment": "36亿元"},
        {"name": "云栖谷里那桩生意", "investor": "某不在场的公司"},
        {"name": "云栖谷里那桩生意", "investment": "云栖谷"},
        {"name": "云栖谷里那桩生意"},
        {"name": 7, "investment": "3.6亿元"},
        {"name": "鹿川能源储能电池项目", "investment": "2亿元"},
    ],
)
def test_what_is_no_quotation_or_known_already_is_dropped(model: Model, project: dict[str, Any]) -> None:
    model.said = proposals(project)
    before = read_text(PAGE, doc_date=date(2024, 5, 1))
    assert enrich(before, PAGE, endpoint(model)).projects == before.projects


@pytest.mark.parametrize("said", ["", "不知道", "{}", '{"projects": 3}', '{"projects": ["a"]}', "{" * 50])
def test_nonsense_changes_nothing(model: Model, said: str) -> None:
    model.said = said
    before = read_text(PAGE, doc_date=date(2024, 5, 1))
    if said.startswith('{"projects"'):
        assert enrich(before, PAGE, endpoint(model)).projects == before.projects
        return
    with pytest.raises(ReadingError) as caught:
        enrich(before, PAGE, endpoint(model))
    assert caught.value.code == "model_nonsense"


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/v1",
        "ftp://127.0.0.1/v1",
        "http://a:b@127.0.0.1/v1",
        "http://169.254.169.254/v1",
        "http://0.0.0.0/v1",
        "//x",
    ],
)
def test_only_private_addresses(url: str) -> None:
    with pytest.raises(ReadingError) as caught:
        require_private(url)
    assert caught.value.code == "model_address"


def test_a_redirect_is_not_followed_and_silence_is_told(model: Model) -> None:
    model.status = 302
    with pytest.raises(ReadingError) as caught:
        ask(endpoint(model), PAGE)
    assert caught.value.code == "model_silent"
    with pytest.raises(ReadingError) as silent:
        ask(Endpoint("http://127.0.0.1:9/v1", "small", timeout=1), PAGE)
    assert silent.value.code == "model_silent"
