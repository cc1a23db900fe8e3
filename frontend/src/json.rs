//! JSON as the server reads and writes it, by the browser's own `JSON`; `serde-wasm-bindgen` is the way to and from
//! the browser's objects.
//!
//! The browser's reader costs nothing to load ([ADR 10](../../docs/adr/0010-stock-leptos-in-parts.md)). It knows
//! numbers as doubles: a whole number beyond 2^53 is refused, and the server tells none. What is read becomes one
//! plain tree first, whatever its type: so only one reader of the browser's objects is loaded, not one for each type.

mod tree;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use viridian_graph::Json;

use self::tree::Tree;

/// What was received is not what this page knows: it comes from a newer server, and a reload mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("it is not what this page knows")
    }
}

impl std::error::Error for Unreadable {}

/// Reads a whole text.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Tree(&tree(text)?))
}

/// Reads a whole text as what it is.
pub fn tree(text: &str) -> Result<Json, Unreadable> {
    let value = js_sys::JSON::parse(text).map_err(|_| Unreadable)?;
    serde_wasm_bindgen::from_value(value).map_err(|_| Unreadable)
}

/// The text of something that is sent; none where JSON has no words for it.
pub fn write(value: &impl Serialize) -> Option<String> {
    let object = value.serialize(&Serializer::json_compatible()).ok()?;
    js_sys::JSON::stringify(&object).ok().map(String::from)
}
