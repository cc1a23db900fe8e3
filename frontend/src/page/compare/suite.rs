//! One suite whole: its probes as TOML, its noise rules, and what can be done with it.

use viridian_shared::{
    command::{DeleteSuite, ImportSuite, WithdrawNoise},
    comparison::suite::{ImportFormat, NoiseRule, SuiteDetail, SuiteOrigin},
    route,
};

use super::{labels, state::ComparePage, suites::origin};
use crate::{
    command_state::CommandState,
    fetched::Fetched,
    prelude::*,
    route::Picked,
    ui::{
        button::ButtonKind,
        field::TextArea,
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::{command::CommandButton, problem::ProblemNote},
};

/// The panel.
#[component]
pub fn SuiteView() -> impl IntoView {
    let compare: ComparePage = expect_context();
    // The view is built anew for another suite.
    let name = compare.picked.with_untracked(|it| it.suite.clone()).unwrap_or_default();
    let own = StoredValue::new(name.clone());
    let asked = Fetched::<SuiteDetail>::new(move || {
        let name = own.get_value();
        let digest = compare.of(|it| it.suite(&name).map(|it| it.digest.clone()))?;
        Some((route::suite(&compare.service.get()?, &name), digest))
    });
    let is_there = Memo::new(move |_| {
        let name = own.get_value();
        compare.comparison.with(|it| it.value.as_ref().is_none_or(|it| it.suite(&name).is_some()))
    });
    let is_read = Memo::new(move |_| asked.value.with(Option::is_some));
    let facts = move || asked.with(|it| origin(&it.brief.origin));
    let remarks = Memo::new(move |_| asked.with(|it| it.remarks.clone()).unwrap_or_default());
    let remark = |text: String| view! { <li><Mark icon=Icon::Warning/>{text}</li> };
    view! {
        <Panel title=name class="suite">
            <ProblemNote problem=asked.problem/>
            <Show when=move || is_there.get() fallback=move || view! {
                <p class="muted">"There is no suite of this name. "<a href=compare.path(Picked::default())>"See the newest run and all suites"</a></p>
            }>
                <Show when=move || is_read.get() fallback=|| view! { <p class="skeleton suite__skeleton" aria-hidden="true"></p> }>
                    <p class="muted">{move || facts()}</p>
                    <Show when=move || remarks.with(|it| !it.is_empty())>
                        <ul class="release__warnings">{move || remarks.get().into_iter().map(remark).collect_view()}</ul>
                    </Show>
                    <Editor asked/>
                    <Rules asked/>
                </Show>
            </Show>
        </Panel>
    }
}

/// The suite as TOML. One that the console keeps can be changed and forgotten here.
#[component]
fn Editor(asked: Fetched<SuiteDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let text = RwSignal::new(String::new());
    let digest = Memo::new(move |_| asked.with(|it| it.brief.digest.clone()).unwrap_or_default());
    // The version that is being changed: its digest and its text.
    let (seen, kept) = (RwSignal::new(String::new()), StoredValue::new(String::new()));
    Effect::new(move |_| {
        let digest = digest.get();
        // What somebody is typing is not written over; the rule tells them that it was changed meanwhile.
        if text.with_untracked(|text| kept.with_value(|kept| text == kept)) {
            let read =
                asked.value.with_untracked(|it| it.as_ref().map(|it| it.text.clone())).unwrap_or_default();
            kept.set_value(read.clone());
            text.set(read);
            seen.set(digest);
        }
    });
    let name = move || asked.with(|it| it.brief.name.clone());
    let save = CommandState::new(move || {
        let from = Some(seen.get());
        Some(ImportSuite { name: name()?, format: ImportFormat::Toml, text: text.get(), from })
    });
    let delete = CommandState::new(move || Some(DeleteSuite { name: name()?, from: seen.get() }));
    Effect::new(move |_| {
        if delete.receipt.with(Option::is_some) {
            compare.go(Picked::default());
        }
    });
    let is_own = Memo::new(move |_| {
        asked.with(|it| matches!(it.brief.origin, SuiteOrigin::Console { .. })).unwrap_or_default()
    });
    let hint = Signal::derive(move || {
        if is_own.get() {
            "Changes count from its next run on.".to_owned()
        } else {
            "It stands in the repository and is changed by a commit.".to_owned()
        }
    });
    view! {
        <TextArea label="Suite as TOML" bound="text" value=text rows=18 is_code=true hint/>
        <div class="suite__actions">
            <CommandButton label="Save suite" command=save kind=ButtonKind::Primary/>
            <CommandButton label="Delete suite" command=delete kind=ButtonKind::Danger/>
        </div>
    }
}

/// What is hidden, by whom and why; each can be taken back.
#[component]
fn Rules(asked: Fetched<SuiteDetail>) -> impl IntoView {
    let rules = Memo::new(move |_| asked.with(|it| it.suite.noise.clone()).unwrap_or_default());
    let line = move |rule: NoiseRule| view! { <Rule rule asked/> };
    view! {
        <h3>"Noise rules"</h3>
        <Show when=move || rules.with(|it| !it.is_empty()) fallback=|| view! { <p class="muted">"Nothing is hidden: every difference counts."</p> }>
            <ul class="suite__rules">{move || rules.get().into_iter().map(line).collect_view()}</ul>
        </Show>
    }
}

#[component]
fn Rule(rule: NoiseRule, asked: Fetched<SuiteDetail>) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let name = StoredValue::new(rule.name.clone());
    let command = CommandState::new(move || {
        let suite = asked.with(|it| it.brief.name.clone())?;
        Some(WithdrawNoise { suite, name: name.get_value(), reason: reason.get() })
    });
    let expects = rule.expects.map(|it| format!(", as long as {}", it.words())).unwrap_or_default();
    let whom = rule.probe.map(|probe| format!(" in “{probe}”")).unwrap_or_default();
    let fields = move || view! { <TextArea label="Reason" bound="reason" value=reason rows=2/> };
    view! {
        <li class="suite__rule">
            <p><Mark icon=Icon::Noise/><b>{rule.name}</b>{format!(" hides {}{whom}{expects}", labels::noise(&rule.place))}</p>
            <p class="muted">{format!("{}: {}", viridian_shared::people::shown(&rule.by), rule.reason)}</p>
            <CommandButton label="Take back" command ready=false fields/>
        </li>
    }
}
