"""Writes what the API models say of the operations that the sandbox carries out, one file for each service, and in
`actions.txt` which operations each service of AWS has, since a state machine may name any of them.

Usage: python write.py [--check]

The facts come from the models that botocore carries (Apache-2.0): names, types and constraints of the members,
and the errors that an operation names. Nothing of their prose is taken. `--check` writes nothing and fails where
a file is not what this would write; the clients' test asks for it.
"""

import gzip
import json
import pathlib
import re
import sys

import botocore

HERE = pathlib.Path(__file__).resolve().parent
CATALOGUE = HERE.parent / "src" / "catalogue"
PLAIN = ("boolean", "string", "integer", "long", "float", "double", "timestamp", "blob")


def catalogue():
    """The operations of each service, by its name and its client's."""
    for source in sorted(CATALOGUE.glob("*.rs")):
        for text in source.read_text().split("Service = Service {")[1:]:
            name, client = (re.search(rf'{word}: "([^"]+)"', text)[1] for word in ("name", "client"))
            yield name, client, sorted(re.findall(r'(?:as_aws|but)\(\s*"(\w+)"', text))


def model(client):
    folder = pathlib.Path(botocore.__file__).parent / "data" / client
    with gzip.open(max(folder.iterdir()) / "service-2.json.gz") as file:
        return json.load(file)


class Facts:
    def __init__(self, shapes):
        self.shapes, self.kept = shapes, {}

    def shape(self, name):
        """Keeps a shape and what is in it; a scalar without constraints goes by the name of its type."""
        shape = self.shapes[name]
        kind = shape["type"]
        facts = {word: shape[word] for word in ("min", "max", "pattern", "enum", "sensitive") if word in shape}
        if shape.get("document"):
            return "document"
        if kind in PLAIN:
            if set(facts) <= {"sensitive"}:
                return kind
        elif name in self.kept:
            return name
        facts = {"type": kind, **facts}
        self.kept[name] = facts
        if kind == "structure":
            members = shape["members"].items()
            facts["members"] = {member: self.shape(inner["shape"]) for member, inner in members}
            # Every client fills such a member in where its user does not.
            filled = {member for member, inner in members if inner.get("idempotencyToken")}
            facts["required"] = [member for member in shape.get("required", []) if member not in filled]
            facts["union"] = bool(shape.get("union"))
        elif kind == "list":
            facts["of"] = self.shape(shape["member"]["shape"])
        elif kind == "map":
            facts["key"], facts["of"] = self.shape(shape["key"]["shape"]), self.shape(shape["value"]["shape"])
        return name


def written(client, operations):
    whole = model(client)
    facts, inputs = Facts(whole["shapes"]), {}
    for name in operations:
        operation = whole["operations"][name]
        inputs[name] = facts.shape(operation["input"]["shape"]) if "input" in operation else None
    lines = ["{", '"operations": {', ",\n".join(line(name, value) for name, value in inputs.items()), "},"]
    lines += ['"shapes": {', ",\n".join(line(name, brief(value)) for name, value in sorted(facts.kept.items())), "}", "}"]
    return "\n".join(lines) + "\n"


def brief(facts):
    """Without what says nothing."""
    return {word: value for word, value in facts.items() if value is not False and value != []}


def line(name, value):
    return f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=True, separators=(',', ':'))}"


def actions():
    """Every operation of every service, by the name that state machines know it under; those that begin with the
    same word stand together."""
    services = {}
    for folder in sorted((pathlib.Path(botocore.__file__).parent / "data").iterdir()):
        if folder.is_dir() and list(folder.glob("*/service-2.json.gz")):
            whole = model(folder.name)
            name = re.sub("[^a-z0-9]", "", whole["metadata"]["serviceId"].lower())
            services.setdefault(name, set()).update(whole["operations"])
    for name, operations in sorted(services.items()):
        verbs = {}
        for operation in sorted(operations):
            verb = re.match("[A-Z][a-z0-9]*|.", operation)[0]
            verbs.setdefault(verb, []).append(operation[len(verb):])
        yield " ".join([name, *(f"{verb}:{','.join(rests)}" for verb, rests in verbs.items())]) + "\n"


def main():
    stale = []
    files = [(f"{name}.json", written(client, operations)) for name, client, operations in catalogue()]
    for name, text in [*files, ("actions.txt", "".join(actions()))]:
        path = HERE / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"{', '.join(stale)}: not what the models say; run write.py")


main()
