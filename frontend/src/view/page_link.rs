//! A link to a page, which says when it leads to where one is.

use crate::{model::model, prelude::*, route::Page};

/// A link of the navigation.
#[component]
pub fn PageLink(page: Page, children: Children) -> impl IntoView {
    let model = model();
    let path = page.path();
    let is_here =
        Memo::new(move |_| model.address.with(|here| here.is_some_and(|here| here.is_beside(&page))));
    view! { <a href=path aria-current=move || is_here.get().then_some("page")>{children()}</a> }
}
