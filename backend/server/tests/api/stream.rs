//! The event stream as a page reads it.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt;
use tower::ServiceExt;
use viridian_shared::{event::Event, sample};

use crate::test_app::{TestApp, request};

/// Reads events until one satisfies `done`; gives all of them with their ids.
async fn read(
    app: &TestApp,
    request: Request<Body>,
    done: impl Fn(&Event) -> bool,
) -> Vec<(Option<String>, Event)> {
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let (mut events, mut id) = (Vec::new(), None);
    let reading = async {
        while let Some(Ok(piece)) = body.frame().await {
            let bytes = piece.into_data().unwrap_or_default();
            for line in String::from_utf8_lossy(&bytes).lines() {
                if let Some(text) = line.strip_prefix("id: ") {
                    id = Some(text.to_owned());
                } else if let Some(json) = line.strip_prefix("data: ") {
                    let event: Event = serde_json::from_str(json).unwrap();
                    let last = done(&event);
                    events.push((id.take(), event));
                    if last {
                        return;
                    }
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap();
    events
}

fn open(cookie: &str, last_id: Option<&str>) -> Request<Body> {
    let mut request = request(Method::GET, "/api/stream?service=shop", Some(cookie), None);
    if let Some(id) = last_id {
        request.headers_mut().insert("last-event-id", id.parse().unwrap());
    }
    request
}

fn is_snapshot(event: &Event) -> bool {
    matches!(event, Event::Snapshot(_))
}

#[tokio::test]
async fn a_page_gets_everything_and_then_what_changes() {
    let app = TestApp::testing().await;
    let client = app.sign_in("viewer-1").await;
    let events = read(&app, open(&client.cookie, None), is_snapshot).await;
    let [(_, Event::Hello(hello)), (_, Event::Rows(rows)), (_, Event::Snapshot(snapshot)), ..] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(hello.session.person.as_ref().map(|it| it.name.as_str()), Some("viewer-1"));
    assert_eq!(rows.len(), 1);
    assert_eq!(snapshot.pipeline(), sample::testing().pipeline());
}

#[tokio::test]
async fn a_page_that_can_unpack_is_sent_less() {
    let app = TestApp::testing().await;
    let client = app.sign_in("viewer-1").await;
    let ask = async |encodings: &str| {
        let mut request = open(&client.cookie, None);
        request.headers_mut().insert("accept-encoding", encodings.parse().unwrap());
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["vary"], "accept-encoding");
        let encoding = response.headers().get("content-encoding").cloned();
        let mut body = response.into_body();
        let mut size = 0;
        // What is sent at once; after it the stream is silent.
        while let Ok(Some(Ok(piece))) = tokio::time::timeout(Duration::from_millis(300), body.frame()).await {
            size += piece.into_data().unwrap_or_default().len();
        }
        (encoding, size)
    };
    let (plain, size) = ask("identity, gzip;q=0").await;
    let (packed, packed_size) = ask("gzip, deflate, br").await;
    assert_eq!(plain, None);
    assert_eq!(packed.unwrap(), "gzip");
    assert!(packed_size * 3 < size, "{packed_size} of {size} bytes");
}

#[tokio::test]
async fn a_page_that_comes_back_gets_only_what_it_missed() {
    let app = TestApp::testing().await;
    let client = app.sign_in("operator-1").await;
    let events = read(&app, open(&client.cookie, None), is_snapshot).await;
    let id = events.last().and_then(|(id, _)| id.clone()).unwrap();
    client.post("/api/services/shop/start-pipeline", "{}").await;
    let missed =
        read(&app, open(&client.cookie, Some(&id)), |event| matches!(event, Event::Journal(_))).await;
    assert!(missed.iter().all(|(_, event)| !matches!(event, Event::Snapshot(_))));

    let foreign = read(&app, open(&client.cookie, Some("other-1-0")), is_snapshot).await;
    assert!(foreign.iter().any(|(_, event)| matches!(event, Event::Snapshot(_))));
}

#[tokio::test]
async fn an_entry_that_the_journal_never_had_hides_none_that_follows() {
    let app = TestApp::testing().await;
    let client = app.sign_in("operator-1").await;
    let events = read(&app, open(&client.cookie, None), is_snapshot).await;
    let id = events.last().and_then(|(id, _)| id.clone()).unwrap();
    let epoch = id.split('-').next().unwrap();
    for invented in [format!("{epoch}-0-{}", u64::MAX), format!("{epoch}-{}-999999", u64::MAX)] {
        let following = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            client.post("/api/services/shop/start-pipeline", "{}").await
        };
        let is_entry = |event: &Event| matches!(event, Event::Journal(_));
        let (seen, _) = tokio::join!(read(&app, open(&client.cookie, Some(&invented)), is_entry), following);
        assert!(seen.iter().any(|(_, event)| is_entry(event)), "{invented}");
    }
}

#[tokio::test]
async fn a_stop_says_goodbye_and_a_sign_out_ends_its_streams() {
    let app = TestApp::testing().await;
    let (one, other) = (app.sign_in("viewer-1").await, app.sign_in("developer-1").await);
    let is_bye = |event: &Event| matches!(event, Event::Bye);
    let leaving = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        app.ask(request(Method::DELETE, "/api/session", Some(&one.cookie), None)).await
    };
    tokio::join!(read(&app, open(&one.cookie, None), is_bye), leaving);
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        app.app.stop.cancel();
    };
    tokio::join!(read(&app, open(&other.cookie, None), is_bye), stopping);
}

/// The messages that stand in the page itself.
async fn in_the_page(app: &TestApp, cookie: Option<&str>, path: &str) -> Option<Vec<Event>> {
    let response = app.router.clone().oneshot(request(Method::GET, path, cookie, None)).await.unwrap();
    let caching = response.headers()["cache-control"].clone();
    let html = response.into_body().collect().await.unwrap().to_bytes();
    let html = String::from_utf8_lossy(&html).into_owned();
    let Some((_, rest)) = html.split_once("<script type=\"text/event-stream\" id=\"beginning\">") else {
        assert_eq!(caching, "no-cache");
        return None;
    };
    assert_eq!(caching, "no-store", "what is for one person is kept nowhere");
    let (told, after) = rest.split_once("</script>").unwrap();
    assert_eq!(after, "");
    let told = told.lines().filter_map(|line| line.strip_prefix("data: "));
    Some(told.map(|json| serde_json::from_str(json).unwrap()).collect())
}

#[tokio::test]
async fn the_page_itself_says_what_its_stream_would_begin_with() {
    let app = TestApp::testing().await;
    let client = app.sign_in("viewer-1").await;
    let told = in_the_page(&app, Some(&client.cookie), "/s/shop/compare?run=1").await.unwrap();
    let [Event::Hello(hello), Event::Rows(_), Event::Snapshot(snapshot), ..] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(hello.session.person.as_ref().map(|it| it.name.as_str()), Some("viewer-1"));
    assert_eq!(snapshot.pipeline(), sample::testing().pipeline());
    let services = in_the_page(&app, Some(&client.cookie), "/").await.unwrap();
    assert!(matches!(services.as_slice(), [Event::Hello(_), Event::Rows(_)]), "{services:?}");
    let unknown = in_the_page(&app, Some(&client.cookie), "/s/nothing").await.unwrap();
    assert!(matches!(unknown.as_slice(), [Event::Hello(_), Event::Rows(_)]), "{unknown:?}");
}

#[tokio::test]
async fn whoever_is_not_signed_in_gets_the_page_alone() {
    let app = TestApp::testing().await;
    assert!(in_the_page(&app, None, "/s/shop").await.is_none());
    assert!(in_the_page(&app, Some("viridian-session=invented"), "/s/shop").await.is_none());
}
