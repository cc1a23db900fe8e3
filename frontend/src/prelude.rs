//! What every component needs: Leptos's reactive graph and components, with views of our own.

pub use leptos::prelude::*;
pub use viridian_view::view;

pub use crate::{
    tree::{CollectView, View},
    ui::show::Show,
};
