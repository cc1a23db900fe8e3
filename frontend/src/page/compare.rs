//! Blue and green side by side: what is asked, what came of it, and what people say of it.

pub mod ask;
pub mod difference_bar;
pub mod excerpt;
pub mod facts;
pub mod findings;
pub mod frames;
pub mod head;
pub mod heat;
pub mod import;
pub mod labels;
pub mod probe;
pub mod probes;
pub mod proposals;
pub mod rows;
pub mod ruling;
pub mod run;
pub mod run_button;
pub mod runs;
pub mod several;
pub mod state;
pub mod suite;
pub mod suites;
pub mod timing;
pub mod watch;

use self::{
    ask::ProbeBar, head::Head, probe::ProbeView, run::RunView, runs::Runs, state::ComparePage,
    suite::SuiteView, suites::Suites,
};
use crate::{model::model, page::not_found::NotFound, part, part::PartView, prelude::*, ui::anew::anew};

part! {
    /// One suite whole, which few look at.
    SUITE, "The suite", suite, view! { <SuiteView/> }
}

part! {
    /// One probe with what both colours answered: looked at after the run.
    PROBE, "The probe", probe, view! { <ProbeView/> }
}

/// The page.
#[component]
pub fn Compare() -> impl IntoView {
    let model = model();
    let compare = ComparePage::read();
    provide_context(compare);
    let is_there = Memo::new(move |_| model.missing.with(Option::is_none));
    // Another probe, run or suite is another view; what is picked within it changes in place.
    let shown = Memo::new(move |_| {
        let (probe, suite) = compare.picked.with(|it| (it.probe.clone(), it.suite.clone()));
        (probe.map(|probe| (compare.run.get(), probe)), suite)
    });
    let content = |(probe, suite): (Option<_>, Option<String>)| match (probe, suite) {
        (Some(_), _) => view! { <PartView part=PROBE/> }.into_any(),
        (None, suite) => {
            let main = match suite {
                Some(_) => view! { <PartView part=SUITE/> }.into_any(),
                None => view! { <RunView/> }.into_any(),
            };
            view! { <div class="compare__main">{main}</div><div class="compare__side"><Suites/><Runs/></div> }
                .into_any()
        }
    };
    view! {
        <Show when=move || is_there.get() fallback=|| view! { <NotFound/> }>
            <div class="compare">
                <Head/>
                <ProbeBar/>
                {anew(shown, content)}
            </div>
        </Show>
    }
}
