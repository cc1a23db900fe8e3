//! Places as remarks list them.

/// So many places are named; the rest are counted.
const NAMED: usize = 12;

/// Places in a sentence; beyond some they are counted.
pub(crate) fn listed(places: &[String]) -> String {
    let named = places.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    match places.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}
