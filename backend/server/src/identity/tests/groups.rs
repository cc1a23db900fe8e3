//! Roles out of the provider's access token, as Cognito writes them, and every token that gives none.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::{
    rsa::KeySize,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};

use super::*;
use crate::config::RolesFrom;

/// A provider that publishes one RSA key and one of elliptic curves, on loopback.
struct Provider {
    issuer: String,
    rsa: RsaKeyPair,
    curve: EcdsaKeyPair,
    /// How often its keys were asked for.
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start() -> Self {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let curve = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/pool", listener.local_addr().unwrap());
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let (n, e) = modulus_and_exponent(rsa.public_key().as_ref());
        let point = curve.public_key().as_ref().to_vec();
        let keys = json!({ "keys": [
            { "kid": "rsa", "kty": "RSA", "alg": "RS256", "use": "sig", "n": text(&n), "e": text(&e) },
            { "kid": "curve", "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) },
            { "kid": "new", "kty": "of another time" },
        ]});
        let about = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") });
        let asked = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut sent = [0; 1024];
                let length = stream.read(&mut sent).await.unwrap_or(0);
                let is_keys = sent[..length].starts_with(b"GET /pool/keys ");
                counter.fetch_add(usize::from(is_keys), Ordering::SeqCst);
                let body = if is_keys { keys.to_string() } else { about.to_string() };
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
        });
        Self { issuer, rsa, curve, asked }
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.issuer, "sub": "1234", "client_id": "viridian", "token_use": "access",
            "cognito:groups": ["releasers"], "exp": NOW + 120,
        })
    }

    fn sign(&self, claims: &Value) -> String {
        let signed = unsigned(&json!({ "alg": "RS256", "kid": "rsa" }), claims);
        let mut signature = vec![0; self.rsa.public_modulus_len()];
        self.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    fn sign_by_curve(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = self.curve.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Out of a public key as RFC 8017 writes it: a sequence of two integers.
fn modulus_and_exponent(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    fn integer(der: &[u8]) -> (Vec<u8>, &[u8]) {
        let (length, rest) = match der[1] {
            0x82 => (usize::from(der[2]) << 8 | usize::from(der[3]), &der[4..]),
            short => (usize::from(short), &der[2..]),
        };
        let (number, rest) = rest.split_at(length);
        (number.iter().copied().skip_while(|byte| *byte == 0).collect(), rest)
    }
    let (modulus, rest) = integer(&der[4..]);
    (modulus, integer(rest).0)
}

/// A balancer of this provider, and a person's token of it.
async fn before(provider: &Provider) -> (Balancer, String) {
    let issuer = provider.issuer.clone();
    let balancer = Balancer::with(|config| {
        config.issuer = Some(issuer.clone());
        config.roles_from = RolesFrom::AccessToken;
        config.roles_claim = "cognito:groups".to_owned();
    });
    let balancer = balancer.await;
    let data = balancer.sign(&with(header(), "iss", json!(provider.issuer)), &claims());
    (balancer, data)
}

async fn roles(balancer: &Balancer, data: &str, access: &[&str]) -> Vec<Role> {
    let sent = access.iter().map(|it| (access::HEADER.parse().unwrap(), it.parse().unwrap()));
    let headers = sent.chain([(HEADER.parse().unwrap(), data.parse().unwrap())]).collect();
    balancer.gate.know(&headers, Some(OWN), now()).await.unwrap().unwrap().person.roles
}

#[tokio::test]
async fn an_access_token_that_is_not_the_providers_for_this_person_gives_no_roles() {
    let (provider, other) = (Provider::start().await, Provider::start().await);
    let (balancer, data) = before(&provider).await;
    let claims = provider.claims();
    let changed = |claim: &str, value: Value| provider.sign(&with(claims.clone(), claim, value));
    let curve = json!({ "alg": "ES256", "kid": "curve" });
    let good = provider.sign(&claims);
    let promoted = {
        let parts: Vec<&str> = good.split('.').collect();
        let body = with(claims.clone(), "cognito:groups", json!(["releasers", "root"]));
        format!("{}.{}.{}", parts[0], BASE64_URL_SAFE_NO_PAD.encode(body.to_string()), parts[2])
    };
    let refused = [
        other.sign(&other.claims()),
        other.sign(&claims),
        promoted,
        format!("{}.", unsigned(&json!({ "alg": "none", "kid": "rsa" }), &claims)),
        provider.sign_by_curve(&json!({ "alg": "HS256", "kid": "curve" }), &claims),
        provider.sign_by_curve(&json!({ "alg": "ES256", "kid": "rsa" }), &claims),
        provider.sign_by_curve(&json!({ "alg": "ES256", "kid": "new" }), &claims),
        other.sign_by_curve(&curve, &claims),
        changed("iss", json!("https://evil.example")),
        changed("sub", json!("5678")),
        changed("client_id", json!("other")),
        changed("token_use", json!("id")),
        changed("exp", json!(NOW - 31)),
        changed("cognito:groups", Value::Null),
        String::new(),
        "a.b.c".to_owned(),
    ];
    for token in &refused {
        assert_eq!(roles(&balancer, &data, &[token]).await, [Role::Viewer], "{token}");
    }
    assert_eq!(roles(&balancer, &data, &[]).await, [Role::Viewer]);
    assert_eq!(roles(&balancer, &data, &[&good, &good]).await, [Role::Viewer]);
    let all = [Role::Viewer, Role::Developer, Role::Approver];
    assert_eq!(roles(&balancer, &data, &[&good]).await, all);
    assert_eq!(roles(&balancer, &data, &[&provider.sign_by_curve(&curve, &claims)]).await, all);
    // However many ids nobody knows, the keys are asked for once a minute.
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn roles_by_e_mail_need_no_groups() {
    let balancer = Balancer::with(|config| {
        config.roles_claim = "email".to_owned();
        config.roles.insert("kim@example.com".to_owned(), vec![Role::Operator]);
    });
    let balancer = balancer.await;
    let known = balancer.know(&[&balancer.sign(&header(), &claims())]).await.unwrap().unwrap();
    assert_eq!(known.person.roles, [Role::Viewer, Role::Operator]);
    let other = with(claims(), "email", json!("lee@example.com"));
    let known = balancer.know(&[&balancer.sign(&header(), &other)]).await.unwrap().unwrap();
    assert_eq!(known.person.roles, [Role::Viewer]);
}
