//! The release of one service: where it is, who sees what, how long there is, and what is to be decided.

pub mod actions;
pub mod activity;
pub mod ballot;
pub mod below;
pub mod compared;
pub mod decision;
pub mod draft;
pub mod emergency;
pub mod evidence;
pub mod head;
pub mod notices;
pub mod picture;
pub mod push;
pub mod rail;
pub mod seen;
pub mod shown;
pub mod standing;
pub mod tasks;
pub mod traffic;
pub mod vote_list;
pub mod votes;
pub mod window;

use self::{
    activity::ACTIVITY, below::BELOW, head::Head, rail::Rail, traffic::TrafficPanel, window::WindowPanel,
};
use crate::{
    model::model,
    page::not_found::NotFound,
    part::PartView,
    prelude::*,
    ui::icon::{Icon, Mark},
};

/// The page.
#[component]
pub fn Release() -> impl IntoView {
    let model = model();
    view! {
        <Show when=move || model.missing.with(Option::is_none) fallback=|| view! { <NotFound/> }>
            <div class="release">
                <Head/>
                <Warnings/>
                <Rail/>
                <div class="release__column"><TrafficPanel/><PartView part=BELOW/></div>
                <div class="release__column release__aside"><WindowPanel/><PartView part=ACTIVITY/></div>
            </div>
        </Show>
    }
}

/// What was done around a gate of the release on the rail, and a service that runs nothing.
#[component]
fn Warnings() -> impl IntoView {
    let model = model();
    let warnings = Memo::new(move |_| {
        let mut warnings = emergency::told(model);
        let desired = model.tasks.with(|it| it.value.as_ref().map(|it| it.desired_count));
        if desired == Some(0) {
            let idle = "The desired count is 0, so nothing can run. Set it below, then start a release.";
            warnings.push(("waiting", idle.to_owned()));
        }
        warnings
    });
    view! {
        <Show when=move || warnings.with(|it| !it.is_empty())>
            <ul class="release__warnings" aria-label="Warnings">
                {move || warnings.get().into_iter().map(|(tone, text)| view! { <li data-tone=tone><Mark icon=Icon::Warning/>{text}</li> }).collect_view()}
            </ul>
        </Show>
    }
}
