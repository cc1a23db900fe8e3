//! Placeholder until its first idea lands.
