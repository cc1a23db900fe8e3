//! Rules on several findings at once: those that a pattern covers, listed before anything is said of them.

use leptos::task::spawn_local;
use viridian_shared::{
    command::RuleOnFinding,
    comparison::{
        finding::{Finding, Judgement},
        run::Run,
    },
    problem::Problem,
    words::count,
};

use super::state::ComparePage;
use crate::{
    api,
    command_state::{CommandState, fresh_key},
    part,
    part::PartView,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::{TextArea, TextField},
        select::Select,
        toast::Toasts,
    },
    view::{command::Consequence, problem::ProblemNote},
};

/// Findings that are listed by name.
const LISTED: usize = 8;

/// The button with its dialog.
#[component]
pub fn Several() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let open = RwSignal::new(false);
    provide_context(Opened(open));
    let none = Signal::derive(move || {
        let open = compare.whole.with(|run| run.findings.iter().filter(|it| it.ruling.is_none()).count());
        (open.unwrap_or_default() < 2).then(|| "Fewer than two findings are open.".to_owned())
    });
    view! {
        <Button label="Rule several" kind=ButtonKind::Quiet refusal=none on_press=move |()| open.set(true)/>
        <Dialog open title="Rule on several findings" wide=true><PartView part=FORM/></Dialog>
    }
}

part! {
    /// What is ruled, which few do.
    FORM, "The form", several, view! { <Form/> }
}

/// Whether the dialog is open.
#[derive(Clone, Copy)]
struct Opened(RwSignal<bool>);

#[component]
fn Form() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let toasts: Toasts = expect_context();
    let Opened(open) = expect_context();
    let text = |text: &str| RwSignal::new(text.to_owned());
    let (pattern, judgement, reason) = (text("*"), text("intended"), text(""));
    let sending = Sending { open, pending: RwSignal::new(false), problem: RwSignal::new(None) };
    let (pending, problem) = (sending.pending, sending.problem);
    let covered = Memo::new(move |_| {
        let pattern = pattern.get();
        let fits = |it: &&Finding| it.ruling.is_none() && fits(pattern.trim(), &it.title);
        let of = |run: &Run| {
            run.findings.iter().filter(fits).map(|it| (it.id.clone(), it.title.clone())).collect::<Vec<_>>()
        };
        compare.whole.with(of).unwrap_or_default()
    });
    let chosen = move || Judgement::ALL.into_iter().find(|it| judgement.with(|text| text == it.word()));
    let one = move |finding: String| {
        Some(RuleOnFinding { run: compare.run.get()?, finding, judgement: chosen()?, reason: reason.get() })
    };
    let command = CommandState::new(move || one(covered.with(|it| it.first().map(|(id, _)| id.clone()))?));
    let refusal =
        Signal::derive(move || command.verdict.with(|it| it.as_ref().err().map(|it| it.reason.clone())));
    let send = move |()| {
        if !pending.get_untracked() {
            let all = untrack(|| covered.get().into_iter().filter_map(|(id, _)| one(id)).collect());
            sending.pending.set(true);
            sending.problem.set(None);
            spawn_local(send_all(compare, toasts, all, sending));
        }
    };
    let options =
        Signal::derive(|| Judgement::ALL.map(|it| (it.word().to_owned(), it.word().to_owned())).to_vec());
    let label = Signal::derive(move || {
        let text = count(covered.with(Vec::len), "finding", "findings");
        if pending.get() { format!("Ruling on {text}…") } else { format!("Rule on {text}") }
    });
    view! {
        <Consequence command/>
        <TextField label="Those whose title fits" bound="pattern" value=pattern hint="* stands for anything. Only findings that are open are covered."/>
        <Covered covered/>
        <Select label="They are" options value=judgement/>
        <TextArea label="Reason" bound="reason" value=reason rows=2 hint="It is kept with each of them."/>
        <ProblemNote problem/>
        <div class="dialog__actions">
            <Button label="Cancel" kind=ButtonKind::Quiet on_press=move |()| open.set(false)/>
            <Button label kind=ButtonKind::Primary refusal on_press=send/>
        </div>
    }
}

/// How far it is.
#[derive(Clone, Copy)]
struct Sending {
    open: RwSignal<bool>,
    pending: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

/// One after the other, and no further than the first that is refused.
async fn send_all(compare: ComparePage, toasts: Toasts, all: Vec<RuleOnFinding>, sending: Sending) {
    let Some(service) = compare.service.try_get_untracked().flatten() else { return };
    let (mut ruled, mut refused) = (0, None);
    for command in all {
        match api::send(&service, &command, &fresh_key()).await {
            Ok(_) => ruled += 1,
            Err(problem) => {
                refused = Some(problem);
                break;
            }
        }
    }
    sending.pending.try_set(false);
    compare.whole.ask_again();
    toasts.show(format!("You ruled on {}.", count(ruled, "finding", "findings")));
    if refused.is_none() {
        sending.open.try_set(false);
    }
    sending.problem.try_set(refused);
}

/// What the pattern covers, by name.
#[component]
fn Covered(covered: Memo<Vec<(String, String)>>) -> impl IntoView {
    move || {
        let all = covered.get();
        let rest = all.len().saturating_sub(LISTED);
        let line = |(_, title): (String, String)| view! { <li><code>{title}</code></li> };
        view! {
            <ul class="several">{all.into_iter().take(LISTED).map(line).collect_view()}</ul>
            {(rest > 0).then(|| view! { <p class="muted">{format!("and {rest} more")}</p> })}
        }
    }
}

/// Whether a title fits a pattern in which `*` stands for anything; a pattern without one may stand anywhere.
fn fits(pattern: &str, title: &str) -> bool {
    let parts: Vec<_> = pattern.split('*').collect();
    let [first, .., last] = parts.as_slice() else { return title.contains(pattern) };
    let Some(mut rest) = title.strip_prefix(first) else { return false };
    for part in parts.get(1..parts.len() - 1).unwrap_or_default() {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_a_word_for_itself_anywhere() {
        let title = "$.items[*].price differs";
        for (pattern, is) in [
            ("*", true),
            ("price", true),
            ("$.items*", true),
            ("*differs", true),
            ("$*price*", true),
            ("items*", false),
            ("*price", false),
            ("*stock*", false),
        ] {
            assert_eq!(fits(pattern, title), is, "{pattern}");
        }
    }
}
