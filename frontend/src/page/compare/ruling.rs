//! Says what a finding is: intended, a bug, or noise; each with a reason.

use viridian_shared::{command::RuleOnFinding, comparison::finding::Judgement};

use super::state::ComparePage;
use crate::{
    command_state::CommandState,
    prelude::*,
    ui::{button::ButtonKind, field::TextArea},
    view::command::CommandButton,
};

/// The three buttons.
#[component]
pub fn Rulings(finding: String) -> impl IntoView {
    let finding = StoredValue::new(finding);
    let button = move |judgement: Judgement| {
        let (label, key) = match judgement {
            Judgement::Intended => ("Rule intended", "i"),
            Judgement::Bug => ("Rule a bug", "b"),
            Judgement::Noise => ("Rule noise", "o"),
        };
        view! { <RulingButton finding judgement label key/> }
    };
    view! {
        <div class="ruling" role="group" aria-label="Ruling">{Judgement::ALL.map(button).collect_view()}</div>
    }
}

#[component]
fn RulingButton(
    finding: StoredValue<String>,
    judgement: Judgement,
    label: &'static str,
    key: &'static str,
) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let reason = RwSignal::new(String::new());
    let command = CommandState::new(move || {
        Some(RuleOnFinding {
            run: compare.run.get()?,
            finding: finding.get_value(),
            judgement,
            reason: reason.get(),
        })
    });
    Effect::new(move |_| {
        if command.receipt.with(Option::is_some) {
            compare.whole.ask_again();
        }
    });
    let on_toggle = Callback::new(move |is_open: bool| {
        if is_open {
            reason.set(String::new());
        }
    });
    let kind = if judgement == Judgement::Bug { ButtonKind::Danger } else { ButtonKind::Plain };
    let fields = move || view! { <TextArea label="Reason" bound="reason" value=reason rows=2 hint="Everybody who looks at this finding reads it."/> };
    view! { <CommandButton label command kind key ready=false fields on_toggle/> }
}
