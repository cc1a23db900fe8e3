//! Sentences about what a listener rule does with requests.

use crate::{
    commit::short,
    journal::observation::Share,
    traffic::{Answer, Door},
    words::{count, fixed},
};

/// What a rule does with requests, as the rest of a sentence: "sends 100% to blue, commit 71b8d02".
pub fn rule(door: &Door, shares: &[Share]) -> String {
    match &door.answer {
        Answer::Fixed { status, message } if message.is_empty() => format!("answers {status} to everything"),
        Answer::Fixed { status, message } => {
            format!("answers {status} to everything: “{}”", message.trim_end_matches('.'))
        }
        Answer::Redirect { to } => format!("redirects to {to}"),
        Answer::Other { name } => format!("answers by a rule of kind {name}"),
        Answer::Forward { .. } => {
            let parts: Vec<_> = shares.iter().map(forward).collect();
            format!("sends {}", parts.join(", and "))
        }
    }
}

fn forward(to: &Share) -> String {
    let share = format!("{}%", fixed(to.share * 100.0, 0));
    let Some(of) = &to.of else { return format!("{share} to a target group without a task set") };
    let commit = of.commit.as_deref().map(|commit| format!(", commit {}", short(commit))).unwrap_or_default();
    let health = match of.targets {
        None => String::new(),
        Some((_, 0)) => ", no targets yet".to_owned(),
        Some((healthy, present)) => {
            format!(", {healthy} of {} healthy", count(present as usize, "target", "targets"))
        }
    };
    format!("{share} to {}{commit}{health}", of.colour.slug())
}
