//! What colours served, shown: safe whatever it is, and whole where it can be.

use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode};

use crate::{
    shop::{BASE, Colour, answer, comparing, page, run},
    test_app::{Answer, Client, TestApp},
};

const HOME: &str = "name = \"smoke\"\n[[probe]]\nname = \"home\"\npath = \"/shop/\"\n";

async fn shown(client: &Client<'_>, run: &str, rest: &str) -> Answer {
    client.get(&format!("{BASE}/comparison/runs/{run}/probes/home/{rest}")).await
}

async fn app(
    colour: impl Fn(&axum::extract::Request) -> axum::response::Response + Clone + Send + Sync + 'static,
) -> TestApp {
    comparing(&Colour::of(colour.clone()).await, &Colour::of(colour).await, &[HOME]).await
}

/// A body that nobody takes stays in memory, and each may have 24 MiB.
#[tokio::test]
async fn one_person_and_all_of_them_have_so_many_views_that_are_not_taken() {
    let app = app(|_| page("<p>Shop</p>")).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let other = app.sign_in("viewer-1").await;
    let paths = ["page/green", "body/blue", "rows?view=source"];
    let mut held = Vec::new();
    let ask = async |client: &Client<'_>, rest: &str| {
        client.open(&format!("{BASE}/comparison/runs/{id}/probes/home/{rest}")).await
    };
    let full = loop {
        let response = ask(&client, paths[held.len() % 2]).await;
        if response.status() != StatusCode::OK {
            break response;
        }
        held.push(response);
        assert!(held.len() < 100, "there is no end of them");
    };
    assert_eq!(full.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(full.headers().contains_key("retry-after"));
    assert_eq!(ask(&client, paths[2]).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&other, paths[0]).await.status(), StatusCode::OK, "others have places of their own");
    drop(held);
    assert_eq!(ask(&client, paths[2]).await.status(), StatusCode::OK);
}

/// A page that tries to break out of its frame.
const HOSTILE: &str = r#"
<!doctype html><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<script>parent.document.cookie</script><img src=x onerror="alert(1)"><a href="javascript:alert(1)">a</a>
<form action="https://evil.example/" onsubmit="x()"><input name=q></form><iframe src="/api/session"></iframe>
<svg><script>alert(1)</script></svg><style>@import url(https://evil.example/x.css); p { background: url(//evil.example/p) }</style>
<link rel=stylesheet href="//evil.example/a.css"><object data="/x"></object><p>Shop</p>
"#;

#[tokio::test]
async fn a_hostile_page_is_shown_without_anything_that_runs_or_reaches_out() {
    let app = app(|_| page(HOSTILE)).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let shown = shown(&client, &id, "page/green").await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let text = shown.text.to_lowercase();
    for word in [
        "<script",
        "onerror",
        "onsubmit",
        "javascript:",
        "evil.example",
        "http-equiv",
        "<base",
        "<iframe",
        "<object",
    ] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert!(text.contains("<p>shop</p>"), "{text}");
    let policy = shown.headers["content-security-policy"].to_str().unwrap();
    for part in ["sandbox;", "default-src 'none'", "base-uri 'none'", "form-action 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script-src") && !policy.contains("allow-scripts"), "{policy}");
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn a_page_brings_its_own_styles_pictures_and_fonts_and_no_others() {
    let app = app(|request| match request.uri().path() {
        "/shop/" => page(
            "<link rel=stylesheet href=style.css><img src=/logo.png><img src=/gone.png><img src=http://127.0.0.1:1/foreign.png><h1>Shop</h1>",
        ),
        "/shop/style.css" => answer("text/css", "h1 { background: url(back.png) }"),
        "/logo.png" | "/shop/back.png" => answer("image/png", vec![137_u8, 80, 78, 71]),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let text = shown(&client, &id, "page/blue").await.text;
    assert!(text.contains("data:image/png;base64,iVBORw=="), "{text}");
    assert!(text.contains("data:text/css;base64,"), "{text}");
    assert!(!text.contains("gone.png") && !text.contains("foreign.png"), "{text}");
    // Nothing is asked when the page is looked at: what it names stands in it.
    assert!(!text.contains("src=\"/") && !text.contains("href=\"/"), "{text}");
}

#[tokio::test]
async fn what_is_no_page_is_not_shown_as_one_and_a_body_is_a_file_or_a_picture() {
    let app = app(|_| answer("application/octet-stream", vec![0_u8, 1, 2, 255])).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    assert_eq!(shown(&client, &id, "page/blue").await.status, StatusCode::NOT_FOUND);
    assert_eq!(shown(&client, &id, "page/red").await.status, StatusCode::NOT_FOUND);
    let body = shown(&client, &id, "body/blue").await;
    assert_eq!(body.kind, "application/octet-stream");
    assert_eq!(body.headers["content-disposition"], "attachment; filename=\"run-1-blue.bin\"");

    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let app = self::app(move |_| answer("image/svg+xml", svg)).await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let picture = shown(&client, &id, "body/green").await;
    assert_eq!(picture.kind, "image/svg+xml");
    assert!(
        picture.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("sandbox; default-src 'none'")
    );
}

#[tokio::test]
async fn a_cookies_value_is_nowhere_to_be_seen() {
    let app = app(|_| {
        let mut response = page("<h1>Shop</h1>");
        let cookie = HeaderValue::from_static("session=hunter2-cookie; Path=/; HttpOnly");
        response.headers_mut().insert("set-cookie", cookie);
        response
    })
    .await;
    let client = app.sign_in("developer-1").await;
    let id = run(&app, &client, 1).await;
    let probe = client.get(&format!("{BASE}/comparison/runs/{id}/probes/home")).await;
    assert!(probe.text.contains("HttpOnly") && !probe.text.contains("hunter2"), "{}", probe.text);
    let rows = shown(&client, &id, "rows?view=headers").await;
    assert!(!rows.text.contains("hunter2"), "{}", rows.text);
}
