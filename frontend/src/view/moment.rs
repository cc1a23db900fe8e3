//! A moment, relative and exact.

use viridian_shared::{time::Timestamp, words::ago};

use crate::{model::model, prelude::*, words};

/// "5 min ago", with the exact time on asking.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    let model = model();
    let text = Memo::new(move |_| ago(at, model.now.get()));
    view! { <time datetime=at.to_string() title=words::exact(at)>{text}</time> }
}
