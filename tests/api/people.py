"""Requests of schemathesis in the name of several people in turn, so that no one person's limit hides what lies behind."""

import itertools
import os

import schemathesis

COOKIES = itertools.cycle(os.environ["VIRIDIAN_COOKIES"].split("\n"))


@schemathesis.hook
def before_call(context, case, kwargs):
    for headers in (case.headers, kwargs.get("headers")):
        if headers and "Cookie" in headers:
            headers["Cookie"] = next(COOKIES)
