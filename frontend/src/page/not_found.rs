//! For a URL that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::route::Page;

/// Says so and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="panel empty">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or the service has another name by now."</p>
            <p><A href=Page::Services.path()>"See all services"</A></p>
        </div>
    }
}
