//! What is missing in the set-up, and what is dangerous about it: calmly, each with what mends it.

use viridian_shared::notice::{Notice, NoticeKind};

use crate::{
    model::model,
    prelude::*,
    ui::{
        icon::{Icon, Mark},
        panel::Panel,
    },
};

/// The list; nothing while there is nothing to say.
#[component]
pub fn Notices() -> impl IntoView {
    let model = model();
    let notices = Memo::new(move |_| {
        model.snapshot.with(|it| it.as_ref().map(|it| it.notices().to_vec()).unwrap_or_default())
    });
    view! {
        <Show when=move || notices.with(|it| !it.is_empty())>
            <Panel title="About this set-up" class="notices">
                <ul>
                    {move || notices.get().into_iter().map(|notice| view! { <Line notice/> }).collect_view()}
                </ul>
            </Panel>
        </Show>
    }
}

#[component]
fn Line(notice: Notice) -> impl IntoView {
    let (kind, word) = match notice.kind {
        NoticeKind::Missing => ("missing", "Missing"),
        NoticeKind::Hazard => ("hazard", "Hazard"),
    };
    view! {
        <li class="notices__line" data-kind=kind>
            <Mark icon=Icon::Warning/>
            <p>
                <span class="unseen">{word}": "</span>
                {notice.text}
                <span class="notices__mend">{notice.mend}</span>
            </p>
        </li>
    }
}
