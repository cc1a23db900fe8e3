"""A sandbox process of its own, with an empty world and its controls."""

import json
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


class Sandbox:
    def __init__(self, binary, world="--bare"):
        self.folder = tempfile.TemporaryDirectory(prefix="viridian-clients-")
        self.data = pathlib.Path(self.folder.name)
        ports = ["--aws-port", "0", "--prod-port", "0", "--test-port", "0"]
        self.process = subprocess.Popen(
            [binary, world, "--data-dir", self.folder.name, *ports], stdout=subprocess.PIPE, text=True
        )
        words = " ".join(self.process.stdout.readline() for _ in range(1 if world == "--bare" else 3)).split()
        self.endpoint = next(word for word in words if word.startswith("http://")).rstrip(";")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()

    def control(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.endpoint}/_sandbox/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def advance(self, seconds):
        self.control("clock", {"advance_seconds": seconds})

    def until(self, done, seconds=3600):
        """Lets time pass from event to event until something holds."""
        for _ in range(seconds // 10):
            if found := done():
                return found
            self.advance(10)
        raise AssertionError("it did not come about")

    def listener(self, arn):
        """Where a listener answers, once it does."""
        for _ in range(100):
            for listener in self.control("traffic")["listeners"]:
                if listener["listener"] == arn:
                    return listener["url"]
            time.sleep(0.05)
        raise AssertionError(f"{arn} does not answer")


def get(url, headers=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers
