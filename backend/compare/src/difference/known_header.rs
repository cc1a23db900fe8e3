//! What is known of headers by their names: which no rule can hide, which parts of them may vary, which belong to
//! one exchange.

/// Headers that no rule can hide: what browsers and caches obey, and what protects people.
const PINNED: [&str; 21] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "location",
    "permissions-policy",
    "referrer-policy",
    "set-cookie",
    "strict-transport-security",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
];

const PINNED_BEGINNINGS: [&str; 2] = ["access-control-", "cross-origin-"];

/// Headers whose value belongs to the one exchange by definition. They too are hidden only by a rule that was
/// learnt from blue and accepted; a proposal for one of them says that it was to be expected.
const VOLATILE: [&str; 8] = [
    "age",
    "date",
    "server-timing",
    "traceparent",
    "x-amz-cf-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-request-id",
];

/// The parts of pinned headers that may belong to one exchange alone.
const OF_ONE_EXCHANGE: [(&str, &[&str]); 4] = [
    ("content-security-policy", &["nonce"]),
    ("content-security-policy-report-only", &["nonce"]),
    ("www-authenticate", &["nonce", "opaque", "challenge"]),
    ("content-disposition", &["filename", "filename*"]),
];
/// Parameters of an address by which it leads somewhere else.
const LEADING: [&str; 12] = [
    "redirect_uri",
    "redirect",
    "redirect_url",
    "return",
    "return_to",
    "returnurl",
    "next",
    "url",
    "to",
    "goto",
    "continue",
    "target",
];

pub(crate) fn is_pinned(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PINNED.contains(&name.as_str()) || PINNED_BEGINNINGS.iter().any(|it| name.starts_with(it))
}

pub(crate) fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a rule may hide the value of a part of a header.
pub(crate) fn may_vary(header: &str, part: &str) -> bool {
    let (header, part) = (header.to_ascii_lowercase(), part.to_ascii_lowercase());
    if part.is_empty() || part.len() > 100 {
        return false;
    }
    if header == "location" {
        return !LEADING.contains(&part.as_str());
    }
    let known = OF_ONE_EXCHANGE.iter().find(|(name, _)| *name == header);
    known.map_or(!is_pinned(&header), |(_, parts)| parts.contains(&part.as_str()))
}
