"""Outside systems as real servers on this machine: SMTP, IMAP4rev1 as far as a client that fetches needs it, the text message API."""

import base64
import json
import re
import socketserver
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller


class Running:
    """Something that runs between `with` and its end."""

    def start(self) -> None: ...
    def stop(self) -> None: ...

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class MailSink(Running):
    """An SMTP server. `refuse` maps a recipient to the answer it gets; a number of `refuse_data` answers is used up, one a message."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refuse: dict[str, str] = {}
        self.refuse_data: list[str] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=0)

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    def start(self) -> None:
        # Port 0 lets the machine choose; the controller's own check then needs to be told which.
        check = self._controller._trigger_server

        def check_chosen_port() -> None:
            self._controller.port = self.port
            check()

        self._controller._trigger_server = check_chosen_port  # type: ignore[method-assign]
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse_data:
            return self.refuse_data.pop(0)
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 OK"


class Mailbox(Running):
    """One folder. `messages` are their bytes; `seen` the positions a client has marked."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.seen: set[int] = set()
        self.password = "pass word"
        box = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("* OK ready")
                while line := self.rfile.readline().decode().strip():
                    tag, _, rest = line.partition(" ")
                    name, _, arguments = rest.removeprefix("UID ").partition(" ")
                    answer = getattr(self, f"do_{name.lower()}", None)
                    result = answer(arguments) if answer else "BAD unknown"
                    self._say(f"{tag} {result}")
                    if name.upper() == "LOGOUT":
                        return

            def _say(self, line: str) -> None:
                self.wfile.write(line.encode() + b"\r\n")

            def do_capability(self, arguments: str) -> str:
                self._say("* CAPABILITY IMAP4rev1")
                return "OK done"

            def do_login(self, arguments: str) -> str:
                return "OK in" if arguments == f'city "{box.password}"' else "NO wrong password"

            def do_select(self, arguments: str) -> str:
                if arguments != '"INBOX"':
                    return "NO no such folder"
                self._say(f"* {len(box.messages)} EXISTS")
                return "OK [READ-WRITE] selected"

            def do_search(self, arguments: str) -> str:
                found = [str(number) for number in range(1, len(box.messages) + 1) if number not in box.seen]
                self._say(f"* SEARCH {' '.join(found)}".rstrip())
                return "OK found"

            def do_fetch(self, arguments: str) -> str:
                number = int(arguments.split()[0])
                content = box.messages[number - 1]
                if "RFC822.SIZE" in arguments:
                    self._say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(content)})")
                else:
                    self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n")
                return "OK fetched"

            def do_store(self, arguments: str) -> str:
                if r"(\Seen)" not in arguments:
                    return "BAD flags"
                box.seen.add(int(arguments.split()[0]))
                return "OK stored"

            def do_logout(self, arguments: str) -> str:
                self._say("* BYE")
                return "OK out"

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class TextService(Running):
    """The text message API. `answers` are statuses and bodies to give, one a call; without one the message is taken."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.authorizations: list[str] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.media: dict[str, tuple[int, bytes]] = {}
        self.fetched: list[tuple[str, str]] = []
        service = self

        class Call(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                assert re.fullmatch(r"/2010-04-01/Accounts/AC1/Messages\.json", self.path)
                kind, _, token = self.headers["Authorization"].partition(" ")
                assert kind == "Basic"
                service.authorizations.append(base64.b64decode(token).decode())
                status, answer = service.answers.pop(0) if service.answers else (201, {"sid": f"SM{len(service.messages)}"})
                if status < 300:
                    service.messages.append({name: values[0] for name, values in body.items()})
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status == 302:
                    self.send_header("Location", answer["to"])
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def do_GET(self) -> None:
                status, content = service.media.get(self.path, (404, b""))
                service.fetched.append((self.path, self.headers.get("Authorization", "")))
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", content.decode())
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None: ...

        self._server = HTTPServer(("127.0.0.1", 0), Call)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
