//! What is taken for a secret: by the name of a header or field, and by the shape of a value. The tables are
//! data; a new service is a line. Shapes are facts that the services publish about their own tokens.

use std::ops::Range;

/// Headers that are secret though no word of their name says so.
const HEADERS: [&str; 14] = [
    "authentication",
    "authorization",
    "cookie",
    "dpop",
    "proxy-authorization",
    "x-authorization",
    "x-forwarded-authorization",
    "x-honeycomb-team",
    "x-ms-client-principal",
    "x-original-authorization",
    "x-redlock-auth",
    "x-session",
    "x-tableau-auth",
    "x-wsse",
];

/// A name with one of these words is secret …
const WORDS: [&str; 31] = [
    "accesskey",
    "apikey",
    "apitoken",
    "appkey",
    "assertion",
    "authkey",
    "authtoken",
    "bearer",
    "clientsecret",
    "credential",
    "credentials",
    "csrf",
    "hapikey",
    "hmac",
    "jsessionid",
    "jwt",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "phpsessid",
    "privatekey",
    "pwd",
    "secret",
    "sessionid",
    "signature",
    "tkn",
    "token",
    "totp",
    "xsrf",
];

/// … unless one of these says that it only speaks about one.
const HARMLESS: [&str; 30] = [
    "algorithm",
    "algorithms",
    "continuation",
    "count",
    "cursor",
    "enabled",
    "endpoint",
    "expires",
    "expiry",
    "field",
    "hint",
    "length",
    "limit",
    "max",
    "method",
    "methods",
    "min",
    "next",
    "page",
    "policy",
    "prev",
    "previous",
    "sync",
    "ttl",
    "type",
    "types",
    "uri",
    "url",
    "version",
    "websocket",
];

/// Secret as the whole name only.
const WHOLE: [&str; 9] = ["auth", "pass", "pin", "pat", "sid", "sig", "cvc", "cvv", "ssid"];

/// Words that make the word after them secret: an API key, a session id.
const BEFORE_KEY: [&str; 21] = [
    "access",
    "account",
    "api",
    "app",
    "application",
    "auth",
    "client",
    "consumer",
    "encryption",
    "functions",
    "host",
    "licence",
    "license",
    "master",
    "private",
    "secret",
    "session",
    "shared",
    "signing",
    "subscription",
    "webhook",
];

/// Secret only if the value looks drawn by lot.
const IF_RANDOM: [&str; 5] = ["code", "key", "session", "state", "nonce"];

/// Values of forms that are no secret under any name.
const PLAIN: [&str; 10] = ["true", "false", "null", "0", "1", "yes", "no", "on", "off", "none"];

const SCHEMES: [&str; 9] =
    ["apikey", "basic", "bearer", "digest", "dpop", "hawk", "negotiate", "splunk", "token"];

/// How the letters after a beginning go on.
#[derive(Debug, Clone, Copy)]
enum Letters {
    Capital,
    Word,
    Hex,
    /// Letters, digits, `-`, `_` and `.`.
    Dotted,
}

struct Shape {
    what: &'static str,
    begins: &'static str,
    letters: Letters,
    least: usize,
}

const fn shape(what: &'static str, begins: &'static str, letters: Letters, least: usize) -> Shape {
    Shape { what, begins, letters, least }
}

const SHAPES: [Shape; 62] = [
    shape("an access key of AWS", "AKIA", Letters::Capital, 16),
    shape("a temporary access key of AWS", "ASIA", Letters::Capital, 16),
    shape("a token of Adafruit", "aio_", Letters::Word, 28),
    shape("a key of age", "AGE-SECRET-KEY-1", Letters::Capital, 58),
    shape("a token of Anthropic", "sk-ant-", Letters::Dotted, 20),
    shape("a token of Atlassian", "ATATT3", Letters::Dotted, 60),
    shape("a token of Buildkite", "bkua_", Letters::Word, 40),
    shape("a token of Databricks", "dapi", Letters::Hex, 32),
    shape("a token of DigitalOcean", "dop_v1_", Letters::Hex, 64),
    shape("a token of DigitalOcean", "doo_v1_", Letters::Hex, 64),
    shape("a token of Docker", "dckr_pat_", Letters::Dotted, 20),
    shape("a token of Doppler", "dp.pt.", Letters::Word, 40),
    shape("a token of Doppler", "dp.st.", Letters::Dotted, 40),
    shape("a token of Dynatrace", "dt0c01.", Letters::Dotted, 60),
    shape("a token of Figma", "figd_", Letters::Dotted, 30),
    shape("a token of Fly", "fo1_", Letters::Dotted, 30),
    shape("a token of GitHub", "ghp_", Letters::Word, 36),
    shape("a token of GitHub", "gho_", Letters::Word, 36),
    shape("a token of GitHub", "ghu_", Letters::Word, 36),
    shape("a token of GitHub", "ghs_", Letters::Word, 36),
    shape("a token of GitHub", "ghr_", Letters::Word, 36),
    shape("a token of GitHub", "github_pat_", Letters::Word, 40),
    shape("a token of GitLab", "glpat-", Letters::Dotted, 20),
    shape("a token of GitLab", "gldt-", Letters::Dotted, 20),
    shape("a token of GitLab", "glrt-", Letters::Dotted, 20),
    shape("a token of GitLab", "glptt-", Letters::Dotted, 20),
    shape("a key of Google", "AIza", Letters::Dotted, 35),
    shape("a token of Google", "ya29.", Letters::Dotted, 20),
    shape("a secret of Google", "GOCSPX-", Letters::Dotted, 28),
    shape("a token of Grafana", "glsa_", Letters::Word, 32),
    shape("a token of Grafana", "glc_", Letters::Dotted, 32),
    shape("a token of Hugging Face", "hf_", Letters::Word, 30),
    shape("a token of Linear", "lin_api_", Letters::Word, 40),
    shape("a key of New Relic", "NRAK-", Letters::Capital, 27),
    shape("a token of Notion", "ntn_", Letters::Word, 40),
    shape("a token of npm", "npm_", Letters::Word, 36),
    shape("a token of OpenAI", "sk-proj-", Letters::Dotted, 40),
    shape("a token of OpenAI", "sk-", Letters::Word, 40),
    shape("a token of PlanetScale", "pscale_tkn_", Letters::Dotted, 32),
    shape("a key of Postman", "PMAK-", Letters::Dotted, 59),
    shape("a token of Prefect", "pnu_", Letters::Word, 36),
    shape("a token of PyPI", "pypi-AgEIcHlwaS5vcmc", Letters::Dotted, 50),
    shape("a key of ReadMe", "rdme_", Letters::Word, 70),
    shape("a token of RubyGems", "rubygems_", Letters::Hex, 48),
    shape("a key of SendGrid", "SG.", Letters::Dotted, 60),
    shape("a key of Sendinblue", "xkeysib-", Letters::Dotted, 64),
    shape("a token of Sentry", "sntrys_", Letters::Dotted, 40),
    shape("a token of Shopify", "shpat_", Letters::Hex, 32),
    shape("a token of Shopify", "shpss_", Letters::Hex, 32),
    shape("a token of Slack", "xoxb-", Letters::Dotted, 20),
    shape("a token of Slack", "xoxp-", Letters::Dotted, 20),
    shape("a token of Slack", "xapp-", Letters::Dotted, 20),
    shape("a secret of Square", "sq0csp-", Letters::Dotted, 40),
    shape("a key of Stripe", "sk_live_", Letters::Word, 16),
    shape("a key of Stripe", "sk_test_", Letters::Word, 16),
    shape("a key of Stripe", "rk_live_", Letters::Word, 16),
    shape("a secret of Stripe", "whsec_", Letters::Word, 24),
    shape("a token of Supabase", "sbp_", Letters::Hex, 40),
    shape("a token of Tailscale", "tskey-", Letters::Dotted, 20),
    shape("a token of Vault", "hvs.", Letters::Dotted, 24),
    shape("a signed token (JWT)", "eyJ", Letters::Dotted, 30),
    shape("a private key", "-----BEGIN PRIVATE KEY", Letters::Dotted, 0),
];

pub(super) fn is_scheme(word: &str) -> bool {
    SCHEMES.contains(&word.to_ascii_lowercase().as_str())
}

/// Letters and digits of a name by words, small: `X-apiKey` as x, api, key.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|it| letters[it]);
        let is_lower = |it: Option<&char>| it.is_some_and(|it| it.is_lowercase());
        let begins = letter.is_uppercase()
            && (before.is_some_and(|it| !it.is_uppercase()) || is_lower(letters.get(index + 1)));
        if !letter.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let whole = words.concat();
    if words.iter().any(|it| HARMLESS.contains(&it.as_str())) {
        return false;
    }
    let is_pair = |pair: &[String]| {
        (pair[1] == "key" && BEFORE_KEY.contains(&pair[0].as_str()))
            || (pair[1] == "id" && pair[0] == "session")
    };
    words.iter().any(|it| WORDS.contains(&it.as_str()))
        || WORDS.contains(&whole.as_str())
        || WHOLE.contains(&whole.as_str())
        || words.windows(2).any(is_pair)
}

pub(super) fn is_secret_header(name: &str) -> bool {
    HEADERS.contains(&name.to_ascii_lowercase().as_str()) || is_secret_name(name)
}

/// Whether a parameter or a field of a body is secret. `value` is as written there.
pub(super) fn is_secret_field(name: &str, value: &str) -> bool {
    if value.is_empty() || PLAIN.contains(&value.to_ascii_lowercase().as_str()) {
        return false;
    }
    let whole = words(name).concat();
    is_secret_name(name)
        || HEADERS.contains(&name.to_ascii_lowercase().as_str())
        || (IF_RANDOM.contains(&whole.as_str()) && looks_random(value))
}

/// Long, of one piece, with letters and digits.
fn looks_random(value: &str) -> bool {
    value.len() >= 20
        && value.bytes().any(|it| it.is_ascii_digit())
        && value.bytes().any(|it| it.is_ascii_alphabetic())
        && value.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.~%+/=".contains(&it))
}

/// Where a text holds what has the shape of a secret, from front to back, without overlaps.
pub(super) fn found(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    if text.len() < 16 {
        return found;
    }
    for shape in &SHAPES {
        for (at, _) in text.match_indices(shape.begins) {
            let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
            let is_inside = text[..at].chars().next_back().is_some_and(is_word);
            if let Some(end) = end_of(shape, text, at).filter(|_| !is_inside) {
                found.push((at..end, shape.what));
            }
        }
    }
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(range, _)| {
        range.start >= end && {
            end = range.end;
            true
        }
    });
    found
}

fn end_of(shape: &Shape, text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + shape.begins.len()..];
    if shape.least == 0 {
        // To the line that closes it, in JSON as in plain text.
        let end = rest
            .find("-----END")
            .map_or(rest.len(), |it| it + rest[it..].find('"').unwrap_or(rest[it..].len()));
        return Some(at + shape.begins.len() + end);
    }
    let is_letter = |it: char| match shape.letters {
        Letters::Capital => it.is_ascii_uppercase() || it.is_ascii_digit(),
        Letters::Word => it.is_ascii_alphanumeric() || it == '_',
        Letters::Hex => it.is_ascii_hexdigit(),
        Letters::Dotted => it.is_ascii_alphanumeric() || "-_.".contains(it),
    };
    let length = rest.find(|it| !is_letter(it)).unwrap_or(rest.len());
    let is_token = shape.begins != "eyJ" || rest[..length].matches('.').count() >= 2;
    (length >= shape.least && is_token).then_some(at + shape.begins.len() + length)
}
