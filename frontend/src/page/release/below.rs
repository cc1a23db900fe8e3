//! What stands below the picture: the newest comparison, the tasks, and what is to be said of the set-up.

use super::{compared::ComparedPanel, notices::Notices, tasks::TasksPanel};
use crate::{part, prelude::*};

#[component]
fn Below() -> impl IntoView {
    view! { <ComparedPanel/><TasksPanel/><Notices/> }
}

part! {
    /// The page stands and says whom it waits for before this is loaded.
    BELOW, "The newest comparison", below, view! { <Below/> }
}
