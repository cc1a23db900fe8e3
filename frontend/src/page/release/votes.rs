//! What the decision rests on, who has voted, and my own vote.

use viridian_shared::window::WindowState;

use super::{
    actions::{ActionsOf, Place},
    evidence::Evidence,
    shown::Shown,
    vote_list::VoteList,
};
use crate::prelude::*;

/// The evidence, the votes and the two buttons.
#[component]
pub fn Votes(window: Memo<Option<Shown>>) -> impl IntoView {
    let is_open =
        Memo::new(move |_| window.with(|it| it.as_ref().is_some_and(|it| it.state == WindowState::Open)));
    let has_window = Memo::new(move |_| window.with(Option::is_some));
    view! {
        <Show when=move || has_window.get()>
            <Show when=move || is_open.get()><Evidence/></Show>
            <VoteList window/>
            <div class="window__decision"><ActionsOf at=Place::Decision(window)/></div>
        </Show>
    }
}
