//! Requests that are none, and targets that do not answer as they should.

use std::{fs, sync::Arc};

use serde_json::json;
use viridian_nginx_site::Site;

use super::{ADDRESSES, OK, Stage, within};
use crate::testing::{elb, pass_in, point};

#[tokio::test]
async fn what_is_no_request_is_answered_with_its_status_and_the_connection_ends() {
    let stage = Stage::new(1).await;
    let long = "x".repeat(17_000);
    let hops = "10.0.0.1,".repeat(31);
    for (request, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nHost : x\r\n\r\n".to_owned(), 400),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                .to_owned(),
            400,
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n".to_owned(), 501),
        ("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 405),
        ("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 400),
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), 414),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(70_000)), 400),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {hops}\r\n\r\n"), 463),
    ] {
        let mut client = stage.client().await;
        client.say(&request).await;
        let answered = client.rest().await;
        assert!(answered.starts_with(&format!("HTTP/1.1 {status} ")), "{request} {answered}");
        assert!(answered.contains("\r\nServer: awselb/2.0\r\n"), "{answered}");
    }
}

#[tokio::test]
async fn without_a_target_the_answer_is_503_and_the_connection_stays() {
    let stage = Stage::new(0).await;
    let mut client = stage.client().await;
    for _ in 0..2 {
        client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let answered = client.until("</html>\r\n").await;
        assert!(answered.starts_with("HTTP/1.1 503 Service Temporarily Unavailable\r\n"), "{answered}");
    }
}

#[tokio::test]
async fn a_target_that_answers_nonsense_or_not_at_all_makes_a_502() {
    let stage = Stage::new(1).await;
    for answer in [
        "nonsense\r\n\r\n",
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        let (_, answered) =
            stage.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", answer).await;
        assert!(answered.starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{answer} {answered}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_short_ends_the_connection() {
    let stage = Stage::new(1).await;
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    ] {
        let (_, answered) = stage.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", answer).await;
        assert!(answered.ends_with("abc"), "{answered}");
    }
}

#[tokio::test]
async fn a_connection_that_the_target_closed_is_not_used_again() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    for _ in 0..3 {
        client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na").await;
        let mut target = stage.target().await;
        target.until("\r\n\r\na").await;
        target.say(OK).await;
        client.until("\r\n\r\nok").await;
    }
}

#[tokio::test]
async fn what_can_safely_be_repeated_goes_to_the_next_target() {
    let stage = Stage::new(2).await;
    let mut client = stage.client().await;
    client.say("GET /safe HTTP/1.1\r\nHost: x\r\n\r\n").await;
    // Whichever is asked first breaks the connection; the other one answers.
    for number in 0..2 {
        let (stream, _) = tokio::select! {
            accepted = stage.targets[0].accept() => accepted.unwrap(),
            accepted = stage.targets[1].accept() => accepted.unwrap(),
        };
        let mut target = super::Talk::new(stream);
        assert!(target.head().await.starts_with("GET /safe "));
        if number == 1 {
            target.say(OK).await;
        }
    }
    client.until("\r\n\r\nok").await;
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_too_slow_makes_a_504() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    // Time passes by itself while nothing else happens.
    let mut target = super::Talk::new(stage.targets[0].accept().await.unwrap().0);
    target.head().await;
    let mut bytes = vec![0; 64];
    let length = tokio::io::AsyncReadExt::read(&mut client.stream, &mut bytes).await.unwrap();
    assert!(bytes[..length].starts_with(b"HTTP/1.1 504 Gateway Time-out\r\n"));
}

#[tokio::test]
async fn what_is_under_way_ends_well_when_its_target_and_its_rule_go() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut target = stage.target().await;
    target.head().await;
    target.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab").await;
    client.until("\r\n\r\nab").await;
    let gone = serde_json::json!({"TargetGroupArn": stage.group, "Targets": [{"Id": super::ADDRESSES[0]}]});
    stage.sandbox.with(|world| elb(world, "DeregisterTargets", gone));
    let listener = serde_json::json!({"ListenerArn": stage.listener});
    stage.sandbox.with(|world| elb(world, "DeleteListener", listener));
    target.say("cd").await;
    assert_eq!(client.until("cd").await, "cd");
    // The connection ends once nothing is under way on it.
    assert!(client.has_ended().await);
}

#[tokio::test]
async fn a_target_that_drains_gets_no_new_requests() {
    let stage = Stage::new(2).await;
    let gone = serde_json::json!({"TargetGroupArn": stage.group, "Targets": [{"Id": super::ADDRESSES[0]}]});
    stage.sandbox.with(|world| {
        point(world, &stage.rule, &[(&stage.group, 1)]);
        elb(world, "DeregisterTargets", gone)
    });
    let mut client = stage.client().await;
    let mut kept = None;
    for _ in 0..4 {
        client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut target = match kept.take() {
            Some(target) => target,
            None => super::Talk::new(within(stage.targets[1].accept()).await.unwrap().0),
        };
        target.head().await;
        target.say(OK).await;
        client.until("\r\n\r\nok").await;
        kept = Some(target);
    }
}

#[tokio::test]
async fn a_port_on_which_nothing_listens_in_a_task_is_answered_with_502() {
    let files = tempfile::tempdir().unwrap();
    fs::create_dir_all(files.path().join("etc/nginx/conf.d")).unwrap();
    let conf = "server { listen 8080; return 200 'here'; }";
    fs::write(files.path().join("etc/nginx/conf.d/default.conf"), conf).unwrap();
    let site = Arc::new(Site::load(files.path(), &[]).unwrap());
    for (port, status) in [(80, 502), (8080, 200)] {
        let stage = Stage::new(0).await;
        stage.sandbox.with(|world| {
            let targets = json!([{"Id": ADDRESSES[0]}]);
            elb(world, "RegisterTargets", json!({"TargetGroupArn": stage.group, "Targets": targets}));
        });
        pass_in(&stage.sandbox, 60).await;
        stage.sandbox.hosts().open(ADDRESSES[0], port, Arc::clone(&site));
        let mut client = stage.client().await;
        client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        let answered = client.rest().await;
        assert!(answered.starts_with(&format!("HTTP/1.1 {status} ")), "{port}: {answered}");
    }
}
