//! Styles written anew, token by token: nothing is fetched but what was captured.

use cssparser::{CowRcStr, ParseError, Parser, Token, serialize_string};

use super::{Links, Use};
use crate::work;

/// Deeper blocks are left out.
const DEEPEST: usize = 48;
/// Functions in which a string is an address.
const WITH_ADDRESS: [&str; 8] =
    ["url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "element"];

/// A style sheet, or the declarations of a `style` attribute.
pub(super) fn clean(css: &str, links: &mut Links<'_>) -> String {
    let mut writer = Writer { out: String::with_capacity(css.len()), links, font_is_next: false };
    writer.rest(&mut Parser::new(css), 0, Use::Image);
    // Within a `style` element only this could end it; in a string it means the same.
    writer.out.replace("</", "<\\/")
}

struct Writer<'w, 'f> {
    out: String,
    links: &'w mut Links<'f>,
    /// Whether the next block is that of `@font-face`.
    font_is_next: bool,
}

impl Writer<'_, '_> {
    /// Everything up to the end of the block.
    fn rest(&mut self, parser: &mut Parser<'_>, depth: usize, used_as: Use) {
        loop {
            work::step();
            let from = parser.position();
            let Ok(token) = parser.next_including_whitespace().cloned() else { return };
            let raw = parser.slice_from(from);
            self.token(parser, &token, raw, depth, used_as);
        }
    }

    fn token(&mut self, parser: &mut Parser<'_>, token: &Token<'_>, raw: &str, depth: usize, used_as: Use) {
        match token {
            Token::AtKeyword(name) => self.rule(parser, name, depth),
            Token::UnquotedUrl(address) => self.address(address, used_as),
            Token::QuotedString(text) if is_address(text) => self.out.push_str("\"\""),
            Token::Function(name) => self.function(parser, name, depth, used_as),
            Token::CurlyBracketBlock => {
                let used_as = if std::mem::take(&mut self.font_is_next) { Use::Font } else { used_as };
                self.block(parser, ['{', '}'], depth, used_as);
            }
            Token::SquareBracketBlock => self.block(parser, ['[', ']'], depth, used_as),
            Token::ParenthesisBlock => self.block(parser, ['(', ')'], depth, used_as),
            Token::BadUrl(_)
            | Token::BadString(_)
            | Token::CloseParenthesis
            | Token::CloseSquareBracket
            | Token::CloseCurlyBracket
            | Token::CDO
            | Token::CDC => {}
            Token::WhiteSpace(_) => self.out.push(if raw.contains('\n') { '\n' } else { ' ' }),
            // Comments before a token belong to its slice.
            _ if raw.contains("/*") => {
                use cssparser::ToCss as _;
                self.out.push_str(&token.to_css_string());
            }
            _ => self.out.push_str(raw),
        }
    }

    fn block(&mut self, parser: &mut Parser<'_>, ends: [char; 2], depth: usize, used_as: Use) {
        self.out.push(ends[0]);
        self.nested(parser, depth, used_as);
        self.out.push(ends[1]);
    }

    fn nested(&mut self, parser: &mut Parser<'_>, depth: usize, used_as: Use) {
        if depth < DEEPEST {
            let _ = parser.parse_nested_block(|parser| -> Result<(), ParseError<()>> {
                self.rest(parser, depth + 1, used_as);
                Ok(())
            });
        }
    }

    fn function(&mut self, parser: &mut Parser<'_>, name: &CowRcStr<'_>, depth: usize, used_as: Use) {
        let lower = name.to_ascii_lowercase();
        if lower == "url" || lower == "src" {
            let address = parser.parse_nested_block(|parser| -> Result<_, ParseError<()>> {
                Ok(parser.expect_string_cloned().ok())
            });
            return match address.ok().flatten() {
                Some(address) => self.address(&address, used_as),
                None => self.out.push_str("none"),
            };
        }
        // Old ways to run something out of a style.
        if lower == "expression" {
            let _ = parser.parse_nested_block(|_| -> Result<(), ParseError<()>> { Ok(()) });
            return self.out.push_str("none");
        }
        let name = name.replace(|it: char| !it.is_alphanumeric() && it != '-' && it != '_', "");
        self.out.push_str(&name);
        self.out.push('(');
        if WITH_ADDRESS.contains(&lower.as_str()) {
            self.with_addresses(parser, depth);
        } else {
            self.nested(parser, depth, used_as);
        }
        self.out.push(')');
    }

    /// Inside a function in which strings are addresses of pictures.
    fn with_addresses(&mut self, parser: &mut Parser<'_>, depth: usize) {
        if depth >= DEEPEST {
            return;
        }
        let _ = parser.parse_nested_block(|parser| -> Result<(), ParseError<()>> {
            loop {
                let from = parser.position();
                let Ok(token) = parser.next_including_whitespace().cloned() else { return Ok(()) };
                let raw = parser.slice_from(from);
                match &token {
                    Token::QuotedString(address) => self.address(address, Use::Image),
                    token => self.token(parser, token, raw, depth + 1, Use::Image),
                }
            }
        });
    }

    fn address(&mut self, address: &str, used_as: Use) {
        match self.links.place(address, used_as) {
            Some(place) => {
                self.out.push_str("url(");
                // Writing to a string cannot fail.
                let _ = serialize_string(&place, &mut self.out);
                self.out.push(')');
            }
            None => self.out.push_str("none"),
        }
    }

    fn rule(&mut self, parser: &mut Parser<'_>, name: &CowRcStr<'_>, depth: usize) {
        match name.to_ascii_lowercase().as_str() {
            "import" => self.import(parser, depth),
            "charset" | "namespace" => {
                let _ = parser
                    .parse_until_after(cssparser::Delimiter::Semicolon, |_| -> Result<(), ParseError<()>> {
                        Ok(())
                    });
            }
            lower => {
                self.font_is_next = lower == "font-face";
                self.out.push('@');
                // Writing to a string cannot fail.
                let _ = cssparser::serialize_identifier(name, &mut self.out);
            }
        }
    }

    /// Kept with its conditions if the sheet was captured, else left out whole.
    fn import(&mut self, parser: &mut Parser<'_>, depth: usize) {
        let before = self.out.len();
        let is_kept = parser.parse_until_after(
            cssparser::Delimiter::Semicolon,
            |parser| -> Result<bool, ParseError<()>> {
                let Ok(address) = parser.expect_url_or_string() else { return Ok(false) };
                if depth >= DEEPEST {
                    return Ok(false);
                }
                let Some(place) = self.links.place(&address, Use::Style) else { return Ok(false) };
                self.out.push_str("@import url(");
                // Writing to a string cannot fail.
                let _ = serialize_string(&place, &mut self.out);
                self.out.push(')');
                self.rest(parser, depth + 1, Use::Image);
                self.out.push(';');
                Ok(true)
            },
        );
        if !is_kept.unwrap_or_default() {
            self.out.truncate(before);
        }
    }
}

/// Whether a string could be taken for an address of elsewhere, by a variable that ends up in `image-set`.
fn is_address(text: &str) -> bool {
    let text: String = text.chars().filter(|it| !it.is_control()).collect();
    let text = text.trim_start().to_ascii_lowercase().replace('\\', "/");
    let schemes =
        ["http:", "https:", "ws:", "wss:", "ftp:", "file:", "blob:", "javascript:", "vbscript:", "data:"];
    text.starts_with("//") || schemes.iter().any(|it| text.starts_with(it))
}
