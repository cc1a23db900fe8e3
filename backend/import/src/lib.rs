//! Requests out of what a team has already. Knows neither the console nor how requests are sent.
//!
//! Nothing changes silently: what is understood is taken whole, what is not is left out with its address (a line,
//! a JSON pointer, an item) and the reason, never half. The origin of an address is dropped, since whoever asks
//! has two of their own. Secrets become names (see [`secret`]); the values never leave this crate.
//!
//! Each format has a module with one function. They make [`draft::Draft`]s; [`collect`] turns those into
//! [`Probe`]s: the address into a path by [`address`], secrets into names, twins into one, remarks into sentences.

#![warn(missing_docs)]

mod address;
mod api_key;
mod body;
pub mod bruno;
mod collect;
pub mod curl;
mod draft;
pub mod har;
pub mod hurl;
pub mod list;
mod multipart;
pub mod openapi;
mod place;
pub mod postman;
mod secret;
pub mod sitemap;
mod template;

#[cfg(test)]
mod tests;

/// One request. In a path and in a body `{env:NAME}` stands for a secret, and so does a header's value that is
/// `env:NAME` as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Unique within an import.
    pub name: String,
    /// HTTP's method, in capitals.
    pub method: String,
    /// With the query.
    pub path: String,
    /// Name and value, in the order of the file.
    pub headers: Vec<(String, String)>,
    /// As it is sent; none where there is none.
    pub body: Option<String>,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// In the order of the file.
    pub probes: Vec<Probe>,
    /// What was left out or changed, and which secrets are to be set, a sentence each.
    pub remarks: Vec<String>,
}

/// Why nothing can be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

/// Where parsers call themselves for whatever nests: each level takes many KiB of the stack, and a thread that has no
/// more ends the process.
const STACK: usize = 128 << 20;

/// Reads something that may nest, on a thread with a stack for it.
fn deep<T: Send>(read: impl FnOnce() -> T + Send) -> Result<T, Unreadable> {
    let cannot = || Unreadable("it cannot be read now".to_owned());
    std::thread::scope(|scope| {
        let reading = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        reading.map_err(|_| cannot())?.join().map_err(|_| cannot())
    })
}

/// A text without the mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
