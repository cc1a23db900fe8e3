//! What the server said against something, once and in place.

use viridian_shared::problem::Problem;

use crate::{
    prelude::*,
    ui::icon::{Icon, Mark},
    words,
};

/// Shows a problem, if there is one.
#[component]
pub fn ProblemNote(#[prop(into)] problem: Signal<Option<Problem>>) -> impl IntoView {
    view! {
        <div role="alert">
            {move || {
                problem.get().map(|problem| {
                    view! {
                        <div class="problem">
                            <Mark icon=Icon::Failed/>
                            <p><b>{problem.title}". "</b>{words::told(&problem.detail)}" "{problem.hint}</p>
                        </div>
                    }
                })
            }}
        </div>
    }
}
