"""Asks a running sandbox through boto3, so that a wrong shape on the wire cannot hide behind our own reading of it.

Usage: python check.py ENDPOINT DATA_DIR PROD_URL TEST_URL
"""

import hashlib
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, data_dir, prod, test = sys.argv[1:5]


def client(name, key="AKIACHECK"):
    return boto3.client(
        name,
        endpoint_url=endpoint,
        region_name="ap-northeast-1",
        aws_access_key_id=key,
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}),
    )


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{call} was not refused with {code}")


def control(path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{endpoint}/_sandbox/{path}", data, {"Content-Type": "application/json"}, method=method)
    return json.load(urllib.request.urlopen(request, timeout=60))


def advance(seconds):
    control("clock", {"advance_seconds": seconds})


def get(url, headers=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def image(tag, files):
    """Puts an image into the registry's store, as a build does."""
    manifest = json.dumps({"schemaVersion": 2, "tag": tag, "layers": []})
    digest = hashlib.sha256(manifest.encode()).hexdigest()
    folder = pathlib.Path(data_dir) / "registry" / "images" / f"sha256-{digest}"
    for path, text in files.items():
        place = folder / "root" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    (folder / "config.json").write_text("{}")
    (folder / "manifest.json").write_text(manifest)
    ecr.put_image(repositoryName="app", imageManifest=manifest, imageTag=tag)
    return f"{repository}@sha256:{digest}"


control("clock", {"paused": True})
ecs, elb, ecr = client("ecs"), client("elbv2"), client("ecr")
sts, sns, cfn, scaling = client("sts"), client("sns"), client("cloudformation"), client("application-autoscaling")

# Who calls.
assert sts.get_caller_identity()["Arn"].endswith(":user/sandbox")
role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/Approver", RoleSessionName="aya")
assumed = client("sts", role["Credentials"]["AccessKeyId"]).get_caller_identity()
assert assumed["Arn"].endswith(":assumed-role/Approver/aya"), assumed

# A load balancer with two listeners.
repository = ecr.create_repository(repositoryName="app")["repository"]["repositoryUri"]
lb = elb.create_load_balancer(Name="app", Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
elb.get_waiter("load_balancer_available").wait(LoadBalancerArns=[lb["LoadBalancerArn"]])
closed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "400", "ContentType": "text/plain", "MessageBody": "Test environment is closed."}}]
down = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
listeners = [
    elb.create_listener(LoadBalancerArn=lb["LoadBalancerArn"], Port=port, Protocol="HTTP", DefaultActions=actions)["Listeners"][0]["ListenerArn"]
    for port, actions in ((80, down), (8080, closed))
]
refused("DuplicateListener", elb.create_listener, LoadBalancerArn=lb["LoadBalancerArn"], Port=80, Protocol="HTTP", DefaultActions=down)
everything = [{"Field": "path-pattern", "Values": ["*"]}]
rules = [
    elb.create_rule(ListenerArn=arn, Priority=1, Conditions=everything, Actions=actions)["Rules"][0]["RuleArn"]
    for arn, actions in zip(listeners, (down, closed))
]
refused("PriorityInUse", elb.create_rule, ListenerArn=listeners[0], Priority=1, Conditions=everything, Actions=down)
time.sleep(0.2)
assert get(test)[:2] == (400, "Test environment is closed."), get(test)
assert get(prod)[0] == 503 and get(prod)[2]["Server"] == "awselb/2.0"


def group(name):
    return elb.create_target_group(
        Name=name, Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip",
        HealthCheckPath="/", HealthCheckIntervalSeconds=10, HealthyThresholdCount=2, UnhealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]


blue, green = group("blue"), group("green")
assert group("blue") == blue
refused("DuplicateTargetGroupName", elb.create_target_group, Name="blue", Protocol="HTTP", Port=81, VpcId="vpc-1", TargetType="ip")
refused("ValidationError", elb.create_target_group, Name="-x", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip")
elb.modify_target_group_attributes(TargetGroupArn=blue, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}])
attributes = {a["Key"]: a["Value"] for a in elb.describe_target_group_attributes(TargetGroupArn=blue)["Attributes"]}
assert attributes["deregistration_delay.timeout_seconds"] == "30"


def point(rule, *tuples):
    config = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in tuples]}
    return elb.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": config}])["Rules"][0]["Actions"][0]


assert point(rules[0], (blue, 1))["TargetGroupArn"] == blue
assert get(prod)[0] == 503
shown = point(rules[1], (green, 1), (blue, 0))
assert "TargetGroupArn" not in shown and shown["ForwardConfig"]["TargetGroups"][1]["Weight"] == 0
refused("ResourceInUse", elb.delete_target_group, TargetGroupArn=blue)
refused("TargetGroupNotFound", elb.describe_target_groups, TargetGroupArns=[blue + "x"])
refused("RuleNotFound", elb.describe_rules, RuleArns=[rules[0] + "x"])
refused("ListenerNotFound", elb.describe_rules, ListenerArn=listeners[0] + "x")
default = [r for r in elb.describe_rules(ListenerArn=listeners[0])["Rules"] if r["IsDefault"]][0]
refused("OperationNotPermitted", elb.delete_rule, RuleArn=default["RuleArn"])
pages = elb.get_paginator("describe_rules").paginate(ListenerArn=listeners[0], PaginationConfig={"PageSize": 1})
assert [r["Priority"] for page in pages for r in page["Rules"]] == ["1", "default"]
extra = elb.create_rule(
    ListenerArn=listeners[0], Priority=2, Actions=down,
    Conditions=[{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": ["green"]}},
                {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "1"}]}}],
)["Rules"][0]["RuleArn"]
elb.set_rule_priorities(RulePriorities=[{"RuleArn": extra, "Priority": 30}])
elb.delete_rule(RuleArn=extra)
elb.add_tags(ResourceArns=[blue], Tags=[{"Key": "colour", "Value": "blue"}])
assert elb.describe_tags(ResourceArns=[blue])["TagDescriptions"][0]["Tags"] == [{"Key": "colour", "Value": "blue"}]

# A service with two task sets.
ecs.create_cluster(clusterName="demo")
assert ecs.describe_clusters(clusters=["demo", "none"])["failures"][0]["reason"] == "MISSING"


def definition(reference):
    return ecs.register_task_definition(
        family="app", networkMode="awsvpc", cpu="256", memory="512", requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "web", "image": reference, "portMappings": [{"containerPort": 80}]}],
    )["taskDefinition"]["taskDefinitionArn"]


one = definition(image("one", {"usr/share/nginx/html/index.html": "one"}))
two = definition(image("two", {"usr/share/nginx/html/index.html": "two"}))
names = {"cluster": "demo", "service": "web"}
refused("ClusterNotFoundException", ecs.create_service, cluster="none", serviceName="web", deploymentController={"type": "EXTERNAL"})
ecs.create_service(cluster="demo", serviceName="web", desiredCount=2, schedulingStrategy="REPLICA", deploymentController={"type": "EXTERNAL"})
refused("InvalidParameterException", ecs.update_service, **names, taskDefinition=one)
refused("ServiceNotFoundException", ecs.create_task_set, cluster="demo", service="none", taskDefinition=one)


def task_set(definition, target, name, **more):
    return ecs.create_task_set(
        **names, taskDefinition=definition, externalId=name, launchType="FARGATE", scale={"value": 100, "unit": "PERCENT"},
        loadBalancers=[{"targetGroupArn": target, "containerName": "web", "containerPort": 80}], **more,
    )["taskSet"]


first = task_set(one, blue, "one", clientToken="t1")
assert task_set(one, blue, "one", clientToken="t1")["taskSetArn"] == first["taskSetArn"]
assert (first["stabilityStatus"], first["computedDesiredCount"]) == ("STABILIZING", 2)
advance(16)
health = elb.describe_target_health(TargetGroupArn=blue)["TargetHealthDescriptions"]
assert {h["TargetHealth"]["State"] for h in health} == {"initial"}, health
assert health[0]["HealthCheckPort"] == "80"
assert get(prod)[0] == 503
advance(30)
assert {h["TargetHealth"]["State"] for h in elb.describe_target_health(TargetGroupArn=blue)["TargetHealthDescriptions"]} == {"healthy"}
elb.get_waiter("target_in_service").wait(TargetGroupArn=blue)
described = ecs.describe_task_sets(**names, taskSets=[first["taskSetArn"], "none"])
assert described["taskSets"][0]["stabilityStatus"] == "STEADY_STATE" and described["failures"]
assert get(prod)[:2] == (200, "one")
ecs.update_service_primary_task_set(**names, primaryTaskSet=first["id"])
refused("InvalidParameterException", ecs.delete_task_set, **names, taskSet=first["id"])
second = task_set(two, green, "two")
advance(60)
assert get(test)[:2] == (200, "two")
tasks = ecs.list_tasks(cluster="demo", startedBy=second["id"])["taskArns"]
shown = ecs.describe_tasks(cluster="demo", tasks=tasks)["tasks"]
assert len(shown) == 2 and all(t["containers"][0]["imageDigest"].startswith("sha256:") for t in shown)

# Half and half, then the swap, under requests.
point(rules[0], (blue, 1), (green, 1))
bodies = [get(prod)[1] for _ in range(40)]
assert bodies.count("one") == 20, bodies
point(rules[0], (green, 1), (blue, 0))
assert {get(prod)[1] for _ in range(10)} == {"two"}
ecs.update_service_primary_task_set(**names, primaryTaskSet=second["taskSetArn"])
assert ecs.delete_task_set(**names, taskSet=first["id"])["taskSet"]["status"] == "DRAINING"
assert {h["TargetHealth"]["State"] for h in elb.describe_target_health(TargetGroupArn=blue)["TargetHealthDescriptions"]} == {"draining"}
advance(120)
service = ecs.describe_services(cluster="demo", services=["web"], include=["TAGS"])["services"][0]
assert [s["status"] for s in service["taskSets"]] == ["PRIMARY"] and service["taskDefinition"] == two
point(rules[0], (green, 1))
elb.modify_rule(RuleArn=rules[1], Actions=closed)
elb.delete_target_group(TargetGroupArn=blue)
assert {get(prod)[0] for _ in range(10)} == {200}

# Images that cannot be pulled or do not start.
missing = task_set(definition(f"{repository}:none"), green, "none")
advance(30)
stopped = ecs.list_tasks(cluster="demo", startedBy=missing["id"], desiredStatus="STOPPED")["taskArns"]
assert "CannotPullContainerError" in ecs.describe_tasks(cluster="demo", tasks=stopped[:1])["tasks"][0]["stoppedReason"]
broken = definition(image("broken", {"etc/nginx/conf.d/default.conf": "server { lisen 80; }"}))
broken = task_set(broken, green, "broken")
advance(30)
stopped = ecs.list_tasks(cluster="demo", startedBy=broken["id"], desiredStatus="STOPPED")["taskArns"]
assert '[emerg] unknown directive "lisen"' in ecs.describe_tasks(cluster="demo", tasks=stopped[:1])["tasks"][0]["stoppedReason"]
for number in range(2):
    task_set(two, green, "many")
message = refused("InvalidParameterException", task_set, definition=two, target=green, name="many")
assert message.startswith("5 deployments exist on the service."), message
for one_set in ecs.describe_task_sets(**names)["taskSets"]:
    if one_set["status"] == "ACTIVE":
        ecs.delete_task_set(**names, taskSet=one_set["id"], force=True)

# Sickness of a group is seen and replaced.
control("sickness", {"target_group": green, "checks": {"status": 500}})
advance(40)
reasons = [h["TargetHealth"] for h in elb.describe_target_health(TargetGroupArn=green)["TargetHealthDescriptions"]]
assert any(r["State"] in ("unhealthy", "draining") for r in reasons), reasons
control("sickness", {"target_group": green, "checks": None})
advance(900)
assert get(prod)[0] == 200
events = [e["message"] for e in ecs.describe_services(cluster="demo", services=["web"])["services"][0]["events"]]
assert any("Health checks failed with these codes: [500]" in message for message in events), events

# The rest.
topic = sns.create_topic(Name="approvals")["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
assert sns.publish(TopicArn=topic, Subject="s", Message="m")["MessageId"]
assert sns.list_topics()["Topics"][0]["TopicArn"] == topic
refused("ValidationError", cfn.describe_stacks, StackName="none")
assert cfn.list_stacks()["StackSummaries"] is not None
target = {"ServiceNamespace": "ecs", "ResourceId": "service/demo/web", "ScalableDimension": "ecs:service:DesiredCount"}
scaling.register_scalable_target(**target, MinCapacity=3, MaxCapacity=4)
scaling.register_scalable_target(**target, SuspendedState={"DynamicScalingInSuspended": True})
state = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
assert state["SuspendedState"]["DynamicScalingInSuspended"] and state["MinCapacity"] == 3
assert ecs.describe_services(cluster="demo", services=["web"])["services"][0]["desiredCount"] == 3
scaling.deregister_scalable_target(**target)

# Faults.
control("faults", {"service": "ecs", "operation": "ListClusters", "kind": "throttle", "count": 1})
refused("ThrottlingException", ecs.list_clusters)
ecs.list_clusters()
control("faults", {"service": "elasticloadbalancingv2", "kind": "throttle", "count": 1})
refused("Throttling", elb.describe_load_balancers)
control("faults", method="DELETE")
try:
    ecs.describe_capacity_providers()
except ClientError as error:
    assert error.response["Error"]["Code"] == "NotImplemented", error
flow = {g["name"]: g["requests"] for g in control("traffic")["target_groups"]}
assert flow["green"] > 10, flow
print("every check passed")
