//! From difference to difference, and what is folded.

use super::{findings::Example, labels::of_finding, ruling::Rulings, state::ComparePage};
use crate::{
    fetched::Fetched,
    prelude::*,
    ui::button::{Button, ButtonKind},
    view::status::StatusMark,
};
use viridian_shared::comparison::probe::ProbeDetail;

/// The bar over a view of rows.
#[component]
pub fn DifferenceBar(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let number = Memo::new(move |_| compare.outline.with(|it| it.as_ref().map(|it| it.differences.len())));
    let here = Memo::new(move |_| compare.picked.with(|it| it.difference).unwrap_or(1).max(1));
    let refusal = Signal::derive(move || match number.get() {
        None => Some("This view has no rows to step through.".to_owned()),
        Some(0) => Some("There is no difference in this view.".to_owned()),
        Some(_) => None,
    });
    let step = move |by: i32| {
        let all = number.get_untracked().and_then(|it| u32::try_from(it).ok()).unwrap_or(1);
        // A link without a difference shows the first one: the next after it is the second.
        let next = here.get_untracked().saturating_add_signed(by).clamp(1, all.max(1));
        compare.amend(|it| it.difference = Some(next));
    };
    let is_unfolded = Memo::new(move |_| compare.picked.with(|it| it.is_unfolded));
    let fold = move |()| compare.amend(|it| it.is_unfolded = !it.is_unfolded);
    let folding = Signal::derive(move || {
        if is_unfolded.get() { "Fold what did not change" } else { "Show everything" }.to_owned()
    });
    let no_rows =
        Signal::derive(move || number.get().is_none().then(|| "This view has no rows to fold.".to_owned()));
    let count = move || {
        let all = number.get()?;
        Some(if all == 0 {
            "No difference here".to_owned()
        } else {
            format!("{} of {all}", here.get().min(u32::try_from(all).unwrap_or(u32::MAX)))
        })
    };
    // What the difference in sight is; a change of the source alone has nothing to tell.
    let told = Memo::new(move |_| {
        let at = compare.outline.with(|it| it.as_ref()?.differences.get(here.get() as usize - 1).copied())?;
        let index = at.difference? as usize;
        detail.with(|it| it.differences.get(index).cloned()).flatten()
    });
    view! {
        <div class="steps">
            <Button label="Previous difference" kind=ButtonKind::Plain key=Some("p") refusal on_press=move |()| step(-1)/>
            <Button label="Next difference" kind=ButtonKind::Plain key=Some("n") refusal on_press=move |()| step(1)/>
            <span class="steps__count number" role="status" aria-label="Difference">{move || count()}</span>
            <span class="header__space"></span>
            <Button label=folding kind=ButtonKind::Quiet key=Some("f") refusal=no_rows on_press=fold/>
        </div>
        <Show when=move || told.with(Option::is_some)>
            <div class="steps__told" aria-live="polite">
                {move || told.get().map(|it| {
                    let rulings = it.finding.clone().map(|finding| view! { <Ruled finding=finding.clone()/><Rulings finding/> });
                    view! { <p><code>{it.place.clone()}</code></p><Example difference=it/>{rulings} }
                })}
            </div>
        </Show>
    }
}

/// How the finding of the difference stands.
#[component]
fn Ruled(finding: String) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let status = move || {
        compare.whole.with(|run| run.findings.iter().find(|it| it.id == finding).map(of_finding)).flatten()
    };
    view! { {move || status().map(|status| view! { <StatusMark status/> })} }
}
