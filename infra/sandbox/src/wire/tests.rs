//! The endpoint and the data plane over real sockets.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::serve;
use crate::http_body::whole;
use crate::{
    Sandbox,
    clock::Clock,
    testing::{balancer, definition, described, ecs, group, page, pass_in, point, service, task_set, world},
};

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIATEST/20261102/ap-northeast-1/ecs/aws4_request, SignedHeaders=host, Signature=0";

async fn served() -> (Sandbox, String, TempDir) {
    let (world, folder) = world();
    let sandbox = Sandbox::new(world);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(&sandbox, listener).unwrap();
    let endpoint = sandbox.with(|world| world.endpoint.clone());
    (sandbox, endpoint, folder)
}

async fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, http::HeaderMap, String) {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request.body(whole(body.to_owned())).unwrap());
    let answer = tokio::time::timeout(Duration::from_secs(10), answer).await.unwrap().unwrap();
    let (head, body) = answer.into_parts();
    let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
    (head.status.as_u16(), head.headers, text)
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_in_awss_shape() {
    let (_sandbox, endpoint, _folder) = served().await;
    let target = ("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListClusters");
    let (status, _, body) = send("POST", &endpoint, &[target], "{}").await;
    assert_eq!(status, 403);
    assert!(body.contains("MissingAuthenticationTokenException"), "{body}");
    let signed = ("authorization", SIGNED);
    let (status, headers, body) = send("POST", &endpoint, &[target, signed], "{").await;
    assert_eq!((status, headers["x-amzn-errortype"].as_bytes()), (400, b"SerializationException".as_ref()));
    assert!(body.contains("\"__type\":\"SerializationException\""), "{body}");
    let (_, _, body) = send("POST", &endpoint, &[("x-amz-target", "Nothing.Here"), signed], "{}").await;
    assert!(body.contains("UnknownOperationException"), "{body}");
    let (status, _, _) = send("POST", &format!("{endpoint}/service/X/operation/Y"), &[], "").await;
    assert_eq!(status, 404);
    let (status, _, _) = send("GET", &endpoint, &[("origin", "https://example.com")], "").await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn no_other_page_sets_the_clock_or_a_fault_and_programs_do() {
    let (sandbox, endpoint, _folder) = served().await;
    let clock = format!("{endpoint}/_sandbox/clock");
    let faster = r#"{"rate":60.0}"#;
    let own = endpoint.trim_start_matches("http://").to_owned();
    let port = own.rsplit(':').next().unwrap();
    for foreign in [
        vec![("origin", "http://localhost:8000")],
        vec![("origin", "http://127.0.0.1:8000")],
        vec![("origin", "null")],
        vec![("origin", "https://example.com")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")],
        vec![("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate")],
        vec![("host", "rebound.example:4566")],
        vec![("host", "localhost@rebound.example")],
        vec![("host", "127.0.0.1.rebound.example")],
    ] {
        assert_eq!(send("POST", &clock, &foreign, faster).await.0, 403, "{foreign:?}");
        let fault = format!("{endpoint}/_sandbox/faults");
        assert_eq!(send("DELETE", &fault, &foreign, "").await.0, 403, "{foreign:?}");
    }
    assert!((sandbox.with(|world| world.clock.rate()) - 1.0).abs() < f64::EPSILON);
    let localhost = format!("localhost:{port}");
    for allowed in [
        vec![],
        vec![("origin", endpoint.as_str())],
        vec![("host", localhost.as_str())],
        vec![("sec-fetch-site", "same-origin")],
        vec![("user-agent", "Boto3/1.40")],
    ] {
        assert_eq!(send("POST", &clock, &allowed, faster).await.0, 200, "{allowed:?}");
    }
    let followed = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    assert_eq!(send("GET", &endpoint, &followed, "").await.0, 200, "a link may lead here");
}

#[tokio::test]
async fn both_protocols_answer_and_err_in_their_own_shape() {
    let (_sandbox, endpoint, _folder) = served().await;
    let signed = ("authorization", SIGNED);
    let target = ("x-amz-target", "AmazonEC2ContainerServiceV20141113.CreateCluster");
    let (status, headers, body) =
        send("POST", &endpoint, &[target, signed], r#"{"clusterName":"demo"}"#).await;
    assert_eq!((status, headers["content-type"].as_bytes()), (200, b"application/x-amz-json-1.1".as_ref()));
    assert!(headers.contains_key("x-amzn-requestid"));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["cluster"]["clusterName"], "demo");
    let form = "Action=DescribeTargetGroups&Version=2015-12-01&Names.member.1=none";
    let (status, _, body) = send("POST", &endpoint, &[signed], form).await;
    assert_eq!(status, 400);
    assert!(body.contains("<Type>Sender</Type><Code>TargetGroupNotFound</Code>"), "{body}");
    let form = "Action=DescribeTargetGroups&Version=2015-12-01";
    let (status, _, body) = send("POST", &endpoint, &[signed], form).await;
    assert_eq!(status, 200);
    assert!(body.contains("<DescribeTargetGroupsResult><TargetGroups></TargetGroups>"), "{body}");
}

#[tokio::test]
async fn faults_strike_as_often_as_they_are_told_to() {
    let (_sandbox, endpoint, _folder) = served().await;
    let fault = json!({ "service": "ecs", "operation": "ListClusters", "kind": "throttle", "count": 1 });
    let control = format!("{endpoint}/_sandbox/faults");
    assert_eq!(send("POST", &control, &[], "{\"service\":\"ecs\"}").await.0, 400);
    assert_eq!(send("POST", &control, &[], &fault.to_string()).await.0, 200);
    let headers =
        [("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListClusters"), ("authorization", SIGNED)];
    let (status, _, body) = send("POST", &endpoint, &headers, "{}").await;
    assert!(status == 400 && body.contains("ThrottlingException"), "{body}");
    assert_eq!(send("POST", &endpoint, &headers, "{}").await.0, 200);
}

#[tokio::test]
async fn production_answers_every_request_through_a_swap_and_the_end_of_blue() {
    let (sandbox, _, _folder) = served().await;
    let (listener, rule, blue, green, one, two) = sandbox.with(|world| {
        let (listener, rule) = balancer(world);
        let (blue, green) = (group(world, "blue"), group(world, "green"));
        point(world, &rule, &[(&blue, 1), (&green, 0)]);
        service(world, 2);
        let (first, second) = (page(world, "blue"), page(world, "green"));
        let (first, second) = (definition(world, &first), definition(world, &second));
        let one = task_set(world, &first, &blue).unwrap();
        let two = task_set(world, &second, &green).unwrap();
        (listener, rule, blue, green, one, two)
    });
    let url = format!("http://{}/", sandbox.plane().opened(&listener).await.unwrap());
    assert_eq!(send("GET", &url, &[], "").await.0, 503);
    pass_in(&sandbox, 60).await;
    assert_eq!(send("GET", &url, &[], "").await.2, "blue");

    let customer = tokio::spawn(async move {
        let client: Client<_, super::Body> = Client::builder(TokioExecutor::new()).build_http();
        let mut bodies = Vec::new();
        for _ in 0..1000 {
            let answer = client.get(url.parse().unwrap()).await.unwrap();
            assert_eq!(answer.status(), 200);
            bodies.push(answer.into_body().collect().await.unwrap().to_bytes());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bodies
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    sandbox.with(|world| point(world, &rule, &[(&green, 1), (&blue, 0)]));
    sandbox
        .with(|world| ecs(world, "UpdateServicePrimaryTaskSet", json!({ "primaryTaskSet": two })).unwrap());
    tokio::time::sleep(Duration::from_millis(100)).await;
    sandbox.with(|world| ecs(world, "DeleteTaskSet", json!({ "taskSet": one })).unwrap());
    pass_in(&sandbox, 120).await;
    assert!(sandbox.with(|world| described(world, &one)).is_null());
    let bodies = customer.await.unwrap();
    assert_eq!((bodies[0].as_ref(), bodies[999].as_ref()), (b"blue".as_ref(), b"green".as_ref()));
    sandbox.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_world_that_was_killed_goes_on_where_it_was() {
    let (first, folder) = world();
    let sandbox = Sandbox::new(first);
    sandbox.save().unwrap();
    let (listener, set) = sandbox.with(|world| {
        let (listener, rule) = balancer(world);
        let blue = group(world, "blue");
        point(world, &rule, &[(&blue, 1)]);
        service(world, 1);
        let image = page(world, "kept");
        let definition = definition(world, &image);
        (listener, task_set(world, &definition, &blue).unwrap())
    });
    pass_in(&sandbox, 12).await;
    let before = sandbox.with(|world| world.now());
    drop(sandbox);

    let mut clock = Clock::new(jiff::Timestamp::UNIX_EPOCH, 1.0);
    clock.pause();
    let (again, loaded) = Sandbox::open(folder.path(), 1, clock).unwrap();
    assert!(loaded);
    again.resume();
    let since = again.with(|world| world.now()).duration_since(before);
    assert!(since.abs() < jiff::SignedDuration::from_secs(12), "{since:?}");
    pass_in(&again, 60).await;
    assert_eq!(again.with(|world| described(world, &set))["stabilityStatus"], "STEADY_STATE");
    let url = format!("http://{}/", again.plane().opened(&listener).await.unwrap());
    assert_eq!(send("GET", &url, &[], "").await.2, "kept");
    again.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn what_is_not_here_says_so_in_the_shape_that_its_clients_read() {
    let (_sandbox, endpoint, _folder) = served().await;
    let signed = |service: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIA/20261102/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
        )
    };
    for (method, path, service, start) in [
        ("GET", "/", "s3", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NotImplemented</Code>"),
        (
            "PUT",
            "/bucket/key",
            "s3",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NotImplemented</Code>",
        ),
        ("POST", "/", "s3", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NotImplemented</Code>"),
        ("GET", "/2013-04-01/hostedzone", "route53", "<ErrorResponse"),
        ("GET", "/2015-03-31/functions/", "lambda", "{\"__type\":\"NotImplemented\""),
        ("POST", "/2015-03-31/functions/f/invocations", "lambda", "{\"__type\":\"NotImplemented\""),
        ("DELETE", "/clusters/a", "eks", "{\"__type\":\"NotImplemented\""),
    ] {
        let signature = signed(service);
        let url = format!("{endpoint}{path}");
        let (status, _, body) = send(method, &url, &[("authorization", &signature)], "").await;
        assert_eq!(status, 501, "{method} {path}: {body}");
        assert!(body.starts_with(start), "{method} {path}: {body}");
        assert!(body.contains(service), "{body}");
    }
    let signed = "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261102%2Feu-west-1%2Fs3%2Faws4_request";
    let (status, _, body) = send("GET", &format!("{endpoint}{signed}"), &[], "").await;
    assert!(status == 501 && body.contains("<Code>NotImplemented</Code>"), "{body}");
    for (method, path) in
        [("GET", "/bucket/key"), ("POST", "/2015-03-31/functions/f/invocations"), ("PUT", "/x")]
    {
        let (status, _, body) = send(method, &format!("{endpoint}{path}"), &[], "").await;
        assert!(
            status == 404 && body.contains("UnknownOperationException"),
            "{method} {path}: {status} {body}"
        );
    }
    assert_eq!(send("GET", &endpoint, &[], "").await.0, 200, "a person who looks is greeted");
}
