//! What rules make of a request: own answers, redirects, rewrites, cookies.

use serde_json::{Value, json};

use super::{OK, Stage};
use crate::testing::elb;

impl Stage {
    fn act(&self, action: Value) {
        self.sandbox
            .with(|world| elb(world, "ModifyRule", json!({"RuleArn": self.rule, "Actions": [action]})));
    }

    fn change(&self, change: Value) {
        let mut input = change;
        input["RuleArn"] = json!(self.rule);
        self.sandbox.with(|world| elb(world, "ModifyRule", input));
    }

    fn attribute(&self, key: &str, value: &str) {
        let attributes = json!([{"Key": key, "Value": value}]);
        let input = json!({"TargetGroupArn": self.group, "Attributes": attributes});
        self.sandbox.with(|world| elb(world, "ModifyTargetGroupAttributes", input));
    }
}

#[tokio::test]
async fn a_fixed_answer_is_given_as_it_was_written() {
    let stage = Stage::new(0).await;
    let config = json!({"StatusCode": "404", "ContentType": "application/json", "MessageBody": "{}"});
    stage.act(json!({"Type": "fixed-response", "FixedResponseConfig": config}));
    let mut client = stage.client().await;
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 404 Not Found\r\nServer: awselb/2.0\r\nDate: "), "{head}");
    assert!(head.contains("\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"), "{head}");
    client.until("{}").await;
    client.say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let head = client.rest().await;
    assert!(head.ends_with("Connection: close\r\n\r\n") && head.contains("Content-Length: 2\r\n"), "{head}");
}

#[tokio::test]
async fn a_redirect_keeps_what_it_does_not_change() {
    let stage = Stage::new(0).await;
    let config =
        json!({"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443", "Path": "/new/#{path}"});
    stage.act(json!({"Type": "redirect", "RedirectConfig": config}));
    let mut client = stage.client().await;
    client.say("GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\n\r\n").await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 301 Moved Permanently\r\n"), "{head}");
    assert!(head.contains("\r\nLocation: https://example.com:443/new/a/b?c=d\r\n"), "{head}");
}

#[tokio::test]
async fn host_and_path_are_rewritten_on_the_way() {
    let stage = Stage::new(1).await;
    stage.change(json!({"Transforms": [
        {"Type": "host-header-rewrite", "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": "^(.*)\\.old$", "Replace": "$1.new"}]}},
        {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/api/(.*)$", "Replace": "/$1"}]}},
    ]}));
    let (asked, _) = stage.exchange("GET /api/items?x=1 HTTP/1.1\r\nHost: shop.old\r\n\r\n", OK).await;
    assert!(
        asked.starts_with("GET /items?x=1 HTTP/1.1\r\n") && asked.contains("\r\nHost: shop.new\r\n"),
        "{asked}"
    );
    stage.change(json!({"ResetTransforms": true}));
    let (asked, _) = stage.exchange("GET /api/items HTTP/1.1\r\nHost: shop.old\r\n\r\n", OK).await;
    assert!(asked.starts_with("GET /api/items HTTP/1.1\r\n"), "{asked}");
}

#[tokio::test]
async fn a_client_is_kept_by_cookies_with_its_group_and_its_target() {
    let stage = Stage::new(2).await;
    stage.attribute("stickiness.enabled", "true");
    stage.attribute("stickiness.lb_cookie.duration_seconds", "60");
    stage.act(json!({"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": stage.group, "Weight": 1}],
        "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 60},
    }}));
    let mut cookies = String::new();
    let mut first = None;
    for _ in 0..4 {
        let mut client = stage.client().await;
        client
            .say(&format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n"))
            .await;
        let (number, stream) = tokio::select! {
            accepted = stage.targets[0].accept() => (0, accepted.unwrap().0),
            accepted = stage.targets[1].accept() => (1, accepted.unwrap().0),
        };
        let mut target = super::Talk::new(stream);
        target.head().await;
        target.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok").await;
        let answered = client.rest().await;
        let set: Vec<&str> = answered.lines().filter_map(|line| line.strip_prefix("Set-Cookie: ")).collect();
        let names: Vec<&str> = set.iter().filter_map(|cookie| Some(cookie.split_once('=')?.0)).collect();
        assert_eq!(names, ["AWSALBTG", "AWSALBTGCORS", "AWSALB", "AWSALBCORS"]);
        assert!(set[1].ends_with("; Path=/; SameSite=None") && set[0].contains("; Expires="), "{set:?}");
        cookies = set.iter().filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        assert_eq!(*first.get_or_insert(number), number);
    }
}
