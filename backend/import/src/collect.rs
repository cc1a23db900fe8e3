//! Drafts become probes: without their origin and what belongs to the connection, with names in place of
//! secrets, twins once, and every remark with its address.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    Imported, Probe,
    address::{self, Address},
    draft::{Draft, Spelling},
    place::listed,
    secret::{self, Names},
};

/// Headers that belong to a connection and not to what is asked.
const OF_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// As many probes as a suite has. Whatever comes beyond them is only counted.
const MOST: usize = 1_000;
/// Places that a sentence names.
const NAMED: usize = 100;
/// Sentences that an import says.
const SAID: usize = 500;
/// Longest name of a probe.
const NAME: usize = 110;

/// Method, path, headers and body.
type Request = (String, String, Vec<(String, String)>, Option<String>);

#[derive(Default)]
pub(crate) struct Collector {
    probes: Vec<Probe>,
    seen: HashSet<Request>,
    /// Requests of an address alone, as written, with their host: recordings name the same one again and again.
    bare: HashMap<(String, String, Spelling), Option<String>>,
    names: HashMap<String, usize>,
    secrets: Names,
    hosts: BTreeMap<String, usize>,
    remarks: Vec<String>,
    /// Places with the same remark, in the order of the first.
    same: Vec<(String, Vec<String>)>,
    same_index: HashMap<String, usize>,
    twins: usize,
    beyond: usize,
}

impl Collector {
    pub(crate) fn add(&mut self, draft: Draft) {
        if self.probes.len() >= MOST {
            self.beyond += 1;
            return;
        }
        if self.is_twin(&draft) {
            self.twins += 1;
            return;
        }
        let place = draft.at.clone();
        if let Err(reason) = self.try_add(draft) {
            self.left_out(&place, &reason);
        }
    }

    /// Whether the same address was there before, with nothing beside it.
    fn is_twin(&mut self, draft: &Draft) -> bool {
        let Some(bare) = bare(draft) else { return false };
        let Some(host) = self.bare.get(&bare) else { return false };
        if let Some(count) = host.as_ref().and_then(|host| self.hosts.get_mut(host)) {
            *count += 1;
        }
        true
    }

    /// One sentence about a place, said as it is.
    pub(crate) fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    pub(crate) fn left_out(&mut self, place: &str, reason: &str) {
        self.same(&format!("left out: {reason}"), place);
    }

    /// A sentence that may hold for several places, said once with all of them.
    pub(crate) fn same(&mut self, sentence: &str, place: &str) {
        let index = *self.same_index.entry(sentence.to_owned()).or_insert_with(|| {
            self.same.push((sentence.to_owned(), Vec::new()));
            self.same.len() - 1
        });
        self.same[index].1.push(place.to_owned());
    }

    fn try_add(&mut self, draft: Draft) -> Result<(), String> {
        if !is_token(&draft.method) {
            return Err("its method is none of HTTP".to_owned());
        }
        let address = address::read(&draft.url, draft.spelling)?;
        let headers = headers_of(&draft, &address)?;
        let is_reference = secret::holds_reference(&address.path)
            || draft.body.as_deref().is_some_and(secret::holds_reference)
            || headers.iter().any(|(_, value)| value.starts_with("env:") || secret::holds_reference(value));
        if is_reference {
            return Err("it holds `env:` where that would stand for a secret of the console".to_owned());
        }
        self.say_escaped(&draft, &address);
        if let Some(host) = &address.host {
            *self.hosts.entry(host.clone()).or_default() += 1;
        }
        if let Some(bare) = bare(&draft) {
            self.bare.insert(bare, address.host.clone());
        }
        let place = format!("{}, {}", draft.at, draft.method);
        let path = self.secrets.path(&address.path, &draft.secret_parameters, &place);
        let kind = draft.header("content-type").unwrap_or_default();
        let body = draft.body.as_deref().map(|body| self.secrets.body(body, kind, &place));
        let headers = headers
            .into_iter()
            .map(|(name, value)| {
                let is_known = draft.secret_headers.iter().any(|it| it.eq_ignore_ascii_case(&name));
                let value = self.secrets.header(&name, &value, is_known, &place);
                (name, value)
            })
            .collect::<Vec<_>>();
        let probe = (draft.method, path, headers, body);
        if self.seen.insert(probe.clone()) {
            let (method, path, headers, body) = probe;
            let name = self.named(&format!("{method} {path}"));
            self.probes.push(Probe { name, method, path, headers, body });
        } else {
            self.twins += 1;
        }
        Ok(())
    }

    fn say_escaped(&mut self, draft: &Draft, address: &Address) {
        // That browsers escape other scripts is what everybody expects.
        let is_said = |it: &&char| it.is_ascii() || draft.spelling != Spelling::Browser;
        let odd: Vec<_> = address.escaped.iter().filter(is_said).map(char::to_string).collect();
        if !odd.is_empty() {
            let odd = odd.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
            self.same(
                &format!("{odd} in the address is sent escaped, since HTTP cannot carry it"),
                &draft.at,
            );
        }
    }

    fn named(&mut self, words: &str) -> String {
        let mut name: String = words.chars().take(NAME).collect();
        if name.len() < words.len() {
            name.push('…');
        }
        let count = self.names.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name} ({count})") }
    }

    pub(crate) fn finish(mut self) -> Imported {
        let mut remarks = self.secrets.remarks();
        remarks.append(&mut self.remarks);
        for (sentence, places) in &self.same {
            let more = match places.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let named = places.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
            remarks.push(format!("{named}{more}: {sentence}."));
        }
        if self.hosts.len() > 1 {
            let hosts =
                self.hosts.iter().map(|(host, count)| format!("{host} ({count})")).collect::<Vec<_>>();
            remarks.push(format!(
                "The requests name {} hosts, and each is sent to blue and green instead: {}.",
                hosts.len(),
                listed(&hosts)
            ));
        }
        match self.twins {
            0 => {}
            1 => remarks.push("One request is the same as an earlier one and stands once.".to_owned()),
            many => remarks.push(format!("{many} requests are the same as earlier ones and stand once.")),
        }
        if remarks.len() > SAID {
            let more = remarks.len() - SAID;
            remarks.truncate(SAID);
            remarks.push(format!("There are {more} more remarks of this kind."));
        }
        if self.beyond > 0 {
            remarks.push(format!(
                "A suite has {MOST} probes at most; {} more requests are left out.",
                self.beyond
            ));
        }
        Imported { probes: self.probes, remarks }
    }
}

/// A request of an address alone, as it is written.
fn bare(draft: &Draft) -> Option<(String, String, Spelling)> {
    let is_bare = draft.headers.is_empty() && draft.body.is_none() && draft.secret_parameters.is_empty();
    is_bare.then(|| (draft.method.clone(), draft.url.clone(), draft.spelling))
}

/// What is sent besides the body. A `Host` that only repeats the address goes with the address.
fn headers_of(draft: &Draft, address: &Address) -> Result<Vec<(String, String)>, String> {
    let mut kept = Vec::new();
    for (name, value) in &draft.headers {
        let lower = name.to_ascii_lowercase();
        if OF_CONNECTION.contains(&lower.as_str()) || name.starts_with(':') {
            continue;
        }
        let host = address.host.as_deref().map(|it| it.split(':').next().unwrap_or(it));
        let said = value.trim().to_lowercase();
        if lower == "host" && (said.is_empty() || host == said.split(':').next()) {
            continue;
        }
        if !is_token(name) {
            return Err("the name of a header is none of HTTP".to_owned());
        }
        if value.chars().any(|it| it.is_control() && it != '\t') {
            return Err(format!("its header `{name}` holds a line end or another control character"));
        }
        kept.push((name.clone(), value.trim_matches([' ', '\t']).to_owned()));
    }
    if let Some(person) = &address.person
        && !kept.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
    {
        kept.push(("authorization".to_owned(), basic(&address::decoded(person, false))));
    }
    Ok(kept)
}

/// The value of `Authorization` for a name and a password.
pub(crate) fn basic(person: &str) -> String {
    use base64::Engine as _;
    let person = if person.contains(':') { person.to_owned() } else { format!("{person}:") };
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(person))
}

pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it))
}
