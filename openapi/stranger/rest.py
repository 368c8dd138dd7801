"""REST as `openapi.json` describes it: JSON over HTTP with the standard library.

Every answer is checked against the document: the operation must exist and the status must be
listed there, with the content type it is listed with.
"""

import asyncio
import json
import re
import urllib.error
import urllib.request


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        is_json = "json" in (headers.get("content-type") or "")
        self.json = json.loads(body) if is_json and body else None

    @property
    def code(self):
        """The stable error code of a problem document."""
        return self.json.get("code") if isinstance(self.json, dict) else None


class Rest:
    """A server, and what its document says about it."""

    def __init__(self, base_url, document, token=None):
        self.base_url = base_url.rstrip("/")
        self.document = document
        self.token = token

    def logged_in(self, token):
        return Rest(self.base_url, self.document, token)

    async def call(self, method, path, body=None, raw=None, content_type="application/json", query=""):
        answer = await asyncio.to_thread(self._exchange, method, path, body, raw, content_type, query)
        self._check_documented(method, path, answer)
        return answer

    async def get(self, path, query=""):
        return await self.call("GET", path, query=query)

    async def post(self, path, body):
        return await self.call("POST", path, body)

    def _exchange(self, method, path, body, raw, content_type, query):
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        request = urllib.request.Request(self.base_url + path + query, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", content_type)
        if self.token is not None:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def _check_documented(self, method, path, answer):
        operation = self._operation(method, path)
        if operation is None:
            raise AssertionError(f"{method} {path} is not in openapi.json")
        responses = operation["responses"]
        listed = responses.get(str(answer.status)) or responses.get("default")
        if listed is None:
            raise AssertionError(f"{method} {path} answered {answer.status}, which openapi.json does not list")
        if "$ref" in listed:
            listed = self.document["components"]["responses"][listed["$ref"].rsplit("/", 1)[1]]
        content = listed.get("content")
        given = (answer.headers.get("content-type") or "").split(";")[0]
        if content and given not in content:
            raise AssertionError(f"{method} {path} answered {answer.status} as {given!r}, listed are {list(content)}")

    def _operation(self, method, path):
        for template, item in self.document["paths"].items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in item:
                return item[method.lower()]
        return None
