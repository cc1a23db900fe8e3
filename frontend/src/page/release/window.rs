//! How long there is: the window of the gate that matters now, and the decision in it.

use viridian_shared::{
    pipeline::{Gate, GateKind},
    time::{SignedDuration, Timestamp},
    window::{WindowState, countdown, division, present},
    words as shared_words,
};

use super::{
    shown::{Shown, shown},
    votes::Votes,
};
use crate::{
    model::model,
    prelude::*,
    ui::{
        icon::{Icon, Mark},
        panel::Panel,
    },
    view::freshness::{FreshnessMark, StaleReason, age_of},
    words,
};

/// The panel.
#[component]
pub fn WindowPanel() -> impl IntoView {
    let model = model();
    let window = Memo::new(move |_| {
        model.snapshot.with(|snapshot| {
            model
                .pipeline
                .with(|it| it.value.as_ref().and_then(present).map(|it| shown(it, snapshot.as_ref())))
        })
    });
    let is_read = Memo::new(move |_| model.pipeline.with(|it| it.value.is_some()));
    let title = Signal::derive(move || {
        window.with(|it| it.as_ref().map_or("Window".to_owned(), |it| it.title.clone()))
    });
    let age = Signal::derive(move || model.pipeline.with(age_of));
    let body = move || match window.get() {
        Some(shown) => view! { <Face shown/> }.into_any(),
        None if is_read.get() => {
            view! { <p class="muted">"This pipeline asks nobody: it has no gate."</p> }.into_any()
        }
        None => view! { <p class="skeleton window__skeleton" aria-hidden="true"></p> }.into_any(),
    };
    view! {
        <Panel title class="window" mark=move || view! { <FreshnessMark age/> }>
            <StaleReason age/>
            {body}
            <Votes window/>
        </Panel>
    }
}

#[component]
fn Face(shown: Shown) -> impl IntoView {
    let gate = shown.gate.clone();
    let length = shared_words::duration(SignedDuration::from_mins(i64::from(gate.timeout_minutes)));
    let summary = shown.summary.clone().filter(|text| !text.trim().is_empty());
    let said = summary.map(|text| view! { <p class="window__said">{text}</p> });
    let by = gate
        .answered_by
        .clone()
        .map(|person| format!("By {}, ", viridian_shared::people::shown(&person)))
        .unwrap_or_default();
    let ended = move |icon: Icon, tone: &'static str, text: &'static str| {
        let at = shown.changed_at.map(|at| view! { <p class="muted">{by}{words::exact(at)}</p> });
        view! { <p class="window__word" data-tone=tone><Mark icon/>{text}</p>{at} }
    };
    let production = match gate.kind {
        GateKind::ApproveSwap => " Production did not change.",
        GateKind::ApproveCleanUp => " Production keeps serving green.",
        GateKind::Other => "",
    };
    if let Some(how) = shown.taken_back {
        let rest = match shown.state {
            WindowState::Open => {
                "Nothing is left to decide. Ending the release closes its gate in the pipeline."
            }
            _ => "Nothing is left to decide.",
        };
        return view! {
            <p class="window__word" data-tone="idle"><Mark icon=Icon::Back/>{how.word()}</p>
            <p>{how.sentence()}</p>
            <p class="muted">{rest}</p>
        }
        .into_any();
    }
    match shown.state {
        WindowState::Open => view! { <OpenWindow gate/> }.into_any(),
        WindowState::Ahead => view! {
            <p class="window__word" data-tone="idle"><Mark icon=Icon::Expired/>"Not open yet"</p>
            <p class="muted">{format!("{} opens when the steps before it are done, and stays open for {length}.", shown.step)}</p>
        }.into_any(),
        WindowState::Expired => view! {
            {ended(Icon::Expired, "bad", "Expired")}
            <p class="muted">{format!("It was open for {length} and nobody answered.{production}")}</p>
        }.into_any(),
        WindowState::Rejected => view! { {ended(Icon::Failed, "bad", "Rejected")}{said} }.into_any(),
        WindowState::Approved => view! { {ended(Icon::Done, "ok", "Approved")}{said} }.into_any(),
        WindowState::GivenUp => view! {
            {ended(Icon::Failed, "idle", "Not open")}
            <p class="muted">"The release ended before this was decided."</p>
        }.into_any(),
    }
}

#[component]
fn OpenWindow(gate: Gate) -> impl IntoView {
    let model = model();
    let closes_at = gate.closes_at;
    let left = Memo::new(move |_| {
        let now = model.now.get();
        closes_at.map(|at| SignedDuration::from_secs(at.duration_since(now).as_secs().max(0)))
    });
    let parts = move || {
        let parts = left.get().map(countdown).unwrap_or_default();
        parts
            .into_iter()
            .enumerate()
            .map(|(index, (number, unit))| {
                let number = if index == 0 { number.to_string() } else { format!("{number:02}") };
                view! { {number}<small>{unit}</small> }
            })
            .collect_view()
    };
    let is_short =
        move || left.get().is_some_and(|left| left.as_secs() < i64::from(gate.timeout_minutes) * 6);
    let opened = gate.opened_at.map(words::exact);
    let closes = closes_at.map(words::exact);
    let line = gate.opened_at.zip(closes_at);
    view! {
        <p class="window__big" role="timer" data-short=move || is_short().to_string()>{parts}<small>"left"</small></p>
        <Show when=move || left.get().is_some_and(|left| left == SignedDuration::ZERO)>
            <p class="window__closing">"Its time is over. AWS closes it within moments."</p>
        </Show>
        <p class="muted">{opened.map(|at| format!("Opened {at}"))}{closes.map(|at| format!(" · closes {at}"))}</p>
        {line.map(|(opened, closes)| view! { <Line opened closes timeout_minutes=gate.timeout_minutes/> })}
    }
}

/// The window as a line with ticks, and where we are on it.
#[component]
fn Line(opened: Timestamp, closes: Timestamp, timeout_minutes: u32) -> impl IntoView {
    let model = model();
    let whole = closes.duration_since(opened).as_secs_f64().max(1.0);
    let used = Memo::new(move |_| {
        (model.now.get().duration_since(opened).as_secs_f64() / whole * 1_000.0).min(1_000.0).round().max(0.0)
    });
    let percent = move || format!("{}%", shared_words::fixed(used.get() / 10.0, 1));
    let label = move || {
        let total = shared_words::duration(closes.duration_since(opened));
        let passed = model.now.get().duration_since(opened).min(closes.duration_since(opened));
        format!("{} of {total} used", shared_words::duration(passed))
    };
    let part = division(timeout_minutes);
    let count = timeout_minutes.div_ceil(part).max(1);
    let place = move |index: u32| {
        format!(
            "{}%",
            shared_words::fixed(f64::from(index * part) / f64::from(timeout_minutes.max(1)) * 100.0, 2)
        )
    };
    let name = move |index: u32| {
        let at = opened.checked_add(SignedDuration::from_mins(i64::from(index * part))).unwrap_or(opened);
        match part {
            10_080.. => words::day(at),
            1_440.. => words::weekday(at).to_owned(),
            _ => words::minute(at),
        }
    };
    view! {
        <div class="window__line" role="img" aria-label=label>
            <div class="window__bar"><div class="window__used" style:width=percent></div></div>
            {(1..count).map(|index| view! { <i class="window__tick" style:left=place(index)></i> }).collect_view()}
            <i class="window__now" style:left=percent></i>
        </div>
        <div class="window__days" aria-hidden="true">
            {(0..count).map(|index| view! { <span style:left=place(index)>{name(index)}</span> }).collect_view()}
        </div>
    }
}
