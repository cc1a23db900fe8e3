//! Bodies of every framing, in both directions.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{OK, Stage, Talk, within};

#[tokio::test]
async fn a_request_reaches_the_target_without_what_concerns_the_connection() {
    let stage = Stage::new(1).await;
    let request = "GET /a?b=c HTTP/1.1\r\nHost: example.com:8080\r\nX-Forwarded-For: 10.9.9.9\r\nConnection: keep-alive, X-Hop\r\n\
                   X-Hop: 1\r\nTE: trailers\r\nX-Kept: yes\r\n\r\n";
    let (asked, answered) = stage
        .exchange(
            request,
            "HTTP/1.1 200 Fine\r\nServer: nginx\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok",
        )
        .await;
    assert!(asked.starts_with("GET /a?b=c HTTP/1.1\r\nHost: example.com:8080\r\n"), "{asked}");
    for part in [
        "\r\nX-Forwarded-For: 10.9.9.9, 127.0.0.1\r\n",
        "\r\nX-Forwarded-Proto: http\r\n",
        "\r\nX-Forwarded-Port: 80\r\n",
        "\r\nX-Amzn-Trace-Id: Root=1-",
        "\r\nX-Kept: yes\r\n",
    ] {
        assert!(asked.contains(part), "{part} {asked}");
    }
    for name in ["X-Hop", "TE:", "Connection"] {
        assert!(!asked.contains(name), "{name} {asked}");
    }
    assert_eq!(
        answered,
        "HTTP/1.1 200 Fine\r\nServer: nginx\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
    );
}

#[tokio::test]
async fn one_connection_carries_many_requests_even_when_they_come_at_once() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut target = stage.target().await;
    for path in ["/1", "/2", "/3"] {
        if path == "/3" {
            client.say("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n").await;
        }
        assert!(target.head().await.starts_with(&format!("GET {path} ")));
        target.say(OK).await;
        client.until("\r\n\r\nok").await;
    }
}

#[tokio::test]
async fn chunks_pass_in_both_directions_and_a_trailer_with_them() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    let body = "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n";
    client.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel").await;
    let mut target = stage.target().await;
    let asked = target.head().await;
    assert!(
        asked.contains("\r\nTransfer-Encoding: chunked\r\n") && !asked.contains("Content-Length"),
        "{asked}"
    );
    client.say(&body["5\r\nhel".len()..]).await;
    assert_eq!(target.until("X-Sum: 1\r\n\r\n").await, body);
    target.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
    let head = client.head().await;
    assert!(head.contains("\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n"), "{head}");
    assert_eq!(client.until("abc\r\n").await, "3\r\nabc\r\n");
    target.say("0\r\n\r\n").await;
    assert_eq!(client.until("0\r\n\r\n").await, "0\r\n\r\n");
    client.say("GET /again HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(target.head().await.starts_with("GET /again "));
}

#[tokio::test]
async fn a_large_upload_arrives_whole() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    let size: usize = 8 << 20;
    let upload = tokio::spawn(async move {
        client.say(&format!("PUT /file HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n")).await;
        let chunk = vec![b'x'; 1 << 16];
        for _ in 0..(size >> 16) {
            client.stream.write_all(&chunk).await.unwrap();
        }
        client.until("\r\n\r\nok").await
    });
    let mut target = stage.target().await;
    target.head().await;
    let mut body = vec![0; size - target.read.len()];
    within(target.stream.read_exact(&mut body)).await.unwrap();
    target.say(OK).await;
    assert!(within(upload).await.unwrap().starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_large_download_arrives_whole() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut target = stage.target().await;
    target.head().await;
    let size: usize = 8 << 20;
    let download = tokio::spawn(async move {
        target.say(&format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n")).await;
        target.stream.write_all(&vec![b'y'; size]).await.unwrap();
        target
    });
    client.head().await;
    let mut body = vec![0; size - client.read.len()];
    within(client.stream.read_exact(&mut body)).await.unwrap();
    assert!(body.iter().all(|byte| *byte == b'y'));
    within(download).await.unwrap();
}

#[tokio::test]
async fn answers_without_a_body_end_with_their_head() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    let mut target: Option<Talk> = None;
    for (method, answer) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: \"a\"\r\n\r\n"),
    ] {
        client.say(&format!("{method} / HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        let talk = match target.take() {
            Some(talk) => target.insert(talk),
            None => target.insert(stage.target().await),
        };
        talk.head().await;
        talk.say(answer).await;
        let head = client.head().await;
        assert!(head.ends_with("Connection: keep-alive\r\n\r\n"), "{head}");
    }
}

#[tokio::test]
async fn a_body_that_ends_with_the_connection_becomes_chunks() {
    let stage = Stage::new(1).await;
    let (_, answered) =
        stage.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nall of it").await;
    assert!(answered.contains("\r\nTransfer-Encoding: chunked\r\n"), "{answered}");
    assert!(answered.ends_with("\r\n\r\n9\r\nall of it\r\n0\r\n\r\n"), "{answered}");
}

#[tokio::test]
async fn a_client_of_http_1_0_gets_no_chunks() {
    let stage = Stage::new(1).await;
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let (asked, answered) = stage.exchange("GET / HTTP/1.0\r\n\r\n", answer).await;
    assert!(asked.starts_with("GET / HTTP/1.1\r\n"), "{asked}");
    assert!(
        answered.ends_with("Connection: close\r\n\r\nabcde") && !answered.contains("chunked"),
        "{answered}"
    );
    let mut client = stage.client().await;
    client.say("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
    let mut target = stage.target().await;
    target.head().await;
    target.say(OK).await;
    assert!(client.until("\r\n\r\nok").await.contains("Connection: keep-alive"));
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").await;
    assert_eq!(client.head().await, "HTTP/1.1 100 Continue\r\n\r\n");
    client.say("abc").await;
    let mut target = stage.target().await;
    assert!(!target.head().await.contains("Expect"));
    target.until("abc").await;
    target.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n").await;
    assert_eq!(client.head().await, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    target.say(OK).await;
    client.until("\r\n\r\nok").await;
}

#[tokio::test]
async fn a_target_may_answer_before_it_has_read_everything() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nstart").await;
    let mut target = stage.target().await;
    target.head().await;
    target.say("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n").await;
    let head = client.head().await;
    assert!(head.starts_with("HTTP/1.1 413 ") && head.contains("Connection: close"), "{head}");
    assert!(client.has_ended().await);
}

#[tokio::test]
async fn another_protocol_is_passed_both_ways() {
    let stage = Stage::new(1).await;
    let mut client = stage.client().await;
    client.say("GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").await;
    let mut target = stage.target().await;
    let asked = target.head().await;
    assert!(asked.contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"), "{asked}");
    target
        .say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello")
        .await;
    let head = client.head().await;
    assert!(head.contains("\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"), "{head}");
    assert_eq!(client.until("hello").await, "hello");
    client.say("and back").await;
    assert_eq!(target.until("and back").await, "and back");
    drop(target);
    assert!(client.has_ended().await);
}

#[tokio::test]
async fn another_protocol_ends_when_neither_says_anything_for_as_long_as_the_load_balancer_waits() {
    let stage = Stage::new(1).await;
    stage.waits(1);
    let mut client = stage.client().await;
    client.say("GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").await;
    let mut target = stage.target().await;
    target.head().await;
    target.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").await;
    client.head().await;
    // Who only listens is kept for as long as there is something to hear.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1_500) {
        target.say("tick").await;
        client.until("tick").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(client.has_ended().await && target.has_ended().await);
}
