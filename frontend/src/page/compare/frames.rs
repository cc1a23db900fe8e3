//! Two captured pages or pictures: beside each other or over one another, always scrolled together.
//!
//! A page stands in a frame that runs no script, has no origin and takes no press: it is what was captured, and a
//! page that refuses framing is shown as well.

use viridian_shared::{
    colour::Colour,
    comparison::probe::{Kind, ProbeDetail},
    route::{captured_body, captured_page},
};

use super::state::ComparePage;
use crate::{
    fetched::Fetched,
    prelude::*,
    route::{Lay, Picked},
    ui::select::Select,
    view::colour::ColourMark,
};

/// How wide a page is laid out, in pixels; the first fits the room there is.
const WIDTHS: [(&str, &str); 4] =
    [("", "Fit the window"), ("1280", "1280 px"), ("768", "768 px"), ("390", "390 px")];
/// How much of a page is shown: a frame cannot say how long it is.
const LENGTHS: [(&str, &str); 4] =
    [("900", "1 screen"), ("1800", "2 screens"), ("3600", "4 screens"), ("9000", "10 screens")];

/// The view.
#[component]
pub fn Frames(detail: Fetched<ProbeDetail>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let lay = Memo::new(move |_| compare.picked.with(|it| it.lay));
    let is_picture =
        Memo::new(move |_| detail.with(|it| it.brief.compared_as == Some(Kind::Image)).unwrap_or_default());
    let (width, length) = (RwSignal::new(String::new()), RwSignal::new("900".to_owned()));
    let share = RwSignal::new("50".to_owned());
    let side = move |colour: Colour| view! { <Side colour is_picture width length/> };
    let has_slider = move || matches!(lay.get(), Lay::Swipe | Lay::Onion);
    let slider = move || match lay.get() {
        Lay::Onion => "How much of green is seen",
        _ => "Where green begins",
    };
    view! {
        <div class="frames__bar">
            <Lays lay/>
            <Show when=has_slider>
                <label class="frames__share">
                    <span>{move || slider()}</span>
                    <input type="range" min="0" max="100" prop:value=move || share.get() on:input=move |event| share.set(event_target_value(&event))/>
                </label>
            </Show>
            <Show when=move || !is_picture.get()>
                <Select label="Width" quiet=true options=Signal::derive(|| list(&WIDTHS)) value=width/>
                <Select label="Length" quiet=true options=Signal::derive(|| list(&LENGTHS)) value=length/>
            </Show>
        </div>
        <div class="frames" data-lay=move || lay.get().slug() style:--share=move || format!("{}%", share.get())
            tabindex="0" role="region" aria-label="Blue and green, scrolled together">
            {side(Colour::Blue)}{side(Colour::Green)}
        </div>
        <Show when=move || lay.get() == Lay::Difference>
            <p class="muted">"Black is the same in both; what is bright differs."</p>
        </Show>
    }
}

fn list(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
}

/// The four ways, as links: each can be sent to somebody.
#[component]
fn Lays(lay: Memo<Lay>) -> impl IntoView {
    let compare: ComparePage = expect_context();
    let one = move |own: Lay| {
        let path = move || compare.path(Picked { lay: own, ..compare.picked.get() });
        view! { <a class="looks__one" data-tab="" href=path aria-current=move || (lay.get() == own).then_some("true")>{own.word()}</a> }
    };
    view! { <nav class="looks" aria-label="How they lie">{Lay::ALL.map(one).into_iter().collect_view()}</nav> }
}

#[component]
fn Side(
    colour: Colour,
    is_picture: Memo<bool>,
    width: RwSignal<String>,
    length: RwSignal<String>,
) -> impl IntoView {
    let compare: ComparePage = expect_context();
    // The view is built anew for another probe. A frame that was led to its page would answer to *Back* itself, and
    // for a moment ask for a page that the other probe does not have.
    let address = move |of: fn(&str, &str, &str, Colour) -> String| {
        let run = compare.run.get_untracked().unwrap_or_default();
        let probe = compare.picked.with_untracked(|it| it.probe.clone()).unwrap_or_default();
        of(&compare.service.get_untracked().unwrap_or_default(), &run, &probe, colour)
    };
    let (page, picture) = (address(captured_page), address(captured_body));
    let name = colour.word();
    let content = move || {
        if is_picture.get() {
            view! { <img class="frames__picture" src=picture.clone() alt=format!("What {} sent", name.to_ascii_lowercase())/> }.into_any()
        } else {
            view! {
                <iframe class="frames__page" sandbox="" referrerpolicy="no-referrer" tabindex="-1" title=format!("{name}’s page as captured")
                    src=page.clone() style:width=move || pixels(&width.get(), "100%") style:height=move || pixels(&length.get(), "900px")></iframe>
            }.into_any()
        }
    };
    view! {
        <figure class="frames__side" data-colour=if colour == Colour::Blue { "blue" } else { "green" }>
            <figcaption><ColourMark colour/></figcaption>
            <div class="frames__content">{move || content()}</div>
        </figure>
    }
}

fn pixels(number: &str, otherwise: &str) -> String {
    if number.is_empty() { otherwise.to_owned() } else { format!("{number}px") }
}
