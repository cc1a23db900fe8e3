//! Probes against servers that behave, and against servers that do not. All on loopback, none waits long.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use viridian_shared::comparison::suite::Header;

mod transport;

use super::{
    Failed, Limits, Plan, Probe, Probed, Secrets, get,
    guard::{Guard, Origin, RefusedOrigin, Resolver, System},
    named_in, run,
};
use crate::{
    difference::{Part, rule::Rules},
    work,
};

/// Reads one request's head; `None` when the other side is done.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

/// A server that answers every request on a kept-alive connection by a function of the request.
async fn server(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Origin {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                while let Some(head) = head(&mut stream).await {
                    if stream.write_all(&answer(&head)).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    origin
}

fn ok(headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn quick() -> Plan {
    let limits = Limits {
        first_byte: Duration::from_millis(800),
        total: Duration::from_secs(1),
        kept: 1000,
        read: 100_000,
        ..Limits::default()
    };
    Plan { warm_up: 1, samples: 3, apart: Duration::ZERO, workers: 2, limits, ..Plan::default() }
}

async fn ask(blue: &Origin, green: &Origin, probes: &[Probe], plan: &Plan) -> Vec<Probed> {
    let guard = Guard { allowed: vec![blue.clone(), green.clone()], allows_loopback: true };
    let secrets = Secrets::of(probes, |name| Some(format!("value-of-{name}"))).unwrap();
    run(probes, [blue, green], &guard, &System, (&secrets, None, plan)).await.unwrap()
}

/// What a single probe of a server that misbehaves ends in.
async fn misbehaving(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> super::Attempt {
    let origin = server(answer).await;
    let plan = Plan { warm_up: 0, samples: 1, ..quick() };
    ask(&origin, &origin, &[get("/")], &plan).await.remove(0).green.remove(0)
}

/// Postman 9180 and 12091: two addresses, one click, one comparison.
#[tokio::test]
async fn both_colours_are_asked_and_what_differs_is_found() {
    let json = "content-type: application/json\r\n";
    let blue = server(move |_| ok(json, r#"{"colour":"blue","n":1}"#)).await;
    let green = server(move |_| ok(json, r#"{"colour":"green","n":1}"#)).await;
    let probed = ask(&blue, &green, &[get("/a"), get("/b")], &quick()).await;
    assert_eq!(probed.len(), 2);
    let assessment = probed[0].assess(&Rules::default(), work::Limits::default());
    let places: Vec<_> = assessment.outcome.visible().map(|it| it.place.as_str()).collect();
    assert_eq!(places, ["/colour"]);
    assert_eq!((assessment.pairs, assessment.seen.as_slice()), (3, &[3][..]));
}

#[tokio::test]
async fn connections_are_kept_alive_and_warm_up_is_dropped() {
    let heads = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&heads);
    let origin = server(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        ok("", "x")
    })
    .await;
    let probed = ask(&origin, &origin, &[get("/")], &Plan { workers: 1, ..quick() }).await;
    assert_eq!(heads.load(Ordering::Relaxed), 8);
    assert_eq!((probed[0].blue.len(), probed[0].green.len()), (3, 3));
    let is_open = |it: &super::Attempt| it.as_ref().unwrap().timing.connect.is_none();
    assert!(probed[0].blue.iter().all(is_open));
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let target = "http://169.254.169.254/latest/meta-data/";
    let answer = misbehaving(move |_| {
        format!("HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n").into_bytes()
    });
    assert_eq!(answer.await.unwrap().redirect(), Some(target));
}

#[tokio::test]
async fn a_loop_of_redirects_into_metadata_is_asked_once_a_sample() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = misbehaving(move |_| {
        let to = ["http://169.254.170.2/v2/credentials", "/"][count.fetch_add(1, Ordering::Relaxed) % 2];
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").into_bytes()
    });
    assert_eq!(answer.await.unwrap().status, 307);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn interim_answers_without_an_end_are_too_slow() {
    let interim = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(1000);
    assert_eq!(misbehaving(move |_| interim.clone().into_bytes()).await, Err(Failed::TooSlow));
}

#[tokio::test]
async fn two_lengths_are_no_answer() {
    let two = "content-length: 10\r\ncontent-length: 20\r\n";
    let answer = misbehaving(move |_| format!("HTTP/1.1 200 OK\r\n{two}\r\nabc").into_bytes());
    assert_eq!(answer.await, Err(Failed::Garbled));
}

#[tokio::test]
async fn an_endless_body_is_cut_counted_and_hashed() {
    let chunk = format!("{:x}\r\n{}\r\n", 4096, "a".repeat(4096));
    let answer = misbehaving(move |_| {
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}", chunk.repeat(40)).into_bytes()
    });
    let answer = answer.await.unwrap();
    assert_eq!(answer.body.kept.len(), 1000);
    assert!(answer.body.length > 100_000 && answer.body.broken.is_some());
    assert_eq!(answer.body.sha256.len(), 64);
}

#[tokio::test]
async fn a_slow_drip_ends_with_the_deadline() {
    let dripped = |_: &str| b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nabc".to_vec();
    let answer = misbehaving(dripped).await.unwrap();
    assert_eq!((answer.body.length, answer.body.is_whole()), (3, false));
    assert_eq!(misbehaving(|_| b"HTTP/1.1 200 OK\r\nx".to_vec()).await, Err(Failed::TooSlow));
}

#[tokio::test]
async fn ten_thousand_headers_are_refused() {
    let many = misbehaving(|_| ok(&"x-a: 1\r\n".repeat(10_000), "")).await;
    assert_eq!(many, Err(Failed::TooManyHeaders));
    let long = misbehaving(|_| ok(&format!("x-a: {}\r\n", "y".repeat(200_000)), "")).await;
    assert_eq!(long, Err(Failed::TooManyHeaders));
}

#[tokio::test]
async fn what_is_not_http_is_garbled_and_what_is_silent_is_a_finding() {
    assert_eq!(misbehaving(|_| b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()).await, Err(Failed::Garbled));
    let blue = server(|_| ok("", "fine")).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let green = format!("http://{closed}").parse().unwrap();
    let probed = ask(&blue, &green, &[get("/")], &quick()).await;
    let outcome = probed[0].assess(&Rules::default(), work::Limits::default()).outcome;
    assert_eq!(outcome.differences[0].part, Part::Trouble);
    assert_eq!(outcome.differences[0].right.as_deref(), Some("it could not be reached"));
}

/// twitter/diffy 14: request headers were missing from the evidence.
#[tokio::test]
async fn request_headers_are_sent_and_a_secret_among_them_is_never_written_down() {
    let origin = server(|head| ok("x-echo: Bearer value-of-TOKEN\r\n", head)).await;
    let headers = vec![
        Header { name: "accept".to_owned(), value: "text/plain".to_owned() },
        Header { name: "authorization".to_owned(), value: "env:TOKEN".to_owned() },
    ];
    let probe = Probe { headers, ..get("/who") };
    let answer = ask(&origin, &origin, std::slice::from_ref(&probe), &quick()).await.remove(0).blue.remove(0);
    let answer = answer.unwrap();
    let body = String::from_utf8(answer.body.kept.to_vec()).unwrap();
    assert!(body.contains("accept: text/plain") && body.contains("authorization: [env:TOKEN]"));
    assert!(!format!("{answer:?} {probe:?}").contains("value-of"));
    assert!(answer.body.is_whole());
    let missing = Secrets::of(&[probe], |_| None).err().unwrap();
    assert_eq!(missing.to_string(), "the secret `TOKEN` is not set where the console runs");
}

#[tokio::test]
async fn a_secret_within_a_path_or_a_body_is_sent_and_put_out_of_sight_again() {
    let origin =
        server(|head| ok("", &format!("you asked {}", head.lines().next().unwrap_or_default()))).await;
    let probe = get("/a?key={env:KEY}&tag=env:prod&x={env:lower}");
    let probe = Probe { body: Some("{\"p\": \"{env:WORD}\"}".into()), ..probe };
    let named = named_in(&probe.path).chain(named_in(probe.body.as_deref().unwrap()));
    assert_eq!(named.collect::<Vec<_>>(), ["KEY", "WORD"]);
    let plan = Plan { warm_up: 0, samples: 1, ..quick() };
    let secrets = Secrets::of(std::slice::from_ref(&probe), |name| Some(format!("value-of-{name}"))).unwrap();
    assert_eq!(secrets.filled(probe.body.as_deref().unwrap()), "{\"p\": \"value-of-WORD\"}");
    let get = Probe { body: None, ..probe };
    let answer = ask(&origin, &origin, &[get], &plan).await.remove(0).blue.remove(0).unwrap();
    let body = String::from_utf8_lossy(&answer.body.kept).into_owned();
    assert!(body.contains("GET /a?key=[env:KEY]&tag=env:prod&x={env:lower} "), "{body}");
}

/// twitter/diffy sent POST, PUT and DELETE only when told to; so does this.
#[tokio::test]
async fn what_may_change_something_is_not_sent_unless_allowed() {
    let origin = server(|_| ok("", "done")).await;
    let post = Probe { method: "POST".into(), body: Some("x=1".into()), ..get("/order") };
    let one = [post];
    assert!(ask(&origin, &origin, &one, &quick()).await[0].blue.is_empty());
    let allowed = Plan { may_change: true, ..quick() };
    assert_eq!(ask(&origin, &origin, &one, &allowed).await[0].blue.len(), 3);
}

/// twitter/diffy 59: memory grew with every answer that was kept.
#[tokio::test]
async fn answers_that_are_the_same_are_kept_once_and_all_together_are_bounded() {
    let same = server(|_| ok("", &"a".repeat(900))).await;
    let probes: Vec<_> = (0..20).map(|it| get(&format!("/{it}"))).collect();
    let plan = Plan { room: 1_000, ..quick() };
    let alike = ask(&same, &same, &probes, &plan).await;
    let bodies = || alike.iter().flat_map(|it| it.blue.iter().chain(&it.green)).flatten();
    let first = bodies().next().unwrap().body.kept.as_ptr();
    assert!(bodies().all(|it| it.body.is_whole() && it.body.kept.as_ptr() == first));

    let count = AtomicUsize::new(0);
    let other = server(move |_| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        ok("", &format!("{number:0900}"))
    })
    .await;
    let varied = ask(&other, &other, &probes, &plan).await;
    let kept: usize = varied
        .iter()
        .flat_map(|it| it.blue.iter().chain(&it.green))
        .flatten()
        .map(|it| it.body.kept.len())
        .sum();
    assert!(kept <= 1_000, "{kept} bytes");
    assert!(varied.iter().all(|it| it.blue.iter().flatten().all(|it| it.body.sha256.len() == 64)));
}

/// Whoever waits is told how far it is.
#[tokio::test]
async fn every_answer_is_counted_on_the_way() {
    let origin = server(|_| ok("", "x")).await;
    let answered = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let plan = Plan { answered: Arc::clone(&answered), ..quick() };
    ask(&origin, &origin, &[get("/a"), get("/b")], &plan).await;
    assert_eq!(answered.load(Ordering::Relaxed), 16);
}

struct Fixed(&'static [&'static str], AtomicUsize);

impl Resolver for Fixed {
    async fn addresses(&self, _: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let asked = self.1.fetch_add(1, Ordering::Relaxed);
        let text = self.0[asked.min(self.0.len() - 1)];
        Ok(text.split(' ').map(|it| SocketAddr::new(it.parse().unwrap(), port)).collect())
    }
}

async fn asked(allows_loopback: bool, addresses: &'static [&'static str]) -> Result<(), RefusedOrigin> {
    let origin: Origin = "https://green.example.com".parse().unwrap();
    let guard = Guard { allowed: vec![origin.clone()], allows_loopback };
    guard.check(&origin, &Fixed(addresses, AtomicUsize::new(0))).await.map(|_| ())
}

#[tokio::test]
async fn addresses_of_the_machine_and_of_the_cloud_are_refused_whatever_the_name_says() {
    for address in [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "0.0.0.0",
        "169.254.169.254",
        "169.254.170.2",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2001:0:1:2:3:4:5601:5601",
        "::ffff:127.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "fd00:ec2:0:0::23",
        "224.0.0.1",
        "255.255.255.255",
        "::",
    ] {
        let addresses: &'static [&'static str] = Box::leak(Box::new([address]));
        assert_eq!(asked(false, addresses).await, Err(RefusedOrigin::Forbidden), "{address}");
    }
    assert_eq!(asked(false, &["10.0.3.7"]).await, Ok(()));
    assert_eq!(asked(true, &["127.0.0.1"]).await, Ok(()));
    assert_eq!(asked(true, &["169.254.169.254"]).await, Err(RefusedOrigin::Forbidden));
}

#[tokio::test]
async fn one_forbidden_address_among_several_is_enough() {
    assert_eq!(asked(false, &["10.0.0.1 169.254.169.254"]).await, Err(RefusedOrigin::Forbidden));
}

#[tokio::test]
async fn a_name_that_resolves_differently_twice_gains_nothing() {
    let origin: Origin = "http://green.example.com".parse().unwrap();
    let guard = Guard { allowed: vec![origin.clone()], allows_loopback: false };
    let names = Fixed(&["10.0.0.1", "169.254.169.254"], AtomicUsize::new(0));
    let end = guard.check(&origin, &names).await.unwrap();
    assert_eq!(end.address.ip().to_string(), "10.0.0.1");
    assert_eq!(names.1.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_origin_that_is_not_listed_is_refused() {
    let listed: Origin = "http://app.example.com:8080".parse().unwrap();
    let guard = Guard { allowed: vec![listed], allows_loopback: true };
    for other in ["http://app.example.com", "https://app.example.com:8080", "http://127.0.0.1:8080"] {
        let refused = guard.check(&other.parse().unwrap(), &System).await.err();
        assert_eq!(refused, Some(RefusedOrigin::NotListed), "{other}");
    }
    for malformed in ["", "app.example.com", "file:///etc/passwd", "http://a@b", "ftp://x", "http://"] {
        assert!(malformed.parse::<Origin>().is_err(), "{malformed}");
    }
}

/// 200 probes, 5 samples, 2 colours in under 10 s is the aim; here without the wait between rounds.
#[tokio::test]
async fn two_hundred_probes_are_quick() {
    let origin = server(|_| ok("content-type: application/json\r\n", r#"{"ok":true}"#)).await;
    let probes: Vec<_> = (0..200).map(|it| get(&format!("/{it}"))).collect();
    let begins = std::time::Instant::now();
    let plan = Plan { workers: 8, warm_up: 0, samples: 5, limits: Limits::default(), ..quick() };
    let answers = ask(&origin, &origin, &probes, &plan).await;
    assert!(answers.iter().all(|it| it.blue.len() == 5 && it.green.iter().all(Result::is_ok)));
    assert!(begins.elapsed() < Duration::from_secs(10));
}
