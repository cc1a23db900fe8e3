"""Asks the sandbox by the official clients, so that a wrong shape cannot hide behind our own reading of it.

Usage: python check.py SANDBOX

Every operation of the catalogue is called by boto3, by boto3 in CBOR where the models offer it, and by the AWS
CLI, with their paginators and waiters; every answer is held against the API models. Every operation that is in
the models and not in the catalogue must be refused under its own name.
"""

import pathlib
import sys
import time
import traceback

from botocore.exceptions import BotoCoreError, WaiterError

from drivers import CBOR, Boto, Cbor, Cli, Refused
from sandbox import Sandbox
from scenario import Story
from shapes import Shapes

binary = sys.argv[1]


def catalogue(sandbox):
    """The operations of each client that the sandbox says it has."""
    services = sandbox.control("operations")
    return {service["client"]: {one["name"] for one in service["operations"]} for service in services}


def story(kind, shapes):
    with Sandbox(binary) as sandbox:
        Story(sandbox, kind(sandbox.endpoint, shapes)).tell()
        listed = catalogue(sandbox)
    with Sandbox(binary, "--empty") as sandbox:
        stacks(kind(sandbox.endpoint, shapes).call)
    missed = {(service, name) for service, names in listed.items() for name in names} - shapes.seen
    # These exist to be refused.
    missed -= {("stepfunctions", "StartSyncExecution"), ("codepipeline", "OverrideStageCondition")}
    assert not missed, f"{kind.name} never called {sorted(missed)}"
    return len(shapes.seen)


def stacks(call):
    """The stacks that the sandbox boots, which no client can make."""
    service = "cloudformation"
    stack = call(service, "DescribeStacks", StackName="Viridian")["Stacks"][0]
    assert {output["OutputKey"] for output in stack["Outputs"]} > {"PipelineName", "EcsServiceName"}
    assert "Viridian" in {one["StackName"] for one in call(service, "ListStacks")["StackSummaries"]}
    resources = call(service, "ListStackResources", StackName="Viridian")["StackResourceSummaries"]
    assert len(call(service, "DescribeStackResources", StackName="Viridian")["StackResources"]) == len(resources)
    assert call(service, "ListExports")["Exports"]


def strangers(shapes):
    """What is not implemented says so by name; what is wants a signature and survives a call with nothing in it."""
    count = 0
    with Sandbox(binary) as sandbox:
        listed = catalogue(sandbox)
        for kind in (Boto, Cbor):
            driver = kind(sandbox.endpoint, shapes)
            for service, names in listed.items():
                if kind is Cbor and service not in CBOR:
                    continue
                for operation in driver.client(service).meta.service_model.operation_names:
                    count += 1
                    code, message = outcome(driver.without, service, operation)
                    if operation not in names:
                        assert code == "NotImplemented" and operation in message, (service, operation, code, message)
                    else:
                        assert code not in ("NotImplemented", "InternalFailure"), (service, operation, code, message)
                        code, _ = outcome(driver.unsigned, service, operation)
                        assert code.startswith("MissingAuthenticationToken") or service == "sts", (service, operation, code)
    return count


# Services that are not here, by every protocol that there is: none may look as if it were.
FOREIGN = (
    ("s3", "ListBuckets", {}), ("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": b"x"}),
    ("s3", "GetObject", {"Bucket": "b", "Key": "k"}), ("s3", "DeleteBucket", {"Bucket": "bbb"}),
    ("lambda", "ListFunctions", {}), ("lambda", "Invoke", {"FunctionName": "f"}), ("eks", "ListClusters", {}),
    ("apigateway", "GetRestApis", {}), ("batch", "ListJobs", {"jobQueue": "a"}), ("route53", "ListHostedZones", {}),
    ("cloudfront", "ListDistributions", {}), ("dynamodb", "ListTables", {}), ("secretsmanager", "ListSecrets", {}),
    ("ec2", "DescribeInstances", {}), ("rds", "DescribeDBInstances", {}), ("cloudwatch", "ListMetrics", {}),
)


def foreigners(shapes):
    with Sandbox(binary) as sandbox:
        driver = Boto(sandbox.endpoint, shapes)
        for service, operation, members in FOREIGN:
            try:
                driver.call(service, operation, driver.client(service, s3={"addressing_style": "path"}), **members)
                raise AssertionError(f"{service}:{operation} was answered")
            except Refused as refusal:
                known = ("NotImplemented", "UnknownOperationException", "InvalidAction")
                assert refusal.code in known and refusal.message, (service, operation, str(refusal))
    return f"{len(FOREIGN)} calls of services that are not here"


def outcome(call, service, operation):
    try:
        call(service, operation)
        return "", ""
    except Refused as refusal:
        return refusal.code, refusal.message


def waiters(shapes):
    """Every waiter of an implemented operation that can come true."""
    quick = {"Delay": 1, "MaxAttempts": 60}
    with Sandbox(binary) as sandbox:
        sandbox.control("clock", {"rate": 60})
        driver = Boto(sandbox.endpoint, shapes)
        story = Story(sandbox, driver)
        ecs, elb = driver.client("ecs"), driver.client("elbv2")
        stacks = driver.client("cloudformation")
        lb = elb.create_load_balancer(Name="app", Subnets=["subnet-1"])["LoadBalancers"][0]["LoadBalancerArn"]
        elb.get_waiter("load_balancer_exists").wait(LoadBalancerArns=[lb], WaiterConfig=quick)
        elb.get_waiter("load_balancer_available").wait(LoadBalancerArns=[lb], WaiterConfig=quick)
        story.green = story.group("green")
        forward = [{"Type": "forward", "TargetGroupArn": story.green}]
        elb.create_listener(LoadBalancerArn=lb, Port=80, Protocol="HTTP", DefaultActions=forward)
        story.images()
        ecs.create_cluster(clusterName="demo")
        ecs.create_service(cluster="demo", serviceName="web", desiredCount=1, deploymentController={"type": "EXTERNAL"})
        made = story.task_set(story.definition(story.page["one"]), story.green, "one")
        tasks = ecs.list_tasks(cluster="demo", startedBy=made["id"])["taskArns"]
        ecs.get_waiter("tasks_running").wait(cluster="demo", tasks=tasks, WaiterConfig=quick)
        elb.get_waiter("target_in_service").wait(TargetGroupArn=story.green, WaiterConfig=quick)
        targets = elb.describe_target_health(TargetGroupArn=story.green)["TargetHealthDescriptions"]
        try:
            # An EXTERNAL service has task sets instead of deployments, so in AWS too this never comes true.
            ecs.get_waiter("services_stable").wait(cluster="demo", services=["web"], WaiterConfig={"Delay": 0, "MaxAttempts": 2})
            raise AssertionError("an EXTERNAL service looks stable")
        except WaiterError:
            pass
        ecs.delete_service(cluster="demo", service="web", force=True)
        ecs.get_waiter("tasks_stopped").wait(cluster="demo", tasks=tasks, WaiterConfig=quick)
        ecs.get_waiter("services_inactive").wait(cluster="demo", services=["web"], WaiterConfig=quick)
        gone = [target["Target"] for target in targets]
        elb.get_waiter("target_deregistered").wait(TargetGroupArn=story.green, Targets=gone, WaiterConfig=quick)
        elb.delete_load_balancer(LoadBalancerArn=lb)
        elb.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[lb], WaiterConfig=quick)
        try:
            stacks.get_waiter("stack_exists").wait(StackName="none", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
            raise AssertionError("a stack that is not there exists")
        except WaiterError:
            pass


def faults(shapes):
    """Each kind of fault as a client meets it."""
    with Sandbox(binary) as sandbox:
        driver = Boto(sandbox.endpoint, shapes)
        ecs = driver.client("ecs", connect_timeout=5)
        hasty = driver.client("ecs", read_timeout=1)

        def strike(**fault):
            sandbox.control("faults", {"service": "ecs", "operation": "CreateCluster", "count": 1, **fault})

        def broken(client, name):
            try:
                client.create_cluster(clusterName=name)
                raise AssertionError("nothing went wrong")
            except BotoCoreError:
                return name in {arn.rsplit("/", 1)[-1] for arn in ecs.list_clusters()["clusterArns"]}

        def refused(client, operation, **members):
            try:
                driver.call(client, operation, **members)
                raise AssertionError("nothing went wrong")
            except Refused as refusal:
                return refusal.code

        strike(kind="throttle")
        assert refused("ecs", "CreateCluster") == "ThrottlingException"
        sandbox.control("faults", {"service": "elbv2", "kind": "throttle", "count": 1})
        assert refused("elbv2", "DescribeLoadBalancers") == "Throttling"
        strike(kind="error", status=503)
        assert refused("ecs", "CreateCluster") == "ServerException"
        strike(kind="reset_before")
        assert broken(ecs, "before") is False
        strike(kind="reset_after")
        assert broken(ecs, "after") is True
        strike(kind="hang")
        assert broken(hasty, "hang") is False
        strike(kind="delay", seconds=0.5)
        begun = time.monotonic()
        driver.call("ecs", "CreateCluster", clusterName="late")
        assert time.monotonic() - begun > 0.5
        driver.call("ecs", "CreateCluster", clusterName="soon")
        assert sandbox.control("faults") == [], "every fault struck as often as it was to"
        sandbox.control("faults", {"service": "ecs", "kind": "throttle", "probability": 0.5})
        codes = [outcome(driver.call, "ecs", "ListClusters")[0] for _ in range(100)]
        assert 20 < codes.count("ThrottlingException") < 80, codes
        sandbox.control("faults", method="DELETE")


def where(failure):
    """The lines of these files that led to a failure."""
    frames = traceback.extract_tb(failure.__traceback__)
    return " < ".join(f"{pathlib.Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))


def main():
    problems = set()
    for title, check in (
        ("boto3", lambda shapes: f"{story(Boto, shapes)} operations"),
        ("boto3 in CBOR", lambda shapes: f"{story(Cbor, shapes)} operations"),
        ("AWS CLI", lambda shapes: f"{story(Cli, shapes)} operations"),
        ("strangers", lambda shapes: f"{strangers(shapes)} operations without members"),
        ("foreigners", foreigners),
        ("waiters", waiters),
        ("faults", faults),
    ):
        begun, shapes = time.monotonic(), Shapes()
        try:
            done = check(shapes) or "done"
        except Exception as failure:
            done = f"stopped by {failure!r} at {where(failure)}"
            problems.add(f"{title} {done}")
        problems |= shapes.problems
        print(f"{title}: {done} in {time.monotonic() - begun:.1f} s", flush=True)
    for problem in sorted(problems):
        print(f"  {problem}")
    sys.exit(1 if problems else 0)


main()
