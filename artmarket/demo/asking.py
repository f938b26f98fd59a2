"""A visitor and a machine that ask the running site by HTTP, as a browser and an auction house's program would."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

TIMEOUT_SECONDS = 30
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class WrongAnswer(RuntimeError):
    """The site answered something else than it should; the message says what."""


def send(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> str:
    """The body of a 2xx answer. Raises ``WrongAnswer`` with the status and the beginning of any other."""
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")[:300]
        raise WrongAnswer(f"{request.get_method()} {request.full_url}: {error.code} {detail}") from error
    except OSError as error:
        raise WrongAnswer(f"{request.get_method()} {request.full_url}: {error}") from error


class Visitor:
    """A person with a browser's cookies."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return send(self.opener, urllib.request.Request(self.url + path))  # noqa: S310

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by the form. Raises ``WrongAnswer`` where it is shown again."""
        found = TOKEN.search(self.get("/accounts/login/"))
        fields = {"username": username, "password": password, "csrfmiddlewaretoken": found.group(1) if found else ""}
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/accounts/login/",
            urllib.parse.urlencode(fields).encode(),
            {"Referer": f"{self.url}/accounts/login/"},
        )
        if 'name="password"' in send(self.opener, request):
            raise WrongAnswer(f"{username} could not sign in")


class Machine:
    """A program with a key."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.opener = urllib.request.build_opener()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON of a GET, or of a POST where there is a body."""
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        data = json.dumps(body).encode() if body is not None else None
        return json.loads(send(self.opener, urllib.request.Request(f"{self.url}/api/v1{path}", data, headers)))  # noqa: S310
