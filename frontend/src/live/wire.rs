//! One connection of the stream, read to its end.

use std::cell::RefCell;

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestInit, Response, TextDecodeOptions,
    TextDecoder,
};

use super::message::{Lines, Message};

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Nobody is signed in.
    SignedOut,
    /// There is no such service.
    Missing,
    /// The server went away, or the network did.
    Off,
}

thread_local! {
    static PRESENT: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Ends the present connection, if there is one.
pub fn hang_up() {
    if let Some(controller) = PRESENT.take() {
        controller.abort();
    }
}

/// Reads until the connection ends. `heard` gets every message, and None for a sign of life without one.
pub async fn read(url: &str, last_id: Option<String>, mut heard: impl FnMut(Option<Message>)) -> Broken {
    match follow(url, last_id, &mut heard).await {
        Ok(broken) => broken,
        Err(_) => Broken::Off,
    }
}

async fn follow(
    url: &str,
    last_id: Option<String>,
    heard: &mut impl FnMut(Option<Message>),
) -> Result<Broken, JsValue> {
    let controller = AbortController::new()?;
    let headers = Headers::new()?;
    headers.set("Accept", "text/event-stream")?;
    if let Some(id) = last_id {
        headers.set("Last-Event-ID", &id)?;
    }
    let init = RequestInit::new();
    init.set_signal(Some(&controller.signal()));
    init.set_headers(&headers);
    PRESENT.replace(Some(controller));

    let response: Response =
        JsFuture::from(window().fetch_with_str_and_init(url, &init)).await?.dyn_into()?;
    match response.status() {
        200 => {}
        401 => return Ok(Broken::SignedOut),
        404 => return Ok(Broken::Missing),
        _ => return Ok(Broken::Off),
    }
    let Some(body) = response.body() else { return Ok(Broken::Off) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let decoder = TextDecoder::new()?;
    let goes_on = TextDecodeOptions::new();
    goes_on.set_stream(true);
    let mut lines = Lines::default();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(Broken::Off);
        }
        let bytes: Uint8Array = Reflect::get(&piece, &"value".into())?.unchecked_into();
        let text = decoder.decode_with_js_u8_array_and_options(&bytes, &goes_on)?;
        heard(None);
        for message in lines.push(&text) {
            heard(Some(message));
        }
    }
}
