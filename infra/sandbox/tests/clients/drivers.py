"""The official clients behind one face: boto3, boto3 speaking CBOR, and the AWS CLI."""

import contextlib
import copy
import io
import json
import os
import re

import boto3
import botocore.session
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader

REGION = "ap-northeast-1"
CBOR = ("codepipeline", "codebuild")


class Refused(Exception):
    """An error that the service answered."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class CborLoader(Loader):
    """Models that leave a client no other protocol than CBOR."""

    def load_service_model(self, service_name, type_name, api_version=None):
        model = super().load_service_model(service_name, type_name, api_version)
        if type_name == "service-2" and service_name in CBOR:
            model = copy.deepcopy(model)
            model["metadata"].update(protocol="smithy-rpc-v2-cbor", protocols=["smithy-rpc-v2-cbor"])
        return model


class Boto:
    """boto3, and through it every client that is generated from the same models."""

    name = "boto3"
    prefixes_hosts = False

    def __init__(self, endpoint, shapes):
        self.endpoint = endpoint
        session = botocore.session.Session()
        self.prepare(session)
        shapes.watch(session)
        self.session = boto3.Session(
            "AKIACHECK", "secret", region_name=REGION, botocore_session=session
        )
        self.clients = {}

    def prepare(self, session):
        pass

    def client(self, service, **config):
        key = (service, tuple(sorted(config)))
        if key not in self.clients:
            usual = {"retries": {"max_attempts": 0}, "read_timeout": 60, "inject_host_prefix": False}
            config = Config(**{**usual, **config})
            self.clients[key] = self.session.client(
                service, endpoint_url=self.endpoint, config=config
            )
        return self.clients[key]

    def call(self, service, operation, _client=None, /, **members):
        client = _client or self.client(service)
        try:
            answer = getattr(client, xform_name(operation))(**members)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"], error.response["Error"]["Message"]) from None
        answer.pop("ResponseMetadata", None)
        return answer

    def pages(self, service, operation, size, /, **members):
        pages = self.client(service).get_paginator(xform_name(operation))
        whole = pages.paginate(**members, PaginationConfig={"PageSize": size}).build_full_result()
        return {name: value for name, value in whole.items() if value}

    def without(self, service, operation, **config):
        """Calls without members and without a look at what the model wants."""
        return self.call(service, operation, self.client(service, parameter_validation=False, **config))

    def unsigned(self, service, operation):
        return self.without(service, operation, signature_version=UNSIGNED)


class Cbor(Boto):
    """boto3 as it will speak once a release prefers the first protocol of the models."""

    name = "boto3 in CBOR"

    def prepare(self, session):
        session.register_component("data_loader", CborLoader([os.path.join(os.path.dirname(botocore.__file__), "data")]))


class Cli:
    """The AWS CLI, run inside of this process so that a hundred commands do not take minutes."""

    name = "AWS CLI"
    # It asks sync-127.0.0.1 for what AWS serves under a prefix, and cannot be told not to.
    prefixes_hosts = True

    def __init__(self, endpoint, shapes):
        from awscli.clidriver import create_clidriver

        os.environ.update(
            AWS_ACCESS_KEY_ID="AKIACHECK",
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_DEFAULT_REGION=REGION,
            AWS_MAX_ATTEMPTS="1",
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            AWS_EC2_METADATA_DISABLED="true",
        )
        self.endpoint = endpoint
        self.driver = create_clidriver()
        shapes.watch(self.driver.session)

    def run(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = self.driver.main(["--endpoint-url", self.endpoint, "--output", "json", *words])
        if status == 0:
            return json.loads(out.getvalue() or "{}")
        found = re.search(r"An error occurred \((\S+)\) when calling the \S+ operation(?: \([^)]*\))?: (.*)", err.getvalue(), re.S)
        if not found:
            raise AssertionError(f"aws {' '.join(words)}: {err.getvalue()}")
        raise Refused(found[1], found[2].strip())

    def call(self, service, operation, /, **members):
        return self.run(service, xform_name(operation, "-"), *self.input(members))

    def pages(self, service, operation, size, /, **members):
        words = [service, xform_name(operation, "-"), *self.input(members), "--page-size", str(size)]
        whole = page = self.run(*words)
        # For elbv2 the CLI takes --page-size for the operation's own member, and leaves the pages to the caller.
        while marker := page.pop("NextMarker", None):
            page = self.run(*words, "--marker", marker)
            for name, value in page.items():
                if isinstance(value, list):
                    whole[name] = whole[name] + value
        return {name: value for name, value in whole.items() if value}

    @staticmethod
    def input(members):
        def plain(value):
            return value.decode() if isinstance(value, bytes) else str(value)

        return ["--cli-input-json", json.dumps(members, default=plain)] if members else []
