"""Small servers that stand in for other people's: pages and feeds over HTTP, letters over IMAP. Real sockets."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Web:
    """``pages[path]`` is answered; ``asked`` keeps the paths in order."""

    root: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def web() -> Iterator[Web]:
    held = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(self.path)
            answer = held.pages.get(self.path, Answer(b"", 404))
            etag = answer.headers.get("ETag")
            status = 304 if etag and self.headers.get("If-None-Match") == etag else answer.status
            self.send_response(status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if status != 304 else 0))
            self.end_headers()
            if status != 304:
                self.wfile.write(answer.body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.root = f"http://127.0.0.1:{server.server_address[1]}"
    yield from _serving(server, held)


@dataclass
class Post:
    """A mailbox with its letters by number; ``password`` opens it."""

    port: int = 0
    password: str = "correct horse"
    letters: dict[int, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def add(self, uid: int, subject: str, text: str, attachments: dict[str, bytes] | None = None) -> None:
        letter = EmailMessage(policy=SMTP)
        letter["Subject"], letter["From"], letter["To"] = subject, "a@intranet.example", "b@intranet.example"
        letter["Date"] = "Fri, 06 Mar 2026 09:00:00 +0800"
        letter.set_content(text)
        for name, content in (attachments or {}).items():
            letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        self.letters[uid] = letter.as_bytes()


@contextmanager
def post() -> Iterator[Post]:
    held = Post()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("* OK ready")
            while line := self.rfile.readline().decode().strip():
                tag, _, rest = line.partition(" ")
                held.said.append(rest)
                verb = rest.split(" ")[0].upper()
                if verb == "LOGOUT":
                    self.say("* BYE\r\n" + f"{tag} OK")
                    return
                self.answer(tag, verb, rest)

        def answer(self, tag: str, verb: str, rest: str) -> None:
            match verb:
                case "CAPABILITY":
                    self.say("* CAPABILITY IMAP4REV1")
                case "LOGIN":
                    if held.password not in rest:
                        return self.say(f"{tag} NO wrong")
                case "EXAMINE":
                    if "INBOX" not in rest:
                        return self.say(f"{tag} NO no such folder")
                    self.say(f"* {len(held.letters)} EXISTS\r\n* OK [UIDVALIDITY 7] valid")
                case "UID" if "SEARCH" in rest:
                    least = int(m[1]) if (m := re.search(r"UID (\d+):\*", rest)) else 1
                    found = [uid for uid in sorted(held.letters) if uid >= least]
                    # a server answers n:* with the last letter, even where n is beyond it
                    found = found or sorted(held.letters)[-1:]
                    self.say("* SEARCH " + " ".join(map(str, found)))
                case "UID":
                    uid = int(rest.split()[2])
                    raw = held.letters[uid]
                    if "BODY" in rest:
                        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
                    else:
                        self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return self.say(f"{tag} OK done")

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    held.port = server.server_address[1]
    yield from _serving(server, held)


def _serving(server: socketserver.BaseServer, held: object) -> Iterator[object]:  # type: ignore[misc]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
