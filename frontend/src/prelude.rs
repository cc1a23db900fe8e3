//! What every component needs: Leptos.

pub use leptos::prelude::*;
