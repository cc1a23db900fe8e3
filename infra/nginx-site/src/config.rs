//! nginx's configuration language: words, blocks and comments.

use std::sync::Arc;

/// A directive with its words and, where it has one, its block.
#[derive(Debug)]
pub(crate) struct Directive {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
    pub(crate) block: Option<Vec<Directive>>,
    /// The file that it stands in, and the line there.
    pub(crate) file: Arc<str>,
    pub(crate) line: usize,
}

/// How a refusal begins that is this server's and not nginx's.
pub(crate) const NOT_HERE: &str = "the sandbox does not carry out";

impl Directive {
    /// nginx's way to refuse what stands here.
    pub(crate) fn refuse(&self, what: &str) -> String {
        refuse(what, &self.file, self.line)
    }

    /// Refuses what nginx would do and this server does not.
    pub(crate) fn not_here(&self, what: &str) -> String {
        self.refuse(&format!("{NOT_HERE} {what}"))
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    End,
    Open,
    Close,
}

/// Reads a file. The error is nginx's own, with the file and the line.
pub(crate) fn parse(text: &str, file: &str) -> Result<Vec<Directive>, String> {
    let file = Arc::from(file);
    let mut tokens = tokens(text, &file)?.into_iter().peekable();
    let mut last = 1;
    block(&mut tokens, &file, &mut last, false)
}

/// nginx's way to refuse a configuration.
pub(crate) fn refuse(what: &str, file: &str, line: usize) -> String {
    format!("nginx: [emerg] {what} in {file}:{line}")
}

fn block(
    tokens: &mut std::iter::Peekable<std::vec::IntoIter<(Token, usize)>>,
    file: &Arc<str>,
    last: &mut usize,
    inside: bool,
) -> Result<Vec<Directive>, String> {
    let mut directives = Vec::new();
    let mut words: Vec<(String, usize)> = Vec::new();
    while let Some((token, line)) = tokens.next() {
        *last = line;
        let block = match token {
            Token::Word(word) => {
                words.push((word, line));
                continue;
            }
            Token::Close if words.is_empty() && inside => return Ok(directives),
            Token::Close => return Err(refuse("unexpected \"}\"", file, line)),
            Token::End if words.is_empty() => return Err(refuse("unexpected \";\"", file, line)),
            Token::Open if words.is_empty() => return Err(refuse("unexpected \"{\"", file, line)),
            Token::End => None,
            // The pairs of `types` are directives of their own here.
            Token::Open => Some(self::block(tokens, file, last, true)?),
        };
        let mut taken = std::mem::take(&mut words).into_iter();
        if let Some((name, line)) = taken.next() {
            let words = taken.map(|(word, _)| word).collect();
            directives.push(Directive { name, words, block, file: Arc::clone(file), line });
        }
    }
    match (words.first(), inside) {
        (None, false) => Ok(directives),
        (None, true) => Err(refuse("unexpected end of file, expecting \"}\"", file, *last)),
        (Some(_), _) => Err(refuse("unexpected end of file, expecting \";\" or \"}\"", file, *last)),
    }
}

fn tokens(text: &str, file: &str) -> Result<Vec<(Token, usize)>, String> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    let mut line = 1;
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => line += 1,
            letter if letter.is_whitespace() => {}
            '#' => while letters.next_if(|letter| *letter != '\n').is_some() {},
            ';' => tokens.push((Token::End, line)),
            '{' => tokens.push((Token::Open, line)),
            '}' => tokens.push((Token::Close, line)),
            quote @ ('"' | '\'') => {
                let start = line;
                let word = quoted(&mut letters, quote, &mut line).ok_or_else(|| {
                    refuse("unexpected end of file, expecting a closing quote", file, start)
                })?;
                tokens.push((Token::Word(word), start));
            }
            first => {
                let mut word = String::from(first);
                // A variable may be written `${name}`, so its braces belong to the word.
                while let Some(letter) =
                    letters.next_if(|l| word.ends_with('$') || !(l.is_whitespace() || matches!(l, ';' | '{')))
                {
                    word.push(letter);
                }
                tokens.push((Token::Word(word), line));
            }
        }
    }
    Ok(tokens)
}

fn quoted(letters: &mut impl Iterator<Item = char>, quote: char, line: &mut usize) -> Option<String> {
    let mut word = String::new();
    loop {
        match letters.next()? {
            '\\' => match letters.next()? {
                escaped if escaped == quote || escaped == '\\' => word.push(escaped),
                'n' => word.push('\n'),
                't' => word.push('\t'),
                'r' => word.push('\r'),
                other => word.extend(['\\', other]),
            },
            letter if letter == quote => return Some(word),
            letter => {
                *line += usize::from(letter == '\n');
                word.push(letter);
            }
        }
    }
}
