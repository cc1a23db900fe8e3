"""Holds every answer against the API models: no member that is not in them, none missing, each of its type."""

import base64
import datetime
import json
import re
import xml.etree.ElementTree

from botocore.parsers import RpcV2CBORParser

# Codes that AWS answers without a model of them.
COMMON = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "InvalidAction",
    "InvalidParameter",
    "InvalidParameterValueException",
    "MalformedInput",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "MissingParameter",
    "NotImplemented",
    "SerializationException",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "UnknownOperationException",
    "ValidationError",
    "ValidationException",
}


class Shapes:
    """What was answered so far, and what was wrong with it."""

    def __init__(self):
        self.seen, self.problems = set(), set()

    def watch(self, session):
        session.register("before-parse", self.check)

    def check(self, operation_model, response_dict, **_):
        service = operation_model.service_model
        name = f"{service.service_name}:{operation_model.name}"
        status, body = response_dict["status_code"], response_dict["body"]
        kind = response_dict["headers"].get("content-type", "")
        if status >= 300:
            self.error(name, service, kind, body)
            return
        self.seen.add((service.service_name, operation_model.name))
        shape = operation_model.output_shape
        if kind.startswith("application/x-amz-json-"):
            self.value(name, shape, json.loads(body), number_or_text)
        elif kind == "application/cbor":
            value = RpcV2CBORParser()._initial_body_parse(body)
            self.value(name, shape, value, lambda value, _: isinstance(value, datetime.datetime))
        elif kind == "text/xml":
            self.document(name, operation_model, body)
        else:
            self.problem(name, f"is answered as {kind!r}")

    def problem(self, where, what):
        self.problems.add(f"{where} {what}")

    def error(self, name, service, kind, body):
        if kind in ("text/xml", "application/xml"):
            code = next((node.text for node in xml.etree.ElementTree.fromstring(body).iter() if local(node) == "Code"), None)
        elif kind == "application/cbor":
            code = RpcV2CBORParser()._initial_body_parse(body).get("__type")
        else:
            code = json.loads(body).get("__type")
        known = {shape.metadata.get("error", {}).get("code", shape.name) for shape in service.error_shapes}
        known |= {shape.name for shape in service.error_shapes}
        if code not in known | COMMON:
            self.problem(name, f"refuses with {code}, which its model does not know")

    def value(self, where, shape, value, is_moment):
        if shape is None:
            if value not in ({}, None):
                self.problem(where, f"answers {value!r} where nothing is modelled")
            return
        kind = shape.type_name
        if kind == "structure":
            if not isinstance(value, dict):
                return self.problem(where, f"is {value!r}, not a structure")
            for name, member in value.items():
                if name not in shape.members:
                    self.problem(where, f"has a member {name} that is not in the model")
                else:
                    self.value(f"{where}.{name}", shape.members[name], member, is_moment)
            for name in shape.required_members:
                if name not in value:
                    self.problem(where, f"lacks the member {name}")
            return None
        if kind == "list":
            if not isinstance(value, list):
                return self.problem(where, f"is {value!r}, not a list")
            for element in value:
                self.value(f"{where}[]", shape.member, element, is_moment)
            return None
        if kind == "map":
            if not isinstance(value, dict):
                return self.problem(where, f"is {value!r}, not a map")
            for element in value.values():
                self.value(f"{where}{{}}", shape.value, element, is_moment)
            return None
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = {
            "string": lambda: isinstance(value, str),
            "character": lambda: isinstance(value, str),
            "boolean": lambda: isinstance(value, bool),
            "integer": lambda: whole,
            "long": lambda: whole,
            "float": lambda: whole or isinstance(value, float),
            "double": lambda: whole or isinstance(value, float),
            "timestamp": lambda: is_moment(value, shape),
            "blob": lambda: isinstance(value, str) and base64.b64decode(value, validate=True) is not None,
        }
        if not fits[kind]():
            self.problem(where, f"is {value!r}, not a {kind}")
        elif kind == "string" and getattr(shape, "enum", None) and value not in shape.enum:
            self.problem(where, f"is {value!r}, which is none of {shape.enum}")
        return None

    def document(self, name, operation_model, body):
        root = xml.etree.ElementTree.fromstring(body)
        operation = operation_model.name
        if local(root) != f"{operation}Response":
            self.problem(name, f"is answered by <{local(root)}>")
        parts = {local(node): node for node in root}
        for part in parts:
            if part not in (f"{operation}Result", "ResponseMetadata"):
                self.problem(name, f"has <{part}> beside its result")
        shape, result = operation_model.output_shape, parts.get(f"{operation}Result")
        if shape is not None and result is None:
            self.problem(name, "has no result")
        elif shape is not None:
            self.element(name, shape, result)

    def element(self, where, shape, node):
        kind, text = shape.type_name, node.text or ""
        if kind == "structure":
            for child in node:
                if local(child) not in shape.members:
                    self.problem(where, f"has a member {local(child)} that is not in the model")
                else:
                    self.element(f"{where}.{local(child)}", shape.members[local(child)], child)
            for name in shape.required_members:
                if name not in {local(child) for child in node}:
                    self.problem(where, f"lacks the member {name}")
        elif kind == "list":
            for child in node:
                if local(child) != "member":
                    self.problem(where, f"has an element <{local(child)}>")
                self.element(f"{where}[]", shape.member, child)
        elif kind == "map":
            for entry in node:
                if {local(child) for child in entry} != {"key", "value"}:
                    self.problem(where, "has an entry without key and value")
        else:
            pattern = {
                "boolean": r"true|false",
                "integer": r"-?\d+",
                "long": r"-?\d+",
                "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
            }.get(kind, r"[\s\S]*")
            if not re.fullmatch(pattern, text):
                self.problem(where, f"is {text!r}, not a {kind}")
            elif kind == "string" and getattr(shape, "enum", None) and text not in shape.enum:
                self.problem(where, f"is {text!r}, which is none of {shape.enum}")


def local(node):
    return node.tag.rsplit("}", 1)[-1]


def number_or_text(value, shape):
    """A moment in JSON: a number of seconds, or text where the model says so."""
    if shape.serialization.get("timestampFormat") == "iso8601":
        return isinstance(value, str)
    return isinstance(value, (int, float)) and not isinstance(value, bool)
