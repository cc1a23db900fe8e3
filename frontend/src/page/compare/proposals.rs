//! Noise that blue's own answers suggest. Nothing is hidden before a person accepts it.

use viridian_shared::{
    command::AcceptNoise,
    comparison::run::Proposal,
    route,
    rule::{Reach, reaches},
    words::{count, fixed},
};

use super::{labels, state::ComparePage};
use crate::{
    command_state::CommandState,
    fetched::Fetched,
    model::model,
    part,
    part::PartView,
    prelude::*,
    ui::{
        field::{TextArea, TextField},
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::command::CommandButton,
};

/// The panel; absent while there is nothing to propose, and loaded with the first proposal.
#[component]
pub fn Proposals() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let has_any = Memo::new(move |_| compare.whole.with(|run| !run.proposals.is_empty()).unwrap_or_default());
    view! {
        <Show when=move || has_any.get()>
            <Panel title="Proposed as noise" class="proposals"><PartView part=LIST/></Panel>
        </Show>
    }
}

part! {
    /// The proposals, with what each would hide.
    LIST, "The proposals", proposals, view! { <List/> }
}

#[component]
fn List() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let proposals = Memo::new(move |_| compare.whole.with(|run| run.proposals.clone()).unwrap_or_default());
    let suite = Memo::new(move |_| compare.whole.with(|run| run.brief.suite.clone()).flatten());
    let line = move |proposal: Proposal| view! { <Line proposal suite/> };
    view! {
        <p class="muted">"Blue differs from itself here, so it says nothing of green. It counts until somebody accepts the rule."</p>
        <ul>{move || proposals.get().into_iter().map(line).collect_view()}</ul>
    }
}

#[component]
fn Line(proposal: Proposal, suite: Memo<Option<String>>) -> impl IntoView {
    let (name, reason) = (RwSignal::new(proposal.name.clone()), RwSignal::new(String::new()));
    let (only, is_wide) = (RwSignal::new(false), RwSignal::new(false));
    // With one probe that suggests it the rule can be for that one alone.
    let probe = StoredValue::new(match proposal.probes.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    });
    let place = StoredValue::new(proposal.place.clone());
    let command = CommandState::new(move || {
        Some(AcceptNoise {
            suite: suite.get()?,
            name: name.get(),
            probe: probe.get_value().filter(|_| only.get()),
            place: place.get_value(),
            reason: reason.get(),
            is_wide: is_wide.get(),
        })
    });
    let choice = move || {
        probe.get_value().map(|probe| {
            view! {
                <label class="choice">
                    <input type="checkbox" prop:checked=move || only.get() on:change=move |event| only.set(event_target_checked(&event))/>
                    {format!("Only in “{probe}”")}
                </label>
            }
        })
    };
    let is_open = RwSignal::new(false);
    let reach = Fetched::new(move || {
        let service = model().service.get()?;
        let suite = suite.get().filter(|_| is_open.get())?;
        let only = probe.get_value().filter(|_| only.get());
        Some((route::reach(&service, &suite, &place.get_value(), only.as_deref()), String::new()))
    });
    let fields = move || {
        view! {
            <TextField label="Name of the rule" bound="name" value=name/>
            {choice()}
            <TextArea label="Reason" bound="reason" value=reason rows=2/>
            <Preview reach is_wide/>
            <label class="choice">
                <input type="checkbox" prop:checked=move || is_wide.get() on:change=move |event| is_wide.set(event_target_checked(&event))/>
                "It may hide all that is named above (for approvers)"
            </label>
        }
    };
    let expected =
        if proposal.is_expected { " Such a value belongs to one answer by definition." } else { "" };
    let probes = count(proposal.probes.len(), "probe", "probes");
    view! {
        <li class="proposals__one">
            <p><Mark icon=Icon::Noise/><b>{labels::noise(&proposal.place)}</b></p>
            <p class="muted">
                {format!(
                    "Differs in {} of {} pairs of blue’s own answers, so in at least {}% (95% sure), in {probes}.{expected}",
                    proposal.seen,
                    proposal.of,
                    fixed(proposal.confidence * 100.0, 0)
                )}
            </p>
            <p class="proposals__examples">{proposal.examples.into_iter().map(|text| view! { <code>{text}</code>" " }).collect_view()}</p>
            <CommandButton label="Accept as noise" command ready=false fields on_toggle=Callback::new(move |open| is_open.set(open))/>
        </li>
    }
}

/// What the rule would hide of the last run, by what the server judges it by: seen before it is sent.
#[component]
fn Preview(reach: Fetched<Reach>, is_wide: RwSignal<bool>) -> impl IntoView {
    let shown = move || {
        let said = reach.with(|reach| (reach.words(), reaches(reach, is_wide.get()).err()));
        let Some((words, refusal)) = said else {
            let failed = reach.problem.with(|problem| problem.as_ref().map(|it| it.detail.clone()));
            let waiting = "Looking at what this rule hides in the last run …".to_owned();
            return view! { <p class="muted">{failed.unwrap_or(waiting)}</p> }.into_any();
        };
        let refusal = refusal.map(|refusal| {
            view! { <p data-tone="waiting"><Mark icon=Icon::Warning/>{refusal.reason}</p> }
        });
        view! { <p>{words}</p>{refusal} }.into_any()
    };
    view! { <div class="proposals__preview" role="note" aria-label="What this rule hides" aria-live="polite">{shown}</div> }
}
