//! Who has voted, how, and which run of the comparison they had in front of them.

use viridian_shared::{
    people::is_same,
    vote::{Choice, Vote},
    window::WindowState,
    words,
};

use super::{seen::seen, shown::Shown};
use crate::{
    layout::waits::others,
    model::model,
    prelude::*,
    route::{Page, Picked},
    view::person::Avatar,
};

/// The votes on the gate that is shown.
#[component]
pub fn VoteList(window: Memo<Option<Shown>>) -> impl IntoView {
    let model = model();
    let votes = Memo::new(move |_| {
        let Some(seen) = seen(model) else { return Vec::new() };
        let is_here = |vote: &&Vote| {
            vote.release == seen.release && vote.stage == seen.stage && vote.action == seen.action
        };
        let mut votes = model.votes.with(|votes| votes.iter().filter(is_here).cloned().collect::<Vec<_>>());
        model.snapshot.with(|it| {
            if let Some(ballot) = it.as_ref().and_then(|it| it.ballot()) {
                // What lapsed or was given on an earlier request does not count; each person's last word does.
                let counts = |vote: &Vote| {
                    vote.request == ballot.request && ballot.voice(&vote.person).is_some_and(|it| it.stands)
                };
                votes.retain(counts);
                let later = votes.clone();
                votes.retain(|vote| {
                    !later.iter().any(|it| it.at > vote.at && is_same(&it.person, &vote.person))
                });
            }
        });
        votes
    });
    let own = move || {
        let name = model.person.get().map(|person| person.name)?;
        votes.with(|votes| votes.iter().find(|vote| is_same(&vote.person, &name)).map(|vote| vote.choice))
    };
    let is_open = move || window.with(|it| it.as_ref().is_some_and(|it| it.state == WindowState::Open));
    let needed =
        move || model.snapshot.with(|it| it.as_ref().and_then(|it| it.ballot()).map_or(1, |it| it.needed));
    let text = move || {
        let yes = votes.with(|votes| votes.iter().filter(|vote| vote.choice == Choice::Approve).count());
        match (is_open(), votes.with(Vec::len), own()) {
            (true, 0, _) => format!("Nobody has voted yet. {}", others(model).unwrap_or_default()),
            (true, _, Some(_)) => {
                format!("You have voted. {}", others(model).filter(|_| needed() > 1).unwrap_or_default())
            }
            (true, _, None) => format!("{} so far.", words::count(yes, "approval", "approvals")),
            (false, 0, _) => String::new(),
            (false, count, _) => words::count(count, "vote", "votes"),
        }
    };
    let line = move |vote: Vote| {
        let (slug, verb) =
            if vote.choice == Choice::Approve { ("yes", "approved") } else { ("no", "rejected") };
        let saw = vote.run.map(|run| {
            let service = model.service.get_untracked().unwrap_or_default();
            view! { ", on " <a href=Page::compare(&service, Picked::run(&run)).path()>{format!("run {run}")}</a> }.into_any()
        });
        let saw = saw.unwrap_or_else(|| view! { ", before anything was compared" }.into_any());
        view! {
            <li class="window__vote"><Avatar name=vote.person.clone() vote=slug/><span><b>{viridian_shared::people::shown(&vote.person).to_owned()}</b>{format!(" {verb}")}<span class="muted">{saw}</span></span></li>
        }
    };
    view! {
        <ul class="window__votes">
            {move || votes.get().into_iter().map(line).collect_view()}
        </ul>
        <p class="muted window__tally">{text}</p>
    }
}
