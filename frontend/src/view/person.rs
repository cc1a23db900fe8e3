//! Persons as small circles with two letters.

use viridian_shared::people::initials;

use crate::prelude::*;

/// A person.
#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    /// How they voted: `yes`, `no`; empty for somebody who only is there.
    #[prop(default = "")]
    vote: &'static str,
) -> impl IntoView {
    view! { <span class="avatar" data-vote=vote title=name.clone() aria-hidden="true">{initials(&name)}</span> }
}
