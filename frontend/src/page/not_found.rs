//! For a URL that leads nowhere.

use crate::{prelude::*, route::Page};

/// Says so and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="panel empty">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or the service has another name by now."</p>
            <p><a href=Page::Services.path()>"See all services"</a></p>
        </div>
    }
}
