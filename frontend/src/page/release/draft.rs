//! The comment of a vote that was left behind half written: a link in its dialog was followed, or *Back* was pressed.

use std::cell::RefCell;

thread_local! {
    /// The request of the gate, and the text.
    static DRAFT: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Keeps what was typed for a gate until its dialog is opened again.
pub fn keep(request: String, text: String) {
    DRAFT.set(Some((request, text)));
}

/// What was typed for this gate and not sent; it is given once.
pub fn of(request: &str) -> String {
    let kept = DRAFT.take().filter(|(of, _)| of == request);
    kept.map(|(_, text)| text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_for_its_gate_and_is_given_once() {
        keep("first".to_owned(), "both phones".to_owned());
        assert_eq!(of("first"), "both phones");
        assert_eq!(of("first"), "");
        keep("first".to_owned(), "both phones".to_owned());
        assert_eq!(of("second"), "");
    }
}
