//! Blue is a disc and green a diamond, and both say their word.

use viridian_shared::colour::Colour;

use crate::prelude::*;

/// The colour's name in attributes.
pub fn slug(colour: Colour) -> &'static str {
    match colour {
        Colour::Blue => "blue",
        Colour::Green => "green",
    }
}

/// A colour by shape and word.
#[component]
pub fn ColourMark(colour: Colour) -> impl IntoView {
    view! { <span class="colour" data-colour=slug(colour)>{colour.word()}</span> }
}
