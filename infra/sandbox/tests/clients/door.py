"""Knocks at the door: requests that the API models do not allow, by raw HTTP, so that no client stops them.

Usage: python door.py SANDBOX

For every operation of the catalogue an input is built from its model. In it one member at a time is given another
type, or a value that breaks one of its constraints. Each must be refused at the door, in AWS's words: none may be
accepted, none may reach a service, none may cost the server its composure. Afterwards boto3 must still be able to
read everything that the sandbox shows.
"""

import http.client
import json
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

from drivers import Boto, Refused
from sandbox import Sandbox
from shapes import Shapes

TEXTS = (
    "a", "aa", "a.b", "a-b", "aaaaaaaaaaaaaaaa", "200", "HTTP", "/a", "/", "123456789012", "a" * 40, "arn:aws:a", "~",
    "arn:aws:iam::123456789012:role/a", "arn:aws:codepipeline:eu-west-1:123456789012:a",
    "00000000-0000-4000-8000-000000000000", "ipam-pool-1", "ipv4pool-coip-1", "arn:aws:secretsmanager:a:a",
    "arn:aws:events:eu-west-1:123456789012:event-bus/a",
)
UNLIKE = ("!", "\u0001", "\u3042 ", "é", "a b", "", "~~", "\n", "*", "A_")
NUMBERS = ("integer", "long", "float", "double")
WRONG = {
    "string": (17, ["a"]),
    "boolean": ("yes", 1),
    "integer": ("1", 1.5),
    "long": (True, {"a": 1}),
    "float": ("1", [1]),
    "double": ("1", False),
    "timestamp": ("soon", True),
    "blob": (17, "no base64!"),
    "list": ("a", {"a": "b"}),
    "map": (1, ["a"]),
    "structure": ("a", ["a"]),
}
# A form knows texts, lists and structures only.
WRONG_IN_FORM = {
    "string": (["a"], {"a": "b"}),
    "boolean": ("yes", "1", ["true"]),
    "integer": ("one", "1.5", ["1"]),
    "long": ("one", "1.5", ["1"]),
    "blob": ("no base64!", ["YQ=="]),
    "list": ("a", {"a": "b"}),
    "map": ("a", ["a"]),
    "structure": ("a", ["a"]),
}


def like(pattern):
    """A pattern of the models as Python reads it, near enough to choose texts by."""
    plain = {r"\p{L}": "a-zA-Z", r"\p{Z}": " ", r"\p{N}": "0-9", r"\p{ASCII}": r"[\x00-\x7F]", r"\p{Print}": "[ -~]"}
    plain[r"\uD800\uDC00-\uDBFF\uDFFF"] = r"\U00010000-\U0010FFFF"
    for theirs, ours in plain.items():
        pattern = pattern.replace(theirs, ours)
    return re.compile(pattern.replace(r"\u10000-\u10FFFF", ""), re.ASCII)


class Sample:
    """An input as the model wants it, and those that it does not want."""

    def __init__(self, shape, in_form):
        self.wrong = WRONG_IN_FORM if in_form else WRONG
        self.shape = shape
        self.input = self.value(shape, ()) if shape else {}

    def value(self, shape, above):
        kind, rules = shape.type_name, shape.metadata
        if kind == "structure":
            names = list(shape.members)[:1] if rules.get("union") else shape.members
            inner = above + (shape.name,)
            return {
                name: self.value(shape.members[name], inner)
                for name in names
                if shape.members[name].name not in inner and not getattr(shape.members[name], "is_document_type", False)
            }
        if kind == "list":
            if shape.member.name in above:
                return []
            return [self.value(shape.member, above) for _ in range(max(1, rules.get("min", 1)))]
        if kind == "map":
            if shape.value.name in above:
                return {}
            return {self.value(shape.key, above): self.value(shape.value, above)}
        if kind == "string":
            return text(shape)
        if kind == "boolean":
            return True
        if kind == "blob":
            return "YQ=="
        return 1 if kind == "timestamp" else max(1, rules.get("min", 1))

    def places(self):
        """Each member: its shape, whether its structure needs it, and how to give it another value."""
        yield from self.below(self.shape, self.input, lambda value: value, "")

    def below(self, shape, value, put, path):
        kind = shape.type_name
        if kind == "structure":
            for name, member in shape.members.items():
                if name not in value:
                    continue

                def inner(new, name=name):
                    changed = {**value, name: new}
                    return put({name: one for name, one in changed.items() if one is not GONE})

                where = f"{path}.{name}".lstrip(".")
                filled = "idempotencyToken" in member.metadata
                yield member, name in shape.required_members and not filled, inner, where
                yield from self.below(member, value[name], inner, where)
        elif kind == "list" and value:
            inner = lambda new: put([new, *value[1:]])
            yield shape.member, False, inner, f"{path}[]"
            yield from self.below(shape.member, value[0], inner, f"{path}[]")
        elif kind == "map" and value:
            key = next(iter(value))
            inner = lambda new: put({key: new})
            yield shape.value, False, inner, f"{path}{{}}"
            yield from self.below(shape.value, value[key], inner, f"{path}{{}}")

    def of_wrong_types(self):
        for shape, _, put, path in self.places():
            for wrong in self.wrong[shape.type_name]:
                yield path, put(wrong)

    def broken(self):
        for shape, required, put, path in self.places():
            if required:
                yield f"{path} is missing", put(GONE)
            for what, value in breaks(shape, self):
                yield f"{path} {what}", put(value)


GONE = object()


def text(shape):
    rules = shape.metadata
    if rules.get("enum"):
        return rules["enum"][0]
    least, most = rules.get("min", 0), rules.get("max", 1 << 20)
    pattern = like(rules.get("pattern", r"[\s\S]*"))
    for one in (*TEXTS, "a" * max(1, least), "1" * least):
        if least <= len(one) <= most and pattern.fullmatch(one):
            return one
    raise AssertionError(f"no text for {shape.name}: {rules}")


def breaks(shape, sample):
    """Values of the right type that break one constraint each."""
    kind, rules = shape.type_name, shape.metadata
    least, most = rules.get("min"), rules.get("max")
    if kind == "string":
        if rules.get("enum"):
            yield "is of no enum", "no-such-value"
            yield "is cased otherwise", rules["enum"][0].swapcase()
            return
        if least:
            yield "is too short", ""
        if most and most < 1 << 20:
            yield "is too long", "a" * (most + 1)
        if "pattern" in rules:
            pattern = like(rules["pattern"])
            unlike = [one for one in UNLIKE if len(one) >= (least or 0) and not pattern.fullmatch(one)]
            for one in unlike[:2]:
                yield f"is {one!r}", one
    elif kind in NUMBERS:
        if least is not None:
            yield "is too small", least - 1
        if most is not None and most < 1 << 40:
            yield "is too large", most + 1
    elif kind == "list":
        one = sample.value(shape.member, ())
        if least:
            yield "has too few", [one] * (least - 1)
        if most and most <= 2000:
            yield "has too many", [one] * (most + 1)
        for what, value in breaks(shape.member, sample) if shape.member.type_name == "string" else ():
            yield f"holds one that {what}", [value] * max(1, least or 1)
    elif kind == "map":
        key, one = sample.value(shape.key, ()), sample.value(shape.value, ())
        for what, value in breaks(shape.key, sample):
            yield f"has a key that {what}", {value: one}
        if most and most <= 2000:
            yield "has too many", {f"{key}{number}": one for number in range(most + 1)}


def form(value, name=""):
    """A value as the query protocol writes it."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from form(one, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from form(one, f"{name}.member.{number}")
        if not value:
            yield name, ""
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)


def maps_in_form(shape, value):
    """Maps of the query protocol are lists of entries; what is of another type stays what it is."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        return {name: maps_in_form(shape.members[name], one) if name in shape.members else one for name, one in value.items()}
    if kind == "list" and isinstance(value, list):
        return [maps_in_form(shape.member, one) for one in value]
    if kind == "map" and isinstance(value, dict):
        key, one = (shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value"))
        entries = {str(number): {key: name, one: maps_in_form(shape.value, inner)} for number, (name, inner) in enumerate(value.items(), 1)}
        return {"entry": entries}
    return value


class Line:
    """One connection, on which everything is asked."""

    def __init__(self, endpoint):
        self.host = endpoint.removeprefix("http://")
        self.connection = http.client.HTTPConnection(self.host, timeout=30)
        self.lost = 0

    def ask(self, model, operation, value):
        name = model.signing_name
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential=AKIADOOR/20261102/ap-northeast-1/{name}/aws4_request, SignedHeaders=host, Signature=0"}
        if is_form(model):
            shape = model.operation_model(operation).input_shape
            pairs = [("Action", operation), ("Version", model.api_version), *form(maps_in_form(shape, value) if shape else {})]
            body = urllib.parse.urlencode(pairs)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            body = json.dumps(value)
            headers |= {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{model.metadata['targetPrefix']}.{operation}"}
        try:
            self.connection.request("POST", "/", body.encode(), headers)
            answer = self.connection.getresponse()
            return answer.status, *self.error(answer.status, answer.read().decode())
        except (http.client.HTTPException, OSError) as error:
            self.lost += 1
            self.connection.close()
            return 0, type(error).__name__, str(error)

    @staticmethod
    def error(status, body):
        if status < 300:
            return "", ""
        if body.startswith("<"):
            return tuple(re.search(rf"<{word}>(.*?)</{word}>", body, re.S)[1] for word in ("Code", "Message"))
        said = json.loads(body)
        return said["__type"], said.get("message", "")


def is_form(model):
    return model.metadata["protocols"] == ["query"]


def is_type(code, _):
    return code in ("SerializationException", "MalformedInput")


def is_constraint(code, message):
    return "failed to satisfy constraint" in message or code == "MissingParameter"


class Door:
    def __init__(self, sandbox, driver):
        self.sandbox, self.driver, self.line = sandbox, driver, Line(sandbox.endpoint)
        self.counts = {"inputs": 0, "wrong types": 0, "broken constraints": 0, "accepted": 0}
        self.problems = []

    def knock(self):
        for service in self.sandbox.control("operations"):
            model = self.driver.client(service["client"]).meta.service_model
            for operation in service["operations"]:
                self.operation(model, operation["name"])

    def operation(self, model, operation):
        sample = Sample(model.operation_model(operation).input_shape, is_form(model))
        where = f"{model.service_name}:{operation}"
        status, code, message = self.line.ask(model, operation, sample.input)
        self.counts["inputs"] += 1
        if is_type(code, message) or is_constraint(code, message) or status in (0, 500):
            self.problems.append(f"{where} refuses an input of its model: {code}: {message}")
        if not sample.shape:
            return
        for kind, bad, is_refused in (("wrong types", sample.of_wrong_types(), is_type), ("broken constraints", sample.broken(), is_constraint)):
            for path, value in bad:
                self.counts[kind] += 1
                status, code, message = self.line.ask(model, operation, value)
                if status < 300:
                    self.counts["accepted"] += 1
                if status != 400 or not is_refused(code, message):
                    self.problems.append(f"{where}: {kind} at {path}: {status} {code}: {message}"[:400])

    def read(self):
        """Everything that can be asked for without a name, by boto3 and held against the models."""
        count = 0
        for service in self.sandbox.control("operations"):
            client = self.driver.client(service["client"])
            for operation in (one["name"] for one in service["operations"]):
                shape = client.meta.service_model.operation_model(operation).input_shape
                if re.match("List|Describe|Get", operation) and not (shape and shape.required_members):
                    count += 1
                    try:
                        self.driver.call(service["client"], operation)
                    except Refused:
                        pass
        services = self.driver.client("ecs").describe_services(cluster="demo", services=["web"])["services"]
        assert [service["serviceName"] for service in services] == ["web"], services
        return count


def main():
    here = pathlib.Path(__file__).resolve().parent
    subprocess.run([sys.executable, "-B", here.parents[1] / "models" / "write.py", "--check"], check=True)
    begun, shapes = time.monotonic(), Shapes()
    with Sandbox(sys.argv[1]) as sandbox:
        driver = Boto(sandbox.endpoint, shapes)
        driver.call("ecs", "CreateCluster", clusterName="demo")
        driver.call("ecs", "CreateService", cluster="demo", serviceName="web", desiredCount=1, deploymentController={"type": "EXTERNAL"})
        door = Door(sandbox, driver)
        door.knock()
        read = door.read()
    counts = ", ".join(f"{count} {name}" for name, count in door.counts.items())
    print(f"the door: {counts}, {door.line.lost} connections lost, {read} answers read in {time.monotonic() - begun:.1f} s", flush=True)
    problems = sorted({*door.problems, *shapes.problems})
    for problem in problems[:60]:
        print(f"  {problem}")
    sys.exit(f"{len(problems)} problems" if problems else 0)


main()
