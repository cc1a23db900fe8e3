//! Requests as nobody's browser sends them.

use crate::bench::{Listening, config};

/// Paths that are no file of the page, in every spelling that somebody may try.
const ELSEWHERE: [&str; 24] = [
    "//etc/os-release",
    "///etc/passwd",
    "//proc/self/environ",
    "//proc/self/fd/1",
    "//dev/stdin",
    "//dev/zero",
    "/../Cargo.toml",
    "/../../../../../../etc/passwd",
    "/./index.html",
    "/assets/../../Cargo.toml",
    "/%2e%2e/Cargo.toml",
    "/..%2f..%2fetc%2fpasswd",
    "/%2f%2fetc%2fpasswd",
    "/%252e%252e%252fetc%252fpasswd",
    "/%c0%ae%c0%ae/etc/passwd",
    "/..%5c..%5cetc%5cpasswd",
    "/..\\..\\etc\\passwd",
    "/index.html%00.js",
    "/index.html.",
    "/INDEX.HTML",
    "/index.html/",
    "//index.html",
    "/index.html;a=b",
    "http://localhost//etc/passwd",
];

#[tokio::test]
async fn only_the_pages_own_files_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    for path in ELSEWHERE {
        let told = console.get(path, "").await;
        assert!(matches!(told.status, 404 | 400), "{path}: {}", told.text);
        assert!(!told.text.contains("root:") && !told.text.contains("[workspace]"), "{path}: {}", told.text);
    }
    for odd in [
        "HEAD //etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET //etc/passwd HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9\r\nConnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost.\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let told = console.say(odd).await;
        assert!(told.status == 0 || (400..500).contains(&told.status), "{odd:?}: {}", told.text);
    }
    let whole = console.get("/", "").await;
    assert_eq!(whole.status, 200);
    let tag = format!("If-None-Match: {}\"{}\"\r\n", "\"x\", ".repeat(2_000), "none");
    assert_eq!(console.get("/index.html", &tag).await.status, 200);
    console.stop().await;
}

async fn invent(console: &Listening, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let close = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        console.say(format!("INVENTED{number} /invented/{number} {close}")).await;
        console.say(format!("GET /api/services/invented{number}/journal {close}")).await;
    }
}

#[tokio::test]
async fn what_a_client_chooses_never_becomes_a_label_of_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let lines = |text: &str| text.lines().count();
    // The first of a kind has a right to its lines; later only a status of ours may bring a histogram, as 429 does
    // and, on a busy machine, 408 and 503. Each invented name would bring one of its own.
    invent(&console, 0..3).await;
    let before = lines(&console.get("/metrics", "").await.text);
    invent(&console, 3..300).await;
    let metrics = console.get("/metrics", "").await.text;
    assert!(!metrics.contains("INVENTED") && !metrics.contains("invented"), "{metrics}");
    assert!(metrics.contains("method=\"other\""), "{metrics}");
    assert!(lines(&metrics) <= before + 64, "{before} lines became {}", lines(&metrics));
    assert!(!metrics.contains("service="), "names without a token: {metrics}");
    console.stop().await;
}

#[tokio::test]
async fn a_clients_request_id_is_short_and_plain_or_ours() {
    let folder = tempfile::tempdir().unwrap();
    let console = Listening::start(&config(folder.path(), "")).await;
    let kept = console.get("/healthz", "X-Request-Id: mine-1\r\n").await;
    assert_eq!(kept.header("x-request-id"), Some("mine-1"));
    for odd in ["x".repeat(5_000), "a b".to_owned(), "<script>".to_owned(), "a\"b".to_owned()] {
        let told = console.get("/healthz", &format!("X-Request-Id: {odd}\r\n")).await;
        assert_eq!(told.header("x-request-id").map(str::len), Some(36), "{}", told.text);
    }
    console.stop().await;
}

#[tokio::test]
async fn metrics_and_readiness_stand_behind_their_own_door() {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut config = config(folder.path(), &format!("metrics_listen = \"{free}\""));
    config.metrics_token = Some("a-token-of-many-letters".to_owned());
    let console = Listening::start(&config).await;
    for path in ["/metrics", "/readyz"] {
        assert_eq!(console.get(path, "Authorization: Bearer a-token-of-many-letters\r\n").await.status, 404);
    }
    let apart = |path: &str, token: &str| {
        let words = format!(
            "GET {path} HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        crate::bench::say(free, words)
    };
    assert_eq!(apart("/metrics", "wrong").await.status, 401);
    assert_eq!(apart("/api/services", "a-token-of-many-letters").await.status, 404);
    let told = apart("/metrics", "a-token-of-many-letters").await;
    assert!(told.status == 200 && told.text.contains("service=\"shop\""), "{}", told.text);
    console.stop().await;
}
