//! Names of services: what a shop of many teams would call them.

const DOMAINS: [&str; 52] = [
    "account",
    "address",
    "alert",
    "audit",
    "basket",
    "billing",
    "booking",
    "brand",
    "campaign",
    "catalog",
    "checkout",
    "consent",
    "coupon",
    "courier",
    "credit",
    "currency",
    "customer",
    "delivery",
    "discount",
    "export",
    "feed",
    "fraud",
    "gift",
    "identity",
    "inventory",
    "invoice",
    "ledger",
    "loyalty",
    "mailing",
    "market",
    "media",
    "menu",
    "notice",
    "order",
    "partner",
    "payment",
    "picking",
    "price",
    "profile",
    "promo",
    "quote",
    "rating",
    "refund",
    "report",
    "returns",
    "review",
    "search",
    "shipment",
    "stock",
    "supplier",
    "survey",
    "wallet",
];
const KINDS: [&str; 10] =
    ["api", "web", "worker", "admin", "gateway", "events", "sync", "batch", "edge", "hooks"];

/// A service's name in the spellings in which it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// `checkout-api`.
    pub(super) service: String,
    /// `CheckoutApi`: the name of its stack.
    pub(super) stack: String,
}

impl Name {
    /// The name of a number; no two numbers have the same.
    pub(super) fn of(number: usize) -> Self {
        let (domain, kind) = (DOMAINS[number % DOMAINS.len()], KINDS[number / DOMAINS.len() % KINDS.len()]);
        let round = number / (DOMAINS.len() * KINDS.len());
        let mut parts = vec![domain.to_owned(), kind.to_owned()];
        if round > 0 {
            parts.push((round + 1).to_string());
        }
        let stack = parts.iter().map(|part| capital(part)).collect();
        Self { service: parts.join("-"), stack }
    }
}

/// The first eight letters of a name.
pub(super) fn short(name: &str) -> &str {
    name.get(..8).unwrap_or(name)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
