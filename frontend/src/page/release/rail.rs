//! The steps of the release in their order, the one that failed with its reason, and the releases behind it.

use viridian_shared::{
    colour::{Phase, phase},
    machine::MachineKind,
    pipeline::{GateKind, Step, StepKind, StepStatus, WaitingRelease},
    rule::leads_back,
    snapshot::Snapshot,
    taken_back::is_rolling_back,
    time::Timestamp,
    words::without_arns,
};

use super::{
    actions::{ActionsOf, Place},
    standing::failed,
};
use crate::{
    model::model,
    prelude::*,
    ui::{icon::Mark, panel::Panel},
    view::{
        freshness::{FreshnessMark, StaleReason, age_of},
        status::{Tone, of_step},
    },
    words,
};

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let model = model();
    let steps = Memo::new(move |_| {
        model.pipeline.with(|it| it.value.as_ref().map(|it| it.steps.clone()).unwrap_or_default())
    });
    let length = Memo::new(move |_| steps.with(Vec::len));
    let present = Memo::new(move |_| {
        model.pipeline.with(|it| {
            let pipeline = it.value.as_ref()?;
            let present = pipeline.present_step()?;
            pipeline.steps.iter().position(|step| step == present)
        })
    });
    let step = move |index: usize| {
        let step = Memo::new(move |_| steps.with(|steps| steps.get(index).cloned()));
        let is_present = Memo::new(move |_| present.get() == Some(index));
        view! { <RailStep index step is_present/> }
    };
    let age = Signal::derive(move || model.pipeline.with(age_of));
    view! {
        <Panel title="Pipeline" class="rail" mark=move || view! { <FreshnessMark age/> }>
            <StaleReason age/>
            <Show when=move || { length.get() > 0 } fallback=|| view! { <p class="skeleton" aria-hidden="true"></p> }>
                <ol class="rail__steps" style:--steps=move || length.get().to_string()>
                    <For each=move || 0..length.get() key=|index| *index children=step/>
                </ol>
            </Show>
            <Failure/>
            <Behind/>
        </Panel>
    }
}

#[component]
fn RailStep(index: usize, step: Memo<Option<Step>>, is_present: Memo<bool>) -> impl IntoView {
    let model = model();
    let status = Memo::new(move |_| {
        step.with(|step| of_step(step.as_ref().map_or(&StepStatus::Todo, |step| &step.status)))
    });
    let note = Memo::new(move |_| step.with(|step| step.as_ref().map(|step| note(step, model.now.get()))));
    let dot = move || {
        let status = status.get();
        if status.tone == Tone::Idle && matches!(status.icon, crate::ui::icon::Icon::Ahead) {
            view! { <span>{index + 1}</span> }.into_any()
        } else {
            view! { <Mark icon=status.icon/> }.into_any()
        }
    };
    view! {
        <li class="rail__step" data-tone=move || status.with(|it| it.tone.slug()) aria-current=move || is_present.get().then_some("step")>
            <span class="rail__dot" aria-hidden="true">{dot}</span>
            <b>{move || step.with(|step| step.as_ref().map(|step| unbroken(&step.title)))}</b>
            <span class="unseen">{move || status.with(|it| format!(": {}. ", it.word))}</span>
            <small>{note}</small>
        </li>
    }
}

/// A title that breaks between its words and not in one: "Approve clean-up".
fn unbroken(title: &str) -> impl IntoView + use<> {
    let word = |word: &str| view! { <span class="rail__word">{word.to_owned()}</span> " " };
    title.split_whitespace().map(word).collect_view()
}

/// The line under a step: how long it took, or how it stands.
fn note(step: &Step, now: Timestamp) -> String {
    let took = |end: Option<Timestamp>| Some(words::length(step.started_at?, end?));
    let person =
        step.gate.as_ref().and_then(|gate| gate.answered_by.as_deref()).map(viridian_shared::people::shown);
    match &step.status {
        StepStatus::Todo => String::new(),
        StepStatus::Running => took(Some(now)).unwrap_or_else(|| "Running".to_owned()),
        StepStatus::Waiting => "Waiting".to_owned(),
        StepStatus::Succeeded => match person {
            Some(person) => format!("By {person}"),
            None => took(step.changed_at).unwrap_or_else(|| "Done".to_owned()),
        },
        StepStatus::Failed => {
            took(step.changed_at).map_or("Failed".to_owned(), |took| format!("Failed after {took}"))
        }
        StepStatus::Rejected => {
            person.map_or("Rejected".to_owned(), |person| format!("Rejected by {person}"))
        }
        StepStatus::Expired => "Expired: nobody answered".to_owned(),
        StepStatus::Abandoned => "Ended with the release".to_owned(),
        StepStatus::Unknown(word) => word.clone(),
    }
}

/// The step that did not do what it was for, with its reason and the way on.
#[component]
fn Failure() -> impl IntoView {
    let model = model();
    let failed = Memo::new(move |_| failed(model));
    let text = move || {
        failed.get().map(|step| {
            let status = of_step(&step.status);
            // Of a window that closed AWS tells its length in minutes.
            let said = if step.status == StepStatus::Expired { None } else { step.error };
            let reason = said
                .map(|error| without_arns(&error))
                .or(step.summary)
                .filter(|reason| !reason.trim().is_empty());
            view! {
                <p><Mark icon=status.icon/><b>{step.title}": "{words::small(&status.word)}". "</b>
                    {reason.unwrap_or_else(|| default_reason(&step.status).to_owned())}</p>
            }
        })
    };
    let is_failed = Memo::new(move |_| failed.with(Option::is_some));
    // A gate that ended with no leaves green beside production: nobody should have to guess the way on.
    let green_stands = Memo::new(move |_| {
        let snapshot = model.snapshot.get()?;
        if is_rolling_back(&snapshot) {
            return Some("The roll-back is at work: green is being taken down.");
        }
        (phase(&snapshot) == Phase::Testing).then(|| way_on(&snapshot))
    });
    view! {
        <Show when=move || is_failed.get()>
            <div class="rail__failure" role="note" aria-label="What went wrong">
                <div>
                    {text}
                    {move || green_stands.get().map(|text| view! { <p>{text}</p> })}
                </div>
                <ActionsOf at=Place::Failure/>
            </div>
        </Show>
    }
}

/// What can be done while green still stands, with the machines and stages that are there.
fn way_on(snapshot: &Snapshot) -> &'static str {
    if !leads_back(snapshot) {
        return "Green still stands, and no state machine here takes it down. Retry the step.";
    }
    let stage = |kind| snapshot.pipeline().and_then(|it| it.step_of(&kind)).map(|step| step.stage.clone());
    let deploy = stage(StepKind::Invoke(MachineKind::DeployGreen));
    if deploy.is_some() && deploy == stage(StepKind::Gate(GateKind::ApproveSwap)) {
        "Green still stands. Abandon it, or retry the step. A new push can go on when it is gone."
    } else {
        "Green still stands. Abandon it, or retry the step."
    }
}

fn default_reason(status: &StepStatus) -> &'static str {
    match status {
        StepStatus::Expired => "The window closed before anybody answered.",
        StepStatus::Rejected => "No comment was given.",
        StepStatus::Abandoned => "The release was stopped.",
        _ => "AWS gives no reason.",
    }
}

/// Releases that wait behind this one.
#[component]
fn Behind() -> impl IntoView {
    let model = model();
    let waiting = Memo::new(move |_| {
        model.pipeline.with(|it| it.value.as_ref().map(|it| it.waiting.clone()).unwrap_or_default())
    });
    let line = |it: WaitingRelease| {
        let commit = it
            .commit
            .map(|commit| view! { <code>{commit.short().to_owned()}</code> " " {commit.message.clone()} });
        view! { <li>{commit}<span class="muted">" waits before "{it.before_stage}</span></li> }
    };
    view! {
        <Show when=move || waiting.with(|it| !it.is_empty())>
            <div class="rail__behind">
                <h3>"Behind it"</h3>
                <ul>{move || waiting.get().into_iter().map(line).collect_view()}</ul>
            </div>
        </Show>
    }
}
