//! What was asked of policies: each different request of each role once, with whether it was ever refused.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use viridian_iam_policy::Need;

/// More than a person reads; what is different beyond that is not kept.
const MOST: usize = 20_000;

/// One action of one role on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Request {
    pub role: String,
    #[serde(flatten)]
    pub need: Need,
}

/// Everything asked since the world was opened. It is not saved.
#[derive(Debug, Default)]
pub struct Usage {
    requests: BTreeMap<Request, Count>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    allowed: u64,
    refused: u64,
}

impl Usage {
    pub(crate) fn note(&mut self, role: &str, need: Need, allowed: bool) {
        let request = Request { role: role.to_owned(), need };
        if self.requests.len() >= MOST && !self.requests.contains_key(&request) {
            return;
        }
        let count = self.requests.entry(request).or_default();
        if allowed {
            count.allowed += 1;
        } else {
            count.refused += 1;
        }
    }

    /// Every request, in order.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.requests.keys()
    }

    /// All of it for programs: each request with how often it was allowed and refused.
    pub(crate) fn show(&self) -> Value {
        let line = |(request, count): (&Request, &Count)| {
            let mut shown = json!(request);
            shown["allowed"] = json!(count.allowed);
            shown["refused"] = json!(count.refused);
            shown
        };
        self.requests.iter().map(line).collect()
    }

    /// The requests that were refused at least once.
    pub fn refused(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|(_, count)| count.refused > 0).map(|(request, _)| request)
    }
}
