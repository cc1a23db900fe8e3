//! Tokens as the load balancer makes them, and every way in which one is not its own.

use std::{
    net::Ipv4Addr,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

mod groups;

/// From where the balancer’s requests come, and others.
const OWN: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

const SIGNER: &str = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/console/0123456789abcdef";
const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

struct Balancer {
    pair: EcdsaKeyPair,
    /// How often a key was asked for.
    asked: Arc<AtomicUsize>,
    /// Ids under which the key is found.
    published: Arc<Mutex<Vec<String>>>,
    gate: Gate,
}

impl Balancer {
    /// A balancer whose key is served on loopback, and a gate that believes it.
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, with something else in the configuration.
    async fn with(edit: impl FnOnce(&mut IdentityConfig)) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der = pair.public_key().as_der().unwrap();
        let body = BASE64_STANDARD.encode(der.as_ref());
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n",
            &body[..64],
            &body[64..]
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let number = Arc::<AtomicUsize>::default();
        let published = Arc::new(Mutex::new(vec!["key-1".to_owned()]));
        let (counter, keys) = (Arc::clone(&number), Arc::clone(&published));
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let mut asked = [0; 1024];
                let length = stream.read(&mut asked).await.unwrap_or(0);
                if asked[..length].starts_with(b"GET /slow") {
                    held.push(stream);
                    continue;
                }
                let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
                let found = keys.lock().unwrap().iter().any(|id| asked.starts_with(&format!("GET /{id} ")));
                let status = if found { "200 OK" } else { "404 Not Found" };
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{pem}",
                    pem.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let mut config = IdentityConfig::of_signer(SIGNER.to_owned());
        config.issuer = Some("https://id.example.com".to_owned());
        config.client_id = Some("viridian".to_owned());
        config.keys_url = Some(url);
        config.roles.insert("releasers".to_owned(), vec![Role::Approver, Role::Developer]);
        edit(&mut config);
        Self { pair, asked: number, published, gate: Gate::new(config) }
    }

    /// Padded, as the balancer sends it.
    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE.encode(signature.as_ref()))
    }

    async fn know(&self, tokens: &[&str]) -> Result<Option<Known>, Doubt> {
        let headers = tokens.iter().map(|it| (HEADER.parse().unwrap(), it.parse().unwrap())).collect();
        self.gate.know(&headers, Some(OWN), now()).await
    }

    /// A token of somebody who names a key of this id.
    async fn names(&self, from: IpAddr, kid: &str) -> Result<Option<Known>, Doubt> {
        let token = self.sign(&with(header(), "kid", json!(kid)), &claims());
        let headers = [(HEADER.parse().unwrap(), token.parse().unwrap())].into_iter().collect();
        self.gate.know(&headers, Some(from), now()).await
    }

    fn publish(&self, kid: &str) {
        self.published.lock().unwrap().push(kid.to_owned());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn header() -> Value {
    json!({
        "typ": "JWT", "kid": "key-1", "alg": "ES256", "iss": "https://id.example.com", "client": "viridian",
        "signer": SIGNER, "exp": NOW + 120,
    })
}

fn claims() -> Value {
    json!({ "sub": "1234", "email": "kim@example.com", "groups": ["releasers", "others"], "exp": NOW + 120 })
}

fn with(mut value: Value, member: &str, other: Value) -> Value {
    value[member] = other;
    value
}

#[tokio::test]
async fn a_token_that_is_not_the_balancers_own_is_not_believed() {
    let balancer = Balancer::start().await;
    let refused = [
        with(
            header(),
            "signer",
            json!("arn:aws:elasticloadbalancing:eu-central-1:2:loadbalancer/app/evil/1"),
        ),
        with(header(), "alg", json!("none")),
        with(header(), "alg", json!("HS256")),
        with(header(), "iss", json!("https://evil.example.com")),
        with(header(), "client", json!("other")),
        with(header(), "exp", json!(NOW - 31)),
        with(header(), "kid", json!("key-2")),
        with(header(), "kid", json!("../key-1")),
        with(header(), "kid", json!("")),
    ];
    for header in refused {
        let token = balancer.sign(&header, &claims());
        assert!(balancer.know(&[&token]).await.is_err(), "{header}");
    }
    let nameless = balancer.sign(&header(), &json!({ "email": "kim@example.com" }));
    assert!(matches!(balancer.know(&[&nameless]).await, Err(Doubt::Nameless)));
}

#[tokio::test]
async fn a_token_that_was_changed_sent_twice_or_signed_by_others_is_not_believed() {
    let (balancer, other) = (Balancer::start().await, Balancer::start().await);
    let token = balancer.sign(&header(), &claims());
    assert!(balancer.know(&[&token]).await.unwrap().is_some());
    assert!(matches!(balancer.know(&[&token, &token]).await, Err(Doubt::Twice)));
    assert!(matches!(balancer.know(&[&other.sign(&header(), &claims())]).await, Err(Doubt::Forged)));
    let parts: Vec<&str> = token.split('.').collect();
    let promoted = BASE64_URL_SAFE.encode(with(claims(), "sub", json!("root")).to_string());
    let forged = format!("{}.{promoted}.{}", parts[0], parts[2]);
    assert!(matches!(balancer.know(&[&forged]).await, Err(Doubt::Forged)));
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    assert!(matches!(balancer.know(&[&unsigned]).await, Err(Doubt::Forged)));
    for nonsense in ["", "a", "a.b", "a.b.c", "....", "e30=.e30=.e30="] {
        assert!(balancer.know(&[nonsense]).await.is_err(), "{nonsense}");
    }
}

#[tokio::test]
async fn a_token_makes_a_person_with_the_roles_of_its_claim() {
    let balancer = Balancer::start().await;
    assert_eq!(balancer.know(&[]).await.unwrap(), None);
    let known = balancer.know(&[&balancer.sign(&header(), &claims())]).await.unwrap().unwrap();
    assert_eq!(people::shown(&known.person.name), "kim@example.com");
    assert_eq!(people::identity(&known.person.name), "1234 at https://id.example.com");
    assert_eq!(known.person.roles, [Role::Viewer, Role::Developer, Role::Approver]);

    // Another person who has the same e-mail is another person, with a session of their own.
    let namesake = balancer.sign(&header(), &with(claims(), "sub", json!("5678")));
    let namesake = balancer.know(&[&namesake]).await.unwrap().unwrap();
    assert!(namesake.session != known.session && !people::is_same(&namesake.person.name, &known.person.name));

    let stranger = with(with(claims(), "groups", json!("nobody")), "email", Value::Null);
    let known = balancer.know(&[&balancer.sign(&header(), &stranger)]).await.unwrap().unwrap();
    assert_eq!((people::shown(&known.person.name), known.person.roles.clone()), ("1234", vec![Role::Viewer]));
    let listed = with(claims(), "groups", json!("others,releasers"));
    let known = balancer.know(&[&balancer.sign(&header(), &listed)]).await.unwrap().unwrap();
    assert!(known.person.has(Role::Approver));

    // Signed over what was sent: a reader that strips the padding first would find the signature wrong.
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let bare = format!("{}.{}", part(&header()), part(&claims()));
    let signature = balancer.pair.sign(&SystemRandom::new(), bare.as_bytes()).unwrap();
    let bare = format!("{bare}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()));
    assert!(balancer.know(&[&bare]).await.unwrap().is_some());
}

#[tokio::test]
async fn unknown_key_ids_are_few_and_remembered_and_the_good_key_stays() {
    let balancer = Balancer::start().await;
    let good = balancer.sign(&header(), &claims());
    assert!(balancer.know(&[&good]).await.unwrap().is_some());
    for number in 0..200 {
        let unknown = with(header(), "kid", json!(format!("unknown-{number}")));
        assert!(matches!(balancer.know(&[&balancer.sign(&unknown, &claims())]).await, Err(Doubt::Key(_))));
    }
    assert!(balancer.know(&[&good]).await.unwrap().is_some());
    let asked = balancer.asked();
    assert!(asked <= 10, "{asked} fetches for 201 ids");
}

#[tokio::test]
async fn an_id_without_a_key_is_remembered() {
    let balancer = Balancer::start().await;
    for _ in 0..20 {
        assert!(matches!(balancer.names(OWN, "unknown").await, Err(Doubt::Key(_))));
    }
    assert_eq!(balancer.asked(), 1);
}

#[tokio::test]
async fn a_key_that_verified_a_signature_gives_way_to_none_that_did_not() {
    let (balancer, other) = (Balancer::start().await, Balancer::start().await);
    assert!(balancer.names(OWN, "key-1").await.unwrap().is_some());
    for number in 0..30 {
        let kid = format!("other-{number}");
        balancer.publish(&kid);
        let token = other.sign(&with(header(), "kid", json!(kid)), &claims());
        let headers: HeaderMap = [(HEADER.parse().unwrap(), token.parse().unwrap())].into_iter().collect();
        let from = if number % 2 == 0 { OWN } else { ELSEWHERE };
        assert!(balancer.gate.know(&headers, Some(from), now()).await.is_err());
    }
    let asked = balancer.asked();
    assert!(asked > 10, "only {asked} keys were fetched");
    assert!(balancer.names(OWN, "key-1").await.unwrap().is_some());
    assert_eq!(balancer.asked(), asked, "it was still known");
}

/// Once the balancer has another key, nobody comes in until it is fetched.
#[tokio::test]
async fn another_key_of_the_balancers_is_believed_soon_in_the_middle_of_a_flood() {
    let balancer = Balancer::start().await;
    assert!(balancer.names(OWN, "key-1").await.unwrap().is_some());
    let mut invented = 0..;
    let mut flood = async |from: IpAddr| {
        for number in invented.by_ref().take(100) {
            assert!(balancer.names(from, &format!("invented-{number}")).await.is_err());
        }
    };
    // Whoever floods from elsewhere does not even delay it.
    flood(ELSEWHERE).await;
    balancer.publish("key-0");
    assert!(balancer.names(OWN, "key-0").await.is_ok_and(|known| known.is_some()));
    flood(OWN).await;
    balancer.publish("key-2");
    let begun = std::time::Instant::now();
    while !matches!(balancer.names(OWN, "key-2").await, Ok(Some(_))) {
        assert!(begun.elapsed().as_secs() < 5, "the new key is kept out");
        flood(OWN).await;
    }
}

#[tokio::test]
async fn nobody_waits_for_a_key_that_somebody_else_named() {
    let balancer = Balancer::start().await;
    let good = balancer.sign(&header(), &claims());
    assert!(balancer.know(&[&good]).await.unwrap().is_some());
    let stuck = balancer.sign(&with(header(), "kid", json!("slow-1")), &claims());
    let headers: HeaderMap = [(HEADER.parse().unwrap(), stuck.parse().unwrap())].into_iter().collect();
    let gate = balancer.gate.clone();
    let waiting = tokio::spawn(async move { gate.know(&headers, None, now()).await });
    tokio::task::yield_now().await;
    let known = tokio::time::timeout(std::time::Duration::from_secs(2), balancer.know(&[&good])).await;
    assert!(known.unwrap().unwrap().is_some());
    assert!(!waiting.is_finished());
    waiting.abort();
}

#[test]
fn keys_are_where_the_signers_region_keeps_them() {
    let config = IdentityConfig::of_signer(SIGNER.to_owned());
    assert_eq!(config.key_url("k"), "https://public-keys.auth.elb.eu-central-1.amazonaws.com/k");
}
