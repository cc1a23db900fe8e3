//! What is wrong with a text that is no JSON, in the words of the parser that Step Functions reads inputs with.

use std::{iter::Peekable, str::CharIndices};

/// What a value may be, as the parser lists it.
const VALUE: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/// Levels of nesting that are read.
const MAX_DEPTH: usize = 200;

/// The complaint about a text; `None` where this reader finds nothing.
pub(super) fn complaint(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("Invalid execution input.".to_owned());
    }
    let mut reader = Reader { text, rest: text.char_indices().peekable() };
    reader.value(0).err()
}

struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
}

fn unexpected(c: char, wanted: &str) -> String {
    format!("Unexpected character ('{c}' (code {})): {wanted}", u32::from(c))
}

impl Reader<'_> {
    /// The next character that is no white space.
    fn peek(&mut self) -> Option<(usize, char)> {
        while self.rest.next_if(|(_, c)| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
        self.rest.peek().copied()
    }

    fn value(&mut self, depth: usize) -> Result<(), String> {
        match self.peek() {
            None => Err("Unexpected end-of-input within/between entries".to_owned()),
            Some((_, '{')) => self.list(depth, '}', "Object"),
            Some((_, '[')) => self.list(depth, ']', "Array"),
            Some((_, '"')) => self.string(),
            Some((_, c)) if c == '-' || c.is_ascii_digit() => {
                let is_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
                while self.rest.next_if(|(_, c)| is_number(*c)).is_some() {}
                Ok(())
            }
            Some((start, c)) if c.is_alphabetic() || c == '_' || c == '$' => self.word(start),
            Some((_, c)) => Err(unexpected(c, &format!("expected a valid value {VALUE}"))),
        }
    }

    fn list(&mut self, depth: usize, close: char, kind: &str) -> Result<(), String> {
        let open = || format!("Unexpected end-of-input: expected close marker for {kind}");
        if depth > MAX_DEPTH {
            return Err("Document nesting depth exceeds the maximum allowed".to_owned());
        }
        self.rest.next();
        if self.peek().ok_or_else(open)?.1 == close {
            self.rest.next();
            return Ok(());
        }
        loop {
            if kind == "Object" {
                self.name(open)?;
            }
            self.peek().ok_or_else(open)?;
            self.value(depth + 1)?;
            match self.peek().ok_or_else(open)?.1 {
                ',' => drop(self.rest.next()),
                c if c == close => {
                    self.rest.next();
                    return Ok(());
                }
                c => return Err(unexpected(c, &format!("was expecting comma to separate {kind} entries"))),
            }
        }
    }

    /// The name of a member, with its colon.
    fn name(&mut self, open: impl Fn() -> String) -> Result<(), String> {
        match self.peek().ok_or_else(&open)?.1 {
            '"' => self.string()?,
            c => return Err(unexpected(c, "was expecting double-quote to start field name")),
        }
        match self.peek().ok_or_else(open)?.1 {
            ':' => {
                self.rest.next();
                Ok(())
            }
            c => Err(unexpected(c, "was expecting a colon to separate field name and value")),
        }
    }

    fn string(&mut self) -> Result<(), String> {
        self.rest.next();
        loop {
            match self.rest.next() {
                None => {
                    return Err(
                        "Unexpected end-of-input: was expecting closing quote for a string value".to_owned()
                    );
                }
                Some((_, '"')) => return Ok(()),
                Some((_, '\\')) => match self.rest.next() {
                    Some((_, c)) if !"\"\\/bfnrtu".contains(c) => {
                        let code = u32::from(c);
                        return Err(format!("Unrecognized character escape '{c}' (code {code})"));
                    }
                    _ => {}
                },
                Some((_, c)) if u32::from(c) < 32 => {
                    let code = u32::from(c);
                    return Err(format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {code})): has to be escaped using backslash to \
                         be included in string value"
                    ));
                }
                Some(_) => {}
            }
        }
    }

    fn word(&mut self, start: usize) -> Result<(), String> {
        while self.rest.next_if(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '$')).is_some() {}
        let end = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        match self.text.get(start..end).unwrap_or_default() {
            "true" | "false" | "null" => Ok(()),
            word => Err(format!("Unrecognized token '{word}': was expecting {VALUE}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_is_told_as_the_parser_of_aws_tells_it() {
        for (text, wanted) in [
            ("", "Invalid execution input."),
            (" \n", "Invalid execution input."),
            (
                "{'a': 1}",
                "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
            ),
            (
                "{\"a\" 1}",
                "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
            ),
            (
                "{\"a\": 1 2}",
                "Unexpected character ('2' (code 50)): was expecting comma to separate Object entries",
            ),
            ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"),
            ("[1", "Unexpected end-of-input: expected close marker for Array"),
            ("\"a", "Unexpected end-of-input: was expecting closing quote for a string value"),
            ("\"\\q\"", "Unrecognized character escape 'q' (code 113)"),
        ] {
            assert_eq!(complaint(text).as_deref(), Some(wanted), "{text}");
        }
        let token = "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', \
                     'true' or 'false')";
        assert_eq!(complaint("not json").as_deref(), Some(token));
        assert!(
            complaint("}")
                .unwrap()
                .starts_with("Unexpected character ('}' (code 125)): expected a valid value")
        );
        assert!(complaint(&"[".repeat(100_000)).unwrap().starts_with("Document nesting depth"));
    }

    #[test]
    fn what_is_json_is_not_complained_of() {
        for text in ["1", "-1.5e3", "\"s\"", "null", " {\"a\": [true, {}], \"b\": \"\\u0041\"} ", "[]"] {
            assert_eq!(complaint(text), None, "{text}");
        }
    }
}
