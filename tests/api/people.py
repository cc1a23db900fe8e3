"""Requests of schemathesis in the name of several people in turn, and each command under a key of its own: so that
neither one person's limit nor a key that was used hides what lies behind."""

import itertools
import os
import re

import schemathesis

COOKIES = itertools.cycle(os.environ["VIRIDIAN_COOKIES"].split("\n"))
KEY = "idempotency-key"
RIGHT = re.compile(r"[!-~]([ -~]{,78}[!-~])?")
NUMBERS = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    for headers in (case.headers, kwargs.get("headers")):
        if not headers:
            continue
        if "Cookie" in headers:
            headers["Cookie"] = next(COOKIES)
        if RIGHT.fullmatch(str(headers.get(KEY, ""))):
            headers[KEY] = f"{headers[KEY]}-{next(NUMBERS)}"
