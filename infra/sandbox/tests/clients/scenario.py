"""One story through every operation: a load balancer, a service, its code, its pipeline, and the end of all."""

import hashlib
import json

from drivers import Refused
from sandbox import get

ROLE = "arn:aws:iam::123456789012:role/check"


DOWN = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
CLOSED = [
    {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": "400", "ContentType": "text/plain", "MessageBody": "Test environment is closed."},
    }
]
EVERYTHING = [{"Field": "path-pattern", "Values": ["*"]}]



class Story:
    def __init__(self, sandbox, driver):
        self.sandbox, self.driver = sandbox, driver
        self.call, self.pages = driver.call, driver.pages

    def refused(self, code, service, operation, /, **members):
        try:
            self.call(service, operation, **members)
        except Refused as refusal:
            assert refusal.code == code, f"{service}:{operation}: {refusal}"
            return refusal.message
        raise AssertionError(f"{service}:{operation} was not refused with {code}")

    def paged(self, service, operation, member, /, **members):
        """What comes page by page is what comes at once."""
        whole = self.call(service, operation, **members)[member]
        pages = self.pages(service, operation, 1, **members).get(member, [])
        assert pages == whole, f"{service}:{operation}: {len(pages)} are not {len(whole)}, {pages[:1]} not {whole[:1]}"
        return whole

    def tell(self):
        self.sandbox.control("clock", {"paused": True})
        self.people()
        self.balancer()
        self.images()
        self.service()
        self.swap()
        self.failures()
        self.scaling()
        self.topics()
        self.events()
        self.machines()
        self.code()
        self.pipeline()
        self.end()
        self.roles()

    def people(self):
        assert self.call("sts", "GetCallerIdentity")["Arn"].endswith(":user/sandbox")
        refusal = self.refused("AccessDenied", "sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="aya", DurationSeconds=900)
        assert "is not authorized to perform: sts:AssumeRole on resource: " + ROLE in refusal, refusal
        self.refused("ValidationError", "cloudformation", "DescribeStacks", StackName="none")
        self.call("cloudformation", "DescribeStacks")
        self.call("cloudformation", "ListStacks")

    def roles(self):
        """Last: once there is a role, sessions of roles that are not there are nobody's."""
        trust = json.dumps({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]})
        policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "ecs:List*", "Resource": "*"}]})
        self.refused("NoSuchEntity", "iam", "GetRole", RoleName="check")
        self.call("iam", "CreateRole", RoleName="check", AssumeRolePolicyDocument=trust, Description="checks")
        self.refused("EntityAlreadyExists", "iam", "CreateRole", RoleName="check", AssumeRolePolicyDocument=trust)
        assert [role["RoleName"] for role in self.call("iam", "ListRoles")["Roles"]] == ["check"]
        assert self.call("iam", "GetRole", RoleName="check")["Role"]["Arn"] == ROLE
        self.refused("MalformedPolicyDocument", "iam", "PutRolePolicy", RoleName="check", PolicyName="list", PolicyDocument="{")
        self.call("iam", "PutRolePolicy", RoleName="check", PolicyName="list", PolicyDocument=policy)
        taken = self.call("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName="aya", DurationSeconds=900)
        assert taken["AssumedRoleUser"]["Arn"].endswith(":assumed-role/check/aya")
        assert self.call("iam", "ListRolePolicies", RoleName="check")["PolicyNames"] == ["list"]
        assert self.call("iam", "GetRolePolicy", RoleName="check", PolicyName="list")["PolicyName"] == "list"
        simulated = self.call("iam", "SimulatePrincipalPolicy", PolicySourceArn=ROLE, ActionNames=["ecs:ListTasks", "ecs:StopTask"])
        assert [one["EvalDecision"] for one in simulated["EvaluationResults"]] == ["allowed", "implicitDeny"]
        self.refused("DeleteConflict", "iam", "DeleteRole", RoleName="check")
        self.call("iam", "DeleteRolePolicy", RoleName="check", PolicyName="list")
        self.call("iam", "DeleteRole", RoleName="check")

    def balancer(self):
        call = self.call
        self.lb = call("elbv2", "CreateLoadBalancer", Name="app", Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]["LoadBalancerArn"]
        call("elbv2", "CreateLoadBalancer", Name="other", Subnets=["subnet-1"])
        assert len(self.paged("elbv2", "DescribeLoadBalancers", "LoadBalancers")) == 2
        call("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=self.lb, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "30"}])
        shown = call("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=self.lb)["Attributes"]
        assert {"Key": "idle_timeout.timeout_seconds", "Value": "30"} in shown
        self.prod, self.test = (
            call("elbv2", "CreateListener", LoadBalancerArn=self.lb, Port=port, Protocol="HTTP", DefaultActions=actions)["Listeners"][0]["ListenerArn"]
            for port, actions in ((80, DOWN), (8080, CLOSED))
        )
        self.refused("DuplicateListener", "elbv2", "CreateListener", LoadBalancerArn=self.lb, Port=80, Protocol="HTTP", DefaultActions=DOWN)
        assert len(self.paged("elbv2", "DescribeListeners", "Listeners", LoadBalancerArn=self.lb)) == 2
        self.rules = [
            call("elbv2", "CreateRule", ListenerArn=arn, Priority=1, Conditions=EVERYTHING, Actions=actions)["Rules"][0]["RuleArn"]
            for arn, actions in ((self.prod, DOWN), (self.test, CLOSED))
        ]
        self.refused("PriorityInUse", "elbv2", "CreateRule", ListenerArn=self.prod, Priority=1, Conditions=EVERYTHING, Actions=DOWN)
        self.prod_url, self.test_url = self.sandbox.listener(self.prod), self.sandbox.listener(self.test)
        assert get(self.test_url)[:2] == (400, "Test environment is closed.")
        assert get(self.prod_url)[0] == 503 and get(self.prod_url)[2]["Server"] == "awselb/2.0"
        self.blue, self.green = self.group("blue"), self.group("green")
        assert self.group("blue") == self.blue
        self.refused("DuplicateTargetGroupName", "elbv2", "CreateTargetGroup", Name="blue", Protocol="HTTP", Port=81, VpcId="vpc-1", TargetType="ip")
        self.refused("ValidationError", "elbv2", "CreateTargetGroup", Name="-x", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip")
        assert len(self.paged("elbv2", "DescribeTargetGroups", "TargetGroups")) == 2
        call("elbv2", "ModifyTargetGroup", TargetGroupArn=self.green, HealthCheckPath="/index.html")
        call("elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=self.blue, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}])
        attributes = {a["Key"]: a["Value"] for a in call("elbv2", "DescribeTargetGroupAttributes", TargetGroupArn=self.blue)["Attributes"]}
        assert attributes["deregistration_delay.timeout_seconds"] == "30"
        assert self.point(self.rules[0], (self.blue, 1))["TargetGroupArn"] == self.blue
        shown = self.point(self.rules[1], (self.green, 1), (self.blue, 0))
        assert "TargetGroupArn" not in shown and shown["ForwardConfig"]["TargetGroups"][1]["Weight"] == 0
        self.refused("ResourceInUse", "elbv2", "DeleteTargetGroup", TargetGroupArn=self.blue)
        self.refused("TargetGroupNotFound", "elbv2", "DescribeTargetGroups", TargetGroupArns=[self.blue + "x"])
        self.refused("RuleNotFound", "elbv2", "DescribeRules", RuleArns=[self.rules[0] + "x"])
        self.refused("ListenerNotFound", "elbv2", "DescribeRules", ListenerArn=self.prod + "x")
        rules = self.paged("elbv2", "DescribeRules", "Rules", ListenerArn=self.prod)
        assert [rule["Priority"] for rule in rules] == ["1", "default"]
        self.refused("OperationNotPermitted", "elbv2", "DeleteRule", RuleArn=rules[1]["RuleArn"])
        conditions = [
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": ["green"]}},
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "1"}]}},
        ]
        extra = call("elbv2", "CreateRule", ListenerArn=self.prod, Priority=2, Actions=DOWN, Conditions=conditions)["Rules"][0]["RuleArn"]
        call("elbv2", "SetRulePriorities", RulePriorities=[{"RuleArn": extra, "Priority": 30}])
        call("elbv2", "DeleteRule", RuleArn=extra)
        call("elbv2", "ModifyListener", ListenerArn=self.prod, DefaultActions=DOWN)
        call("elbv2", "AddTags", ResourceArns=[self.blue], Tags=[{"Key": "colour", "Value": "blue"}, {"Key": "x", "Value": "y"}])
        call("elbv2", "RemoveTags", ResourceArns=[self.blue], TagKeys=["x"])
        tags = call("elbv2", "DescribeTags", ResourceArns=[self.blue])["TagDescriptions"][0]["Tags"]
        assert tags == [{"Key": "colour", "Value": "blue"}]

    def group(self, name):
        made = self.call(
            "elbv2", "CreateTargetGroup", Name=name, Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip",
            HealthCheckPath="/" if name == "blue" else "/", HealthCheckIntervalSeconds=10, HealthyThresholdCount=2, UnhealthyThresholdCount=2,
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    def point(self, rule, *tuples):
        config = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in tuples]}
        return self.call("elbv2", "ModifyRule", RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": config}])["Rules"][0]["Actions"][0]

    def image(self, tag, files):
        """Puts an image into the registry's store, as a build does."""
        manifest = json.dumps({"schemaVersion": 2, "tag": tag, "layers": []})
        digest = hashlib.sha256(manifest.encode()).hexdigest()
        folder = self.sandbox.data / "registry" / "images" / f"sha256-{digest}"
        for path, text in files.items():
            place = folder / "root" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        (folder / "config.json").write_text("{}")
        (folder / "manifest.json").write_text(manifest)
        self.call("ecr", "PutImage", repositoryName="app", imageManifest=manifest, imageTag=tag)
        return f"{self.repository}@sha256:{digest}"

    def images(self):
        call = self.call
        self.repository = call("ecr", "CreateRepository", repositoryName="app")["repository"]["repositoryUri"]
        self.refused("RepositoryAlreadyExistsException", "ecr", "CreateRepository", repositoryName="app")
        self.page = {colour: self.image(colour, {"usr/share/nginx/html/index.html": colour}) for colour in ("one", "two")}
        assert len(call("ecr", "DescribeRepositories")["repositories"]) == 1
        assert len(call("ecr", "DescribeImages", repositoryName="app")["imageDetails"]) == 2
        assert len(call("ecr", "ListImages", repositoryName="app")["imageIds"]) == 2
        got = call("ecr", "BatchGetImage", repositoryName="app", imageIds=[{"imageTag": "one"}, {"imageTag": "none"}])
        assert len(got["images"]) == 1 and got["failures"][0]["failureCode"] == "ImageNotFound"
        selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}
        policy = json.dumps({"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]})
        self.refused("LifecyclePolicyNotFoundException", "ecr", "GetLifecyclePolicy", repositoryName="app")
        call("ecr", "PutLifecyclePolicy", repositoryName="app", lifecyclePolicyText=policy)
        assert call("ecr", "GetLifecyclePolicy", repositoryName="app")["lifecyclePolicyText"] == policy
        call("ecr", "DeleteLifecyclePolicy", repositoryName="app")
        call("ecr", "GetAuthorizationToken")
        call("ecr", "CreateRepository", repositoryName="empty")
        call("ecr", "DeleteRepository", repositoryName="empty")

    def definition(self, image):
        containers = [{"name": "web", "image": image, "portMappings": [{"containerPort": 80}]}]
        return self.call(
            "ecs", "RegisterTaskDefinition", family="app", networkMode="awsvpc", cpu="256", memory="512",
            requiresCompatibilities=["FARGATE"], containerDefinitions=containers, tags=[{"key": "a", "value": "b"}],
        )["taskDefinition"]["taskDefinitionArn"]

    def task_set(self, definition, group, name, **more):
        balancers = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
        network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}}
        return self.call(
            "ecs", "CreateTaskSet", cluster="demo", service="web", taskDefinition=definition, externalId=name, launchType="FARGATE",
            scale={"value": 100.0, "unit": "PERCENT"}, loadBalancers=balancers, networkConfiguration=network, **more,
        )["taskSet"]

    def states(self, group):
        health = self.call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
        return {target["TargetHealth"]["State"] for target in health}

    def service(self):
        call, names = self.call, {"cluster": "demo", "service": "web"}
        call("ecs", "CreateCluster", clusterName="demo", tags=[{"key": "team", "value": "web"}])
        assert call("ecs", "DescribeClusters", clusters=["demo", "none"])["failures"][0]["reason"] == "MISSING"
        assert len(call("ecs", "ListClusters")["clusterArns"]) == 1
        self.one, self.two = self.definition(self.page["one"]), self.definition(self.page["two"])
        assert self.paged("ecs", "ListTaskDefinitions", "taskDefinitionArns") == [self.one, self.two]
        assert call("ecs", "ListTaskDefinitionFamilies")["families"] == ["app"]
        assert call("ecs", "DescribeTaskDefinition", taskDefinition="app", include=["TAGS"])["taskDefinition"]["revision"] == 2
        call("ecs", "DeregisterTaskDefinition", taskDefinition=self.definition(self.page["one"]))
        self.refused("ClusterNotFoundException", "ecs", "CreateService", cluster="none", serviceName="web", deploymentController={"type": "EXTERNAL"})
        for name in ("web", "other"):
            self.web = call(
                "ecs", "CreateService", cluster="demo", serviceName=name, desiredCount=2, schedulingStrategy="REPLICA",
                deploymentController={"type": "EXTERNAL"},
            )["service"]["serviceArn"]
        assert len(self.paged("ecs", "ListServices", "serviceArns", cluster="demo")) == 2
        self.refused("InvalidParameterException", "ecs", "UpdateService", **names, taskDefinition=self.one)
        call("ecs", "UpdateService", **names, desiredCount=2, healthCheckGracePeriodSeconds=0)
        self.refused("ServiceNotFoundException", "ecs", "CreateTaskSet", cluster="demo", service="none", taskDefinition=self.one)
        first = self.first = self.task_set(self.one, self.blue, "one", clientToken="t1")
        assert self.task_set(self.one, self.blue, "one", clientToken="t1")["taskSetArn"] == first["taskSetArn"]
        assert (first["stabilityStatus"], first["computedDesiredCount"]) == ("STABILIZING", 2)
        for _ in range(60):
            if not self.states(self.blue):
                self.sandbox.advance(1)
        assert self.states(self.blue) == {"initial"}
        assert get(self.prod_url)[0] == 503
        self.sandbox.advance(45)
        assert self.states(self.blue) == {"healthy"}
        described = call("ecs", "DescribeTaskSets", **names, taskSets=[first["taskSetArn"], "none"], include=["TAGS"])
        assert described["taskSets"][0]["stabilityStatus"] == "STEADY_STATE" and described["failures"]
        assert get(self.prod_url)[:2] == (200, "one")
        call("ecs", "TagResource", resourceArn=self.web, tags=[{"key": "a", "value": "b"}, {"key": "c", "value": "d"}])
        call("ecs", "UntagResource", resourceArn=self.web, tagKeys=["a"])
        assert call("ecs", "ListTagsForResource", resourceArn=self.web)["tags"] == [{"key": "c", "value": "d"}]

    def swap(self):
        call, names = self.call, {"cluster": "demo", "service": "web"}
        call("ecs", "UpdateServicePrimaryTaskSet", **names, primaryTaskSet=self.first["id"])
        self.refused("InvalidParameterException", "ecs", "DeleteTaskSet", **names, taskSet=self.first["id"])
        second = self.second = self.task_set(self.two, self.green, "two")
        self.sandbox.advance(60)
        assert get(self.test_url)[:2] == (200, "two")
        call("ecs", "UpdateTaskSet", **names, taskSet=second["id"], scale={"value": 50.0, "unit": "PERCENT"})
        call("ecs", "UpdateTaskSet", **names, taskSet=second["id"], scale={"value": 100.0, "unit": "PERCENT"})
        self.sandbox.advance(60)
        tasks = self.paged("ecs", "ListTasks", "taskArns", cluster="demo", startedBy=second["id"])
        shown = call("ecs", "DescribeTasks", cluster="demo", tasks=tasks)["tasks"]
        assert len(shown) == 2 and all(task["containers"][0]["imageDigest"].startswith("sha256:") for task in shown)
        self.point(self.rules[0], (self.blue, 1), (self.green, 1))
        bodies = [get(self.prod_url)[1] for _ in range(40)]
        assert bodies.count("one") == 20, bodies
        self.point(self.rules[0], (self.green, 1), (self.blue, 0))
        assert {get(self.prod_url)[1] for _ in range(10)} == {"two"}
        call("ecs", "UpdateServicePrimaryTaskSet", **names, primaryTaskSet=second["taskSetArn"])
        assert call("ecs", "DeleteTaskSet", **names, taskSet=self.first["id"])["taskSet"]["status"] == "DRAINING"
        assert self.states(self.blue) == {"draining"}
        self.sandbox.advance(120)
        service = call("ecs", "DescribeServices", cluster="demo", services=["web"], include=["TAGS"])["services"][0]
        assert [one["status"] for one in service["taskSets"]] == ["PRIMARY"] and service["taskDefinition"] == self.two
        self.point(self.rules[0], (self.green, 1))
        call("elbv2", "ModifyRule", RuleArn=self.rules[1], Actions=CLOSED)
        call("elbv2", "RegisterTargets", TargetGroupArn=self.blue, Targets=[{"Id": "10.0.0.9", "Port": 80}])
        call("elbv2", "DeregisterTargets", TargetGroupArn=self.blue, Targets=[{"Id": "10.0.0.9", "Port": 80}])
        call("elbv2", "DeleteTargetGroup", TargetGroupArn=self.blue)
        call("ecs", "StopTask", cluster="demo", task=tasks[0], reason="check")
        assert {get(self.prod_url)[0] for _ in range(10)} == {200}

    def failures(self):
        """Images that cannot be pulled or do not start, and a group that falls ill."""
        call, names = self.call, {"cluster": "demo", "service": "web"}
        missing = self.task_set(self.definition(f"{self.repository}:none"), self.green, "none")
        self.sandbox.advance(30)
        stopped = call("ecs", "ListTasks", cluster="demo", startedBy=missing["id"], desiredStatus="STOPPED")["taskArns"]
        assert "CannotPullContainerError" in call("ecs", "DescribeTasks", cluster="demo", tasks=stopped[:1])["tasks"][0]["stoppedReason"]
        broken = self.definition(self.image("broken", {"etc/nginx/conf.d/default.conf": "server { lisen 80; }"}))
        broken = self.task_set(broken, self.green, "broken")
        self.sandbox.advance(30)
        stopped = call("ecs", "ListTasks", cluster="demo", startedBy=broken["id"], desiredStatus="STOPPED")["taskArns"]
        assert '[emerg] unknown directive "lisen"' in call("ecs", "DescribeTasks", cluster="demo", tasks=stopped[:1])["tasks"][0]["stoppedReason"]
        for _ in range(2):
            self.task_set(self.two, self.green, "many")
        try:
            self.task_set(self.two, self.green, "many")
            raise AssertionError("a sixth task set was made")
        except Refused as refusal:
            assert refusal.message.startswith("5 deployments exist on the service."), refusal
        for one in call("ecs", "DescribeTaskSets", **names)["taskSets"]:
            if one["status"] == "ACTIVE":
                call("ecs", "DeleteTaskSet", **names, taskSet=one["id"], force=True)
        self.sandbox.advance(400)
        self.sandbox.control("health-fault", {"target_group": self.green, "checks": {"status": 500}})
        self.sandbox.advance(40)
        assert self.states(self.green) & {"unhealthy", "draining"}
        self.sandbox.control("health-fault", {"target_group": self.green, "checks": None})
        self.sandbox.advance(900)
        assert get(self.prod_url)[0] == 200
        events = call("ecs", "DescribeServices", cluster="demo", services=["web"])["services"][0]["events"]
        assert any("Health checks failed with these codes: [500]" in event["message"] for event in events), events

    def scaling(self):
        call, service = self.call, "application-autoscaling"
        target = {"ServiceNamespace": "ecs", "ResourceId": "service/demo/web", "ScalableDimension": "ecs:service:DesiredCount"}
        call(service, "RegisterScalableTarget", **target, MinCapacity=3, MaxCapacity=4)
        call(service, "RegisterScalableTarget", **target, SuspendedState={"DynamicScalingInSuspended": True})
        shown = call(service, "DescribeScalableTargets", ServiceNamespace="ecs")["ScalableTargets"][0]
        assert shown["SuspendedState"]["DynamicScalingInSuspended"] and shown["MinCapacity"] == 3
        policy = {"TargetValue": 50.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
        call(service, "PutScalingPolicy", **target, PolicyName="cpu", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=policy)
        assert call(service, "DescribeScalingPolicies", ServiceNamespace="ecs")["ScalingPolicies"][0]["PolicyName"] == "cpu"
        call(service, "DeleteScalingPolicy", **target, PolicyName="cpu")
        assert call("ecs", "DescribeServices", cluster="demo", services=["web"])["services"][0]["desiredCount"] == 3
        call(service, "DeregisterScalableTarget", **target)

    def topics(self):
        call = self.call
        topic = call("sns", "CreateTopic", Name="approvals")["TopicArn"]
        call("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint="a@example.com")
        assert call("sns", "Publish", TopicArn=topic, Subject="s", Message="m")["MessageId"]
        assert call("sns", "ListTopics")["Topics"][0]["TopicArn"] == topic
        assert len(call("sns", "ListSubscriptionsByTopic", TopicArn=topic)["Subscriptions"]) == 1
        call("sns", "DeleteTopic", TopicArn=topic)

    def events(self):
        call = self.call
        queue = call("sqs", "CreateQueue", QueueName="news", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
        self.refused("AWS.SimpleQueueService.NonExistentQueue", "sqs", "GetQueueUrl", QueueName="none")
        assert call("sqs", "GetQueueUrl", QueueName="news")["QueueUrl"] == queue
        assert call("sqs", "ListQueues")["QueueUrls"] == [queue]
        call("sqs", "TagQueue", QueueUrl=queue, Tags={"team": "web"})
        call("sqs", "SetQueueAttributes", QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
        attributes = call("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        assert attributes["VisibilityTimeout"] == "60"
        pattern = json.dumps({"source": ["check"]})
        call("events", "PutRule", Name="news", EventPattern=pattern)
        call("events", "PutTargets", Rule="news", Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}])
        assert call("events", "DescribeRule", Name="news")["State"] == "ENABLED"
        assert len(call("events", "ListRules")["Rules"]) == 1
        assert call("events", "ListTargetsByRule", Rule="news")["Targets"][0]["Id"] == "queue"
        told = json.dumps({"source": "check", "id": "1", "detail-type": "x", "account": "1", "time": "2026-01-01T00:00:00Z", "region": "r", "resources": [], "detail": {}})
        assert call("events", "TestEventPattern", EventPattern=pattern, Event=told)["Result"] is True
        self.refused("InvalidEventPatternException", "events", "PutRule", Name="bad", EventPattern="[]")
        call("events", "DisableRule", Name="news")
        call("events", "EnableRule", Name="news")
        entry = {"Source": "check", "DetailType": "x", "Detail": "{}"}
        assert call("events", "PutEvents", Entries=[entry, entry])["FailedEntryCount"] == 0
        call("sqs", "SendMessage", QueueUrl=queue, MessageBody="hello")
        messages = call("sqs", "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
        assert len(messages) == 3 and json.loads(messages[0]["Body"])["source"] == "check", messages
        receipts = [message["ReceiptHandle"] for message in messages]
        call("sqs", "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=receipts[0], VisibilityTimeout=0)
        call("sqs", "DeleteMessage", QueueUrl=queue, ReceiptHandle=receipts[1])
        call("sqs", "DeleteMessageBatch", QueueUrl=queue, Entries=[{"Id": "a", "ReceiptHandle": receipts[2]}])
        call("sqs", "PurgeQueue", QueueUrl=queue)
        assert "Messages" not in call("sqs", "ReceiveMessage", QueueUrl=queue)
        call("events", "RemoveTargets", Rule="news", Ids=["queue"])
        call("events", "DeleteRule", Name="news")
        call("sqs", "DeleteQueue", QueueUrl=queue)

    def machines(self):
        call, service = self.call, "stepfunctions"
        definition = json.dumps({"StartAt": "Wait", "States": {
            "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Look"},
            "Look": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ecs:listClusters", "End": True},
        }})
        failing = json.dumps({"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "No", "Cause": "It is meant to."}}})
        assert call(service, "ValidateStateMachineDefinition", definition=definition)["result"] == "OK"
        self.refused("InvalidDefinition", service, "CreateStateMachine", name="bad", definition="{}", roleArn=ROLE)
        machine = self.machine = call(service, "CreateStateMachine", name="look", definition=definition, roleArn=ROLE, tags=[{"key": "a", "value": "b"}])["stateMachineArn"]
        bad = call(service, "CreateStateMachine", name="fails", definition=failing, roleArn=ROLE)["stateMachineArn"]
        call(service, "UpdateStateMachine", stateMachineArn=machine, definition=definition, roleArn=ROLE)
        assert call(service, "DescribeStateMachine", stateMachineArn=machine)["definition"] == definition
        assert len(self.paged(service, "ListStateMachines", "stateMachines")) == 2
        one = call(service, "StartExecution", stateMachineArn=machine, name="one", input="{}")["executionArn"]
        two = call(service, "StartExecution", stateMachineArn=machine, name="two")["executionArn"]
        self.refused("ExecutionAlreadyExists", service, "StartExecution", stateMachineArn=machine, name="one", input='{"other": 1}')
        self.refused("ExecutionDoesNotExist", service, "DescribeExecution", executionArn=one + "x")
        call(service, "StopExecution", executionArn=two, error="Enough", cause="for now")
        self.sandbox.advance(120)
        assert call(service, "DescribeExecution", executionArn=one)["status"] == "SUCCEEDED"
        assert call(service, "DescribeExecution", executionArn=two)["error"] == "Enough"
        events = self.paged(service, "GetExecutionHistory", "events", executionArn=one)
        assert [event["type"] for event in events][-1] == "ExecutionSucceeded"
        assert call(service, "DescribeStateMachineForExecution", executionArn=one)["name"] == "look"
        assert len(self.paged(service, "ListExecutions", "executions", stateMachineArn=machine)) == 2
        failed = call(service, "StartExecution", stateMachineArn=bad, name="three")["executionArn"]
        self.sandbox.advance(5)
        assert call(service, "DescribeExecution", executionArn=failed)["cause"] == "It is meant to."
        call(service, "RedriveExecution", executionArn=failed)
        self.sandbox.advance(5)
        if not self.driver.prefixes_hosts:
            self.refused("StateMachineTypeNotSupported", service, "StartSyncExecution", stateMachineArn=machine)
        call(service, "TagResource", resourceArn=machine, tags=[{"key": "c", "value": "d"}])
        call(service, "UntagResource", resourceArn=machine, tagKeys=["a"])
        assert call(service, "ListTagsForResource", resourceArn=machine)["tags"] == [{"key": "c", "value": "d"}]
        call(service, "DeleteStateMachine", stateMachineArn=bad)

    def code(self):
        call, service = self.call, "codecommit"
        call(service, "CreateRepository", repositoryName="shop", repositoryDescription="sells")
        self.refused("RepositoryNameExistsException", service, "CreateRepository", repositoryName="shop")
        commit = self.put("buildspec.yml", None, "version: 0.2\nphases: {build: {commands: [echo built, echo x > out.txt]}}\nartifacts: {files: [out.txt]}\n")
        commit = self.commit = self.put("README.md", commit, "hello\n")
        assert call(service, "GetBranch", repositoryName="shop", branchName="main")["branch"]["commitId"] == commit
        assert call(service, "GetCommit", repositoryName="shop", commitId=commit)["commit"]["message"] == "README.md\n"
        folder = call(service, "GetFolder", repositoryName="shop", commitSpecifier=commit, folderPath="/")
        assert [file["absolutePath"] for file in folder["files"]] == ["README.md", "buildspec.yml"]
        # boto3 gives bytes, the CLI their base64 or the text itself.
        content = call(service, "GetFile", repositoryName="shop", filePath="README.md")["fileContent"]
        assert content in (b"hello\n", "aGVsbG8K", "hello\n"), content
        self.refused("FileDoesNotExistException", service, "GetFile", repositoryName="shop", filePath="gone")
        assert call(service, "GetRepository", repositoryName="shop")["repositoryMetadata"]["defaultBranch"] == "main"
        assert call(service, "ListBranches", repositoryName="shop")["branches"] == ["main"]
        assert call(service, "ListRepositories")["repositories"][0]["repositoryName"] == "shop"
        call(service, "CreateRepository", repositoryName="empty")
        call(service, "DeleteRepository", repositoryName="empty")
        environment = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"}
        for name, kind, location in (("shop", "CODEPIPELINE", None), ("alone", "CODECOMMIT", "https://git-codecommit.ap-northeast-1.amazonaws.com/v1/repos/shop"), ("spare", "NO_SOURCE", None)):
            source = {"type": kind, **({"location": location} if location else {}), **({"buildspec": "version: 0.2"} if kind == "NO_SOURCE" else {})}
            artifacts = {"type": "CODEPIPELINE" if kind == "CODEPIPELINE" else "NO_ARTIFACTS"}
            call("codebuild", "CreateProject", name=name, source=source, artifacts=artifacts, environment=environment, serviceRole=ROLE)
        self.refused("ResourceAlreadyExistsException", "codebuild", "CreateProject", name="shop", source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"}, environment=environment, serviceRole=ROLE)
        call("codebuild", "UpdateProject", name="shop", description="builds the shop")
        assert call("codebuild", "BatchGetProjects", names=["shop", "none"])["projectsNotFound"] == ["none"]
        assert "shop" in call("codebuild", "ListProjects")["projects"]
        build = call("codebuild", "StartBuild", projectName="alone")["build"]["id"]
        shown = self.sandbox.until(lambda: [b for b in call("codebuild", "BatchGetBuilds", ids=[build, "alone:none"])["builds"] if b["buildComplete"]])
        assert shown[0]["buildStatus"] == "SUCCEEDED", shown
        logs = shown[0]["logs"]
        events = call("logs", "GetLogEvents", logGroupName=logs["groupName"], logStreamName=logs["streamName"], startFromHead=True)["events"]
        assert any(event["message"] == "built" for event in events), events
        self.refused("ResourceNotFoundException", "logs", "GetLogEvents", logGroupName="/none", logStreamName="none")
        assert call("codebuild", "ListBuilds")["ids"] == [build]
        assert call("codebuild", "ListBuildsForProject", projectName="alone")["ids"] == [build]
        stopped = call("codebuild", "StartBuild", projectName="alone", buildspecOverride="version: 0.2\nphases: {build: {commands: [sleep 30]}}\n")["build"]["id"]
        assert call("codebuild", "StopBuild", id=stopped)["build"]["buildStatus"] == "STOPPED"
        call("codebuild", "DeleteProject", name="spare")

    def put(self, path, parent, text):
        more = {"parentCommitId": parent} if parent else {}
        return self.call("codecommit", "PutFile", repositoryName="shop", branchName="main", filePath=path, fileContent=text.encode(), commitMessage=path, name="Aya", email="aya@example.com", **more)["commitId"]

    def action(self, name, category, provider, configuration, **more):
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actionTypeId": kind, "configuration": configuration, **more}

    def pipeline(self):
        call, service = self.call, "codepipeline"
        stages = [
            {"name": "Source", "actions": [self.action("Source", "Source", "CodeCommit", {"RepositoryName": "shop", "BranchName": "main"}, outputArtifacts=[{"name": "Source"}], namespace="Source")]},
            {"name": "Build", "actions": [self.action("Build", "Build", "CodeBuild", {"ProjectName": "shop"}, inputArtifacts=[{"name": "Source"}], outputArtifacts=[{"name": "Out"}])]},
            {"name": "Gate", "actions": [self.action("Approve", "Approval", "Manual", {"CustomData": "look at it"}, timeoutInMinutes=60)]},
            {"name": "Look", "actions": [self.action("Look", "Invoke", "StepFunctions", {"StateMachineArn": self.machine, "Input": "{}"})]},
        ]
        pipeline = {
            "name": "shop", "roleArn": ROLE, "pipelineType": "V2", "executionMode": "QUEUED",
            "artifactStore": {"type": "S3", "location": "bucket"}, "stages": stages,
            "variables": [{"name": "Who", "defaultValue": "aya", "description": "asks"}],
        }
        self.refused("InvalidStructureException", service, "CreatePipeline", pipeline={**pipeline, "stages": stages[:1]})
        call(service, "CreatePipeline", pipeline=pipeline, tags=[{"key": "a", "value": "b"}])
        self.refused("PipelineNameInUseException", service, "CreatePipeline", pipeline=pipeline)
        assert call(service, "GetPipeline", name="shop")["metadata"]["pipelineArn"].endswith(":shop")
        assert [one["name"] for one in self.paged(service, "ListPipelines", "pipelines")] == ["shop"]
        first = self.gate()
        names = {"pipelineName": "shop", "stageName": "Gate"}
        self.refused("InvalidApprovalTokenException", service, "PutApprovalResult", **names, actionName="Approve", token="00000000-0000-4000-8000-000000000000", result={"summary": "", "status": "Approved"})
        call(service, "PutApprovalResult", **names, actionName="Approve", token=first["token"], result={"summary": "no", "status": "Rejected"})
        state = call(service, "GetPipelineState", name="shop")
        assert state["stageStates"][2]["latestExecution"]["status"] == "Failed"
        execution = state["stageStates"][2]["latestExecution"]["pipelineExecutionId"]
        self.refused("StageNotFoundException", service, "RetryStageExecution", pipelineName="shop", stageName="None", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS")
        call(service, "RetryStageExecution", **names, pipelineExecutionId=execution, retryMode="FAILED_ACTIONS")
        again = self.gate()
        assert again["token"] != first["token"]
        call(service, "DisableStageTransition", pipelineName="shop", stageName="Look", transitionType="Inbound", reason="not yet")
        call(service, "PutApprovalResult", **names, actionName="Approve", token=again["token"], result={"summary": "yes", "status": "Approved"})
        self.sandbox.advance(120)
        assert not call(service, "GetPipelineState", name="shop")["stageStates"][3]["inboundTransitionState"]["enabled"]
        call(service, "EnableStageTransition", pipelineName="shop", stageName="Look", transitionType="Inbound")
        done = self.sandbox.until(lambda: call(service, "GetPipelineExecution", pipelineName="shop", pipelineExecutionId=execution)["pipelineExecution"]["status"] == "Succeeded")
        assert done
        overrides = [{"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": self.commit}]
        second = call(service, "StartPipelineExecution", name="shop", variables=[{"name": "Who", "value": "ben"}], sourceRevisions=overrides, clientRequestToken="once")["pipelineExecutionId"]
        assert call(service, "StartPipelineExecution", name="shop", clientRequestToken="once")["pipelineExecutionId"] == second
        self.gate()
        self.refused("ConditionNotOverridableException", service, "OverrideStageCondition", **names, pipelineExecutionId=second, conditionType="ON_SUCCESS")
        call(service, "StopPipelineExecution", pipelineName="shop", pipelineExecutionId=second, abandon=True, reason="enough")
        self.refused("PipelineExecutionNotFoundException", service, "GetPipelineExecution", pipelineName="shop", pipelineExecutionId="00000000-0000-4000-8000-000000000000")
        assert len(self.paged(service, "ListPipelineExecutions", "pipelineExecutionSummaries", pipelineName="shop")) == 2
        details = self.paged(service, "ListActionExecutions", "actionExecutionDetails", pipelineName="shop")
        assert {detail["status"] for detail in details} == {"Succeeded", "Failed", "Abandoned"}, details
        assert self.paged(service, "ListRuleExecutions", "ruleExecutionDetails", pipelineName="shop") == []
        self.refused("UnableToRollbackStageException", service, "RollbackStage", **names, targetPipelineExecutionId=second)
        back = call(service, "RollbackStage", **names, targetPipelineExecutionId=execution)["pipelineExecutionId"]
        self.gate()
        call(service, "StopPipelineExecution", pipelineName="shop", pipelineExecutionId=back, abandon=True, reason="enough")
        call(service, "UpdatePipeline", pipeline={**call(service, "GetPipeline", name="shop")["pipeline"], "executionMode": "SUPERSEDED"})
        arn = call(service, "GetPipeline", name="shop")["metadata"]["pipelineArn"]
        call(service, "TagResource", resourceArn=arn, tags=[{"key": "c", "value": "d"}])
        call(service, "UntagResource", resourceArn=arn, tagKeys=["a"])
        assert call(service, "ListTagsForResource", resourceArn=arn)["tags"] == [{"key": "c", "value": "d"}]
        self.refused("PipelineNotFoundException", service, "GetPipelineState", name="none")
        call(service, "DeletePipeline", name="shop")

    def gate(self):
        """The open approval, once it is."""

        def look():
            state = self.call("codepipeline", "GetPipelineState", name="shop")["stageStates"][2]["actionStates"][0]
            return state.get("latestExecution", {}) if "token" in state.get("latestExecution", {}) else None

        return self.sandbox.until(look)

    def end(self):
        call, names = self.call, {"cluster": "demo", "service": "web"}
        call("elbv2", "DeleteListener", ListenerArn=self.test)
        call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=self.lb)
        self.refused("LoadBalancerNotFound", "elbv2", "DescribeLoadBalancers", Names=["app"])
        self.refused("ClusterContainsServicesException", "ecs", "DeleteCluster", cluster="demo")
        self.refused("InvalidParameterException", "ecs", "DeleteService", cluster="demo", service="other")
        call("ecs", "UpdateService", cluster="demo", service="other", desiredCount=0)
        call("ecs", "DeleteService", cluster="demo", service="other")
        call("ecs", "DeleteService", **names, force=True)
        self.sandbox.advance(600)
        call("ecs", "DeleteCluster", cluster="demo")
        call("ecr", "BatchDeleteImage", repositoryName="app", imageIds=[{"imageTag": "one"}, {"imageTag": "none"}])
        call("codecommit", "DeleteRepository", repositoryName="shop")
        call("stepfunctions", "DeleteStateMachine", stateMachineArn=self.machine)
