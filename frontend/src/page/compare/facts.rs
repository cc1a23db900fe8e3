//! What each colour answered, in a few facts beside each other.

use viridian_shared::{
    colour::Colour,
    comparison::probe::{Answer, ProbeDetail},
};

use super::labels::size;
use crate::{
    fetched::Fetched,
    prelude::*,
    ui::icon::{Icon, Mark},
    view::colour::ColourMark,
};

/// The two cards.
#[component]
pub fn Facts(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let side = move |colour: Colour| {
        let (answer, problem) = detail.with(|it| match colour {
            Colour::Blue => (it.blue.clone(), it.blue_problem.clone()),
            Colour::Green => (it.green.clone(), it.green_problem.clone()),
        })?;
        Some(view! { <Side colour answer problem/> })
    };
    view! { <div class="facts">{move || side(Colour::Blue)}{move || side(Colour::Green)}</div> }
}

#[component]
fn Side(colour: Colour, answer: Option<Answer>, problem: Option<String>) -> impl IntoView {
    let problem =
        problem.map(|text| view! { <p class="problem"><Mark icon=Icon::Failed/><span>{text}</span></p> });
    let warning = |text: String| view! { <p class="facts__warning"><Mark icon=Icon::Warning/>{text}</p> };
    let facts = answer.map(|answer| {
        let troubles = answer.troubles.iter().cloned().map(warning).collect_view();
        let redirect = answer.redirect.clone().map(|to| {
            view! { <p class="facts__warning"><Mark icon=Icon::Release/>"Redirects to "<code>{to}</code>". It was not followed."</p> }
        });
        view! { <p class="facts__line">{line(&answer)}</p>{redirect}{troubles} }
    });
    view! { <div class="facts__side" data-colour=if colour == Colour::Blue { "blue" } else { "green" }><p><ColourMark colour/></p>{problem}{facts}</div> }
}

/// "200 · HTTP/1.1 · HTML, UTF-8 · 1.9 kB".
fn line(answer: &Answer) -> String {
    let charset = answer.charset.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
    let mut parts = vec![
        answer.status.to_string(),
        answer.version.clone(),
        format!("{}{charset}", answer.kind.word()),
        length(answer),
    ];
    parts.extend(answer.tls.clone());
    parts.join(" · ")
}

fn length(answer: &Answer) -> String {
    let kept =
        if answer.kept < answer.length { format!(", {} kept", size(answer.kept)) } else { String::new() };
    match answer.decoded_length {
        Some(decoded) if decoded != answer.length => {
            format!("{} as sent, {} decoded{kept}", size(answer.length), size(decoded))
        }
        _ => format!("{}{kept}", size(answer.length)),
    }
}
