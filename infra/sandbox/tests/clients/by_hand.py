"""Does by hand what infra/cdk/README.md tells people to do, command by command, against a sandbox.

Usage: python by_hand.py SANDBOX

The commands are taken out of the README as they stand there and given to one shell. Only `cdk` itself is left
out, since the sandbox plays the account that it would deploy to, and the test listener has a port of its own.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import boto3

from drivers import REGION
from sandbox import Sandbox, get

ROOT = pathlib.Path(__file__).resolve().parents[4]
END = "-- done --"


def commands(heading):
    """The shell commands under a heading of the README, one text a block."""
    readme = (ROOT / "infra/cdk/README.md").read_text()
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", readme, re.M | re.S)[1]
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```", section, re.M | re.S)
    return [re.sub(rf"^{indent}", "", block, flags=re.M) for indent, block in blocks]


class Shell:
    """One sh that keeps its variables and its folder from block to block."""

    def __init__(self, folder, environment):
        self.process = subprocess.Popen(
            ["sh"], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )

    def run(self, block):
        self.process.stdin.write(f"set -e\n{block}\nset +e\necho; echo '{END}'\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.strip() == END:
                return "".join(lines).strip()
            lines.append(line)
        raise AssertionError(f"the shell ended in\n{block}\n{''.join(lines)}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


class Gates:
    """The gates of the pipeline, as somebody in the AWS console sees them."""

    def __init__(self, sandbox, outputs):
        self.sandbox, self.pipeline = sandbox, outputs["PipelineName"]
        self.client = client("codepipeline", sandbox)

    def waiting(self, gate):
        """Where a gate waits and what opens it, once the release is there."""
        def find():
            for stage in self.client.get_pipeline_state(name=self.pipeline)["stageStates"]:
                for action in stage["actionStates"]:
                    latest = action.get("latestExecution", {})
                    assert latest.get("status") != "Failed", (action["actionName"], latest)
                    if action["actionName"] == gate and "token" in latest:
                        return {"stageName": stage["stageName"], "actionName": gate, "token": latest["token"]}
        return self.sandbox.until(find)

    def approve(self, waiting):
        result = {"summary": "seen", "status": "Approved"}
        self.client.put_approval_result(pipelineName=self.pipeline, result=result, **waiting)

    def settle(self):
        def ended():
            newest = self.client.list_pipeline_executions(pipelineName=self.pipeline, maxResults=1)
            return newest["pipelineExecutionSummaries"][0]["status"] == "Succeeded"
        self.sandbox.until(ended)


def client(service, sandbox):
    return boto3.client(
        service, endpoint_url=sandbox.endpoint, region_name=REGION,
        aws_access_key_id="x", aws_secret_access_key="x",
    )


def take(blocks, word):
    """The next block, which must be about this."""
    block = blocks.pop(0)
    assert word in block, f"the README's next block is not about {word}: {block}"
    return block


def play(sandbox, folder):
    outputs = json.loads((sandbox.data / "outputs.json").read_text())
    production, test = outputs["AlbProdUrl"], outputs["AlbTestUrl"]
    shell, gates = Shell(folder / "infra/cdk", environment(sandbox, folder)), Gates(sandbox, outputs)
    blocks = commands("Deploy")

    take(blocks, "cdk deploy")
    shell.run(take(blocks, "cloudformation describe-stacks"))
    assert shell.run("echo ${EcsServiceName}") == outputs["EcsServiceName"]
    assert get(production)[0] == get(test)[0] == 503
    shell.run(take(blocks, "--desired-count 1"))
    shell.run(take(blocks, "git remote add origin"))
    commit = shell.run("git rev-parse HEAD")

    gate = gates.waiting("ApproveSwap")
    # Where the README says 8080 the sandbox may have had to take another port.
    look = take(blocks, "AlbTestDns").replace(":8080", ":" + test.rsplit(":", 1)[1])
    assert commit in shell.run(look), "green is not at the test port"
    assert get(production)[0] == 503
    gates.approve(gate)
    gate = gates.waiting("ApproveCleanUp")
    assert commit in shell.run(take(blocks, "AlbProdDns")), "green is not in production"
    gates.approve(gate)
    gates.settle()
    assert get(test)[:2] == (400, "Test environment is closed.")

    shell.run(take(blocks, "sed -i"))
    gate = gates.waiting("ApproveSwap")
    assert "#9c9" in get(test)[1] and "#99c" in get(production)[1]
    gates.approve(gate)
    gates.approve(gates.waiting("ApproveCleanUp"))
    gates.settle()
    assert "#9c9" in get(production)[1]
    assert not blocks, f"the README goes on: {blocks}"

    leave = take(commands("Leave"), "--desired-count 0")
    shell.run("\n".join(line for line in leave.splitlines() if "cdk " not in line))
    tasks = client("ecs", sandbox)
    sandbox.until(lambda: not tasks.list_tasks(cluster=outputs["EcsClusterName"])["taskArns"])
    shell.close()


def environment(sandbox, folder):
    tools = pathlib.Path(sys.executable).parent
    return {
        "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(folder), "AWS_PAGER": "",
        "AWS_ENDPOINT_URL": sandbox.endpoint, "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
           for what, value in (("NAME", "developer-1"), ("EMAIL", "developer-1@example.com"))},
    }


def main():
    with tempfile.TemporaryDirectory(prefix="viridian-by-hand-") as folder:
        folder = pathlib.Path(folder)
        shutil.copytree(ROOT / "assets/demo-app-repository", folder / "assets/demo-app-repository")
        (folder / "infra/cdk").mkdir(parents=True)
        with Sandbox(sys.argv[1], "--deployed") as sandbox:
            sandbox.control("clock", {"paused": True})
            play(sandbox, folder)
    print("by hand: every command of infra/cdk/README.md does what it says")


if __name__ == "__main__":
    main()
