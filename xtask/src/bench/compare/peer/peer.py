"""Compares two files with deepdiff or GNU diff in a process of its own, and tells what it took."""

import json
import resource
import subprocess
import sys
import tempfile
import time


def deepdiff(left, right):
    from deepdiff import DeepDiff

    begins = time.perf_counter()
    before, after = json.loads(left), json.loads(right)
    read = time.perf_counter()
    found = DeepDiff(before, after)
    took = time.perf_counter() - begins
    differences = sum(len(places) for places in found.values())
    return took, read - begins, differences, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def diff(left, right):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in (("left", left), ("right", right)):
            paths.append(f"{folder}/{name}")
            with open(paths[-1], "w", encoding="utf-8") as file:
                # A value a line; laying it out does not count.
                json.dump(json.loads(text), file, indent=0)
        begins = time.perf_counter()
        run = subprocess.run(["diff", *paths], capture_output=True, text=True, check=False)
        took = time.perf_counter() - begins
    lines = sum(1 for line in run.stdout.splitlines() if line.startswith(("<", ">")))
    return took, 0, lines, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


tool, left, right = sys.argv[1:]
texts = [open(path, encoding="utf-8").read() for path in (left, right)]
took, read, differences, peak = {"deepdiff": deepdiff, "diff": diff}[tool](*texts)
print(json.dumps({"ms": took * 1000, "read_ms": read * 1000, "differences": differences, "peak_kb": peak}))
