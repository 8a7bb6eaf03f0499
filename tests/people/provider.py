"""A real OpenID Connect provider on this machine, small enough to misbehave on demand."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm


class FakeProvider:
    """Discovery, keys, token and user information; `sign_in` is what its login page would do."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.issuer_told = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens_given: list[dict[str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> "FakeProvider":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Nobody answers from now on."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def sign_in(self, location: str) -> dict[str, str]:
        """Somebody signs in at the address they were sent to; gives what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> Any:
        """What one request gets; None is not found."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer_told or self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys", "userinfo_endpoint": f"{self.issuer}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }  # fmt: skip
        if path == "/keys":
            return {"keys": [json.loads(RSAAlgorithm.to_jwk(self.key.public_key())) | {"kid": "k1", "alg": "RS256", "use": "sig"}]}
        if path == "/token":
            return self._token(form)
        if path == "/userinfo" and authorization.startswith("Bearer "):
            return self.userinfo
        return None

    def _token(self, form: dict[str, str]) -> Any:
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or form.get("client_secret") != "shh" or asked["code_challenge"] != challenge:
            return None
        self.tokens_given.append(form)
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "citystat", "sub": "ana-1", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "email": "ana@city.example", "email_verified": True,
        } | self.claims  # fmt: skip
        told = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode(told, self.signs_with, algorithm=self.algorithm, headers={"kid": "k1"})
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token}


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: dict[str, str]) -> None:
            found = provider.answer(urlsplit(self.path).path, form, self.headers.get("Authorization", ""))
            content = json.dumps(found if found is not None else {"error": "invalid_grant"}).encode()
            self.send_response(200 if found is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler
