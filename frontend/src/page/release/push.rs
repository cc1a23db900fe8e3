//! How to push a commit, ready to be copied.

use crate::{
    model::model,
    part,
    part::PartView,
    prelude::*,
    ui::{
        button::{Button, ButtonKind},
        copy::CopyLine,
        dialog::Dialog,
    },
};

/// The step of the reference: another background colour.
const CHANGE: &str =
    "sed -i.before 's/background-color: #99c/background-color: #9c9/' index.html && rm index.html.before";

/// The button with its dialog.
#[component]
pub fn PushDetails() -> impl IntoView {
    let model = model();
    let open = RwSignal::new(false);
    let url = Memo::new(move |_| model.identity.get().and_then(|it| it.repository_url));
    let refusal = Signal::derive(move || {
        url.with(Option::is_none).then(|| "The repository’s address is not known here.".to_owned())
    });
    view! {
        <Button label="Push details" key=Some("p") refusal on_press=move |()| open.set(true)/>
        <Dialog open title="Push a commit" wide=true>
            <PartView part=COMMANDS/>
            <div class="dialog__actions">
                <Button label="Close" kind=ButtonKind::Plain autofocus=true on_press=move |()| open.set(false)/>
            </div>
        </Dialog>
    }
}

part! {
    /// The commands, which few ask for.
    COMMANDS, "The commands", push, view! { <Commands/> }
}

#[component]
fn Commands() -> impl IntoView {
    let model = model();
    let url = Memo::new(move |_| model.identity.get().and_then(|it| it.repository_url));
    let folder = move || {
        let url = url.get().unwrap_or_default();
        url.trim_end_matches('/').rsplit('/').next().unwrap_or_default().trim_end_matches(".git").to_owned()
    };
    let clone =
        Signal::derive(move || format!("git clone {} && cd {}", url.get().unwrap_or_default(), folder()));
    view! {
            <p class="muted">"A push to the main branch starts a release. To try it, run these in a terminal:"</p>
            <ol class="push-details">
                <li>"Clone the repository"<CopyLine label="Clone command" text=clone/></li>
                <li>"Change the page’s colour"<CopyLine label="Change command" text=CHANGE/></li>
                <li>"Commit and push"<CopyLine label="Push command" text="git commit -am 'Change background color' && git push"/></li>
            </ol>
            <p class="muted">"Address of the repository:"</p>
            <CopyLine label="Repository address" text=Signal::derive(move || url.get().unwrap_or_default())/>
    }
}
