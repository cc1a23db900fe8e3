//! Text as markup and as XML shows it.

/// For text and for attributes. Characters that neither can hold are replaced.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(letter),
            control if control.is_control() || ('\u{FFFE}'..='\u{FFFF}').contains(&control) => {
                out.push('\u{FFFD}');
            }
            other => out.push(other),
        }
    }
    out
}
