//! What differs, one line a finding; the one that is picked can be ruled on.

use viridian_shared::{
    comparison::finding::{Difference, Finding},
    words::count,
};

use super::{
    excerpt::{Excerpt, excerpts},
    labels::of_finding,
    ruling::Rulings,
    several::Several,
    state::ComparePage,
};
use crate::{
    prelude::*,
    route::Picked,
    ui::{
        button::{Button, ButtonKind},
        panel::Panel,
    },
    view::{moment::Moment, person::Avatar, status::StatusMark},
};

/// The panel.
#[component]
pub fn Findings() -> impl IntoView {
    let compare: ComparePage = expect_context();
    let findings = Memo::new(move |_| compare.whole.with(|run| run.findings.clone()));
    let ids = Memo::new(move |_| {
        findings.with(|it| it.iter().flatten().map(|it| it.id.clone()).collect::<Vec<_>>())
    });
    // The first one that is open is picked until somebody picks another.
    let picked = Memo::new(move |_| {
        compare.picked.with(|it| it.finding.clone()).or_else(|| ids.with(|ids| ids.first().cloned()))
    });
    let step = move |by: isize| {
        let next = ids.with_untracked(|ids| {
            let here = picked.with_untracked(|id| ids.iter().position(|it| Some(it) == id.as_ref()));
            let next = here.map_or(0, |here| here.saturating_add_signed(by));
            ids.get(next.min(ids.len().saturating_sub(1))).cloned()
        });
        if let Some(id) = next {
            compare.amend(|it| it.finding = Some(id.clone()));
            reveal(&id);
        }
    };
    let line = move |id: String| {
        let own = id.clone();
        let finding =
            Memo::new(move |_| findings.with(|it| it.iter().flatten().find(|it| it.id == own).cloned()));
        view! { <Line id finding picked/> }
    };
    let is_read = Memo::new(move |_| findings.with(Option::is_some));
    let refusal = Signal::derive(move || ids.with(Vec::is_empty).then(|| "There is no finding.".to_owned()));
    view! {
        <Panel title="Findings" class="findings" mark=move || view! {
            <div class="findings__steps">
                <Several/>
                <Button label="Previous finding" kind=ButtonKind::Quiet key=Some("k") refusal on_press=move |()| step(-1)/>
                <Button label="Next finding" kind=ButtonKind::Quiet key=Some("j") refusal on_press=move |()| step(1)/>
            </div>
        }>
            <Show when=move || is_read.get() fallback=|| view! { <p class="skeleton" aria-hidden="true"></p> }>
                <Show when=move || ids.with(|it| !it.is_empty()) fallback=|| view! { <p class="muted">"Nothing differs that counts."</p> }>
                    <ul class="findings__list"><For each=move || ids.get() key=Clone::clone children=line/></ul>
                </Show>
            </Show>
        </Panel>
    }
}

/// Scrolls a finding into sight.
fn reveal(id: &str) {
    let id = format!("finding-{id}");
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(&id) {
            element.scroll_into_view_with_bool(false);
        }
    });
}

#[component]
fn Line(id: String, finding: Memo<Option<Finding>>, picked: Memo<Option<String>>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let own = id.clone();
    let is_picked = Memo::new(move |_| picked.with(|it| it.as_deref() == Some(own.as_str())));
    let path = compare.path(Picked { finding: Some(id.clone()), ..untrack(|| compare.picked.get()) });
    let for_rulings = id.clone();
    let facts = move || finding.get().map(|finding| view! { <Facts finding/> });
    view! {
        <li class="findings__one" id=format!("finding-{id}") data-picked=move || is_picked.get().to_string()>
            <div class="findings__head">
                <a class="findings__title" data-tab="" href=path aria-current=move || is_picked.get().then_some("true")>
                    {move || finding.with(|it| it.as_ref().map(|it| it.title.clone()))}
                </a>
                {move || finding.with(|it| it.as_ref().map(of_finding)).map(|status| view! { <StatusMark status/> })}
            </div>
            {move || facts()}
            <Show when=move || is_picked.get()><Rulings finding=for_rulings.clone()/></Show>
        </li>
    }
}

#[component]
fn Facts(finding: Finding) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let run = compare.run.get_untracked().unwrap_or_default();
    // Of a first run there is no run before.
    let news = match (finding.first_seen == run, finding.is_new) {
        (true, _) => "First seen in this run. ",
        (false, true) => "New since the run before. ",
        (false, false) => "",
    };
    let probe = move |name: String| {
        let path = compare.path(Picked { finding: None, ..Picked::probe(&run, &name) });
        view! { <a href=path>{name}</a>" " }
    };
    let times = count(finding.count as usize, "difference", "differences");
    let said = finding.ruling.map(|ruling| {
        view! {
            <p class="findings__said"><Avatar name=ruling.by.clone()/><span>
                <b>{viridian_shared::people::shown(&ruling.by).to_owned()}</b>{format!(" ruled it {}: “{}” ", ruling.judgement.word(), ruling.reason)}<span class="muted"><Moment at=ruling.at/></span>
            </span></p>
        }
    });
    let lapsed = finding.lapsed.map(|lapsed| {
        let ruling = lapsed.ruling;
        view! {
            <p class="muted">{format!("{} {} had ruled it {}: “{}”", lapsed.reason, viridian_shared::people::shown(&ruling.by), ruling.judgement.word(), ruling.reason)}</p>
        }
    });
    view! {
        <Example difference=finding.example/>
        <p class="muted">
            <b class="findings__new">{news}</b>{format!("{times}; first seen in run {}, ", finding.first_seen)}<Moment at=finding.first_seen_at/>
            "; in "{finding.probes.into_iter().map(probe).collect_view()}
        </p>
        {said}{lapsed}
    }
}

/// Blue's value and green's, one below the other.
#[component]
pub fn Example(difference: Difference) -> impl IntoView {
    let (blue, green) = (difference.blue.as_deref(), difference.green.as_deref());
    let both = excerpts(blue.unwrap_or_default(), green.unwrap_or_default());
    let side = |colour: &'static str, value: Option<&str>, parts: Excerpt| {
        let value = value.map_or_else(
            || view! { <i class="muted">"nothing"</i> }.into_any(),
            |_| view! { <code>{parts.before}<mark>{parts.changed}</mark>{parts.after}</code> }.into_any(),
        );
        view! { <div><dt class="colour" data-colour=colour>{if colour == "blue" { "Blue" } else { "Green" }}</dt><dd>{value}</dd></div> }
    };
    let [left, right] = both;
    let seen = (difference.seen < difference.of)
        .then(|| format!("Seen in {} of {} pairs of samples.", difference.seen, difference.of));
    view! {
        <dl class="example">{side("blue", blue, left)}{side("green", green, right)}</dl>
        {seen.map(|text| view! { <p class="muted">{text}</p> })}
    }
}
