//! Identifiers from a source of chance.

/// A random UUID of version 4.
pub(crate) fn uuid(rng: &mut fastrand::Rng) -> String {
    uuid::Builder::from_random_bytes(rng.u128(..).to_be_bytes()).into_uuid().to_string()
}
