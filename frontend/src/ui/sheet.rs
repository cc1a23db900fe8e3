//! Style sheets of parts: what only a part needs is loaded with it.

use std::cell::RefCell;

use js_sys::{Array, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static ADOPTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Lets a style sheet count, once. The policy of the page allows no sheet in an element; this is none.
pub fn adopt(text: &'static str) {
    let is_new = ADOPTED.with_borrow_mut(|adopted| {
        let is_new = !adopted.contains(&text);
        adopted.push(text);
        is_new
    });
    if is_new {
        // A browser without such sheets shows the page plainer.
        let _ = add(text);
    }
}

fn add(text: &str) -> Result<(), JsValue> {
    let of_window = Reflect::get(&js_sys::global(), &"CSSStyleSheet".into())?;
    let of_window: &js_sys::Function = of_window.unchecked_ref();
    let sheet = Reflect::construct(of_window, &Array::new())?;
    let replace: js_sys::Function = Reflect::get(&sheet, &"replaceSync".into())?.unchecked_into();
    replace.call1(&sheet, &text.into())?;
    let document: JsValue = document().into();
    let sheets: Array = Array::from(&Reflect::get(&document, &"adoptedStyleSheets".into())?);
    sheets.push(&sheet);
    Reflect::set(&document, &"adoptedStyleSheets".into(), &sheets)?;
    Ok(())
}
