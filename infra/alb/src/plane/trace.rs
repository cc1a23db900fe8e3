//! Trace ids, as the load balancer writes them into `X-Amzn-Trace-Id`.

use jiff::Timestamp;

/// A new id: the second and 96 bits of chance.
fn id() -> String {
    let (high, low) = (fastrand::u64(..), fastrand::u32(..));
    format!("1-{:08x}-{high:016x}{low:08x}", Timestamp::now().as_second())
}

/// The value for the target: a new root, or the load balancer's own part beside the root that there is.
pub(crate) fn value(before: Option<&str>) -> String {
    match before {
        Some(before) if before.split(';').any(|part| part.trim().starts_with("Root=")) => {
            format!("Self={};{before}", id())
        }
        Some(before) => format!("{before};Root={}", id()),
        None => format!("Root={}", id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_stays_and_everybody_else_gets_a_new_one() {
        assert!(value(Some("Root=1-a-b;Sampled=1")).ends_with(";Root=1-a-b;Sampled=1"));
        let (one, two) = (value(None), value(None));
        assert_ne!(one, two);
        assert_eq!(one.len(), "Root=1-67891233-abcdef012345678912345678".len());
    }
}
