//! Secrets within a path or a body: `{env:NAME}`, put in as it is.

use viridian_shared::comparison::suite::Probe;

use super::{Secrets, reference};

const OPENING: &str = "{env:";

/// The names of the secrets that a probe needs: in headers, in the path, in the body.
pub(super) fn secrets(probe: &Probe) -> impl Iterator<Item = &str> {
    let headers = probe.headers.iter().filter_map(|it| reference(&it.value));
    headers.chain(named_in(&probe.path)).chain(probe.body.iter().flat_map(|it| named_in(it)))
}

impl Secrets {
    /// A path or a body with what its references stand for.
    pub(in crate::probe) fn filled(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, name, after)) = next_reference(rest) {
            out.push_str(before);
            out.push_str(self.values.get(name).map_or("", String::as_str));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// The names in a path or a body.
pub fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, name, after) = next_reference(rest)?;
        rest = after;
        Some(name)
    })
}

/// What stands before the next reference, its name, and what stands after it.
fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let is_name = |name: &str| {
        name.starts_with(|it: char| it.is_ascii_uppercase())
            && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
    };
    text.match_indices(OPENING).find_map(|(at, opening)| {
        let (name, after) = text[at + opening.len()..].split_once('}')?;
        is_name(name).then_some((&text[..at], name, after))
    })
}
