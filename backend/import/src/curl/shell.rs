//! Commands as a shell reads them: POSIX.1-2024, Shell Command Language, sections 2.2 (quoting, `$'…'` included),
//! 2.3 (tokens), 2.7 (redirections and here-documents). Nothing is expanded: a word says that it holds an
//! expansion, and whoever reads it decides.

mod word;

use word::Letters;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Expansions stand in it as written.
    pub(super) text: String,
    /// The first expansion in it, as written.
    pub(super) expansion: Option<String>,
    /// Whether any of it is quoted.
    pub(super) is_quoted: bool,
    /// `"a""b"`: how Windows writes a quote within quotes.
    pub(super) has_doubled_quotes: bool,
}

/// What a command finds at its standard input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Input {
    #[default]
    Nothing,
    Unknown(&'static str),
    Text(Word),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Command {
    /// The line of its first word.
    pub(super) line: usize,
    pub(super) words: Vec<Word>,
    pub(super) input: Input,
    /// Why it cannot be read.
    pub(super) trouble: Option<String>,
    /// Whether an `&` that touches the next word ended it.
    pub(super) is_cut: bool,
}

/// A here-document whose text is still to come.
struct Here {
    end: Word,
    strips_tabs: bool,
    command: usize,
}

#[derive(Default)]
struct Reader {
    commands: Vec<Command>,
    current: Command,
    here: Vec<Here>,
    is_piped: bool,
}

/// All simple commands of a text, whatever joins them.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut reader = Reader::default();
    let mut letters = Letters::new(text);
    while letters.peek().is_some() {
        let start = letters.place();
        if let Err(trouble) = reader.step(&mut letters) {
            // What follows the first line of the command is read as if it were whole.
            let line = if reader.current.words.is_empty() { start.line } else { reader.current.line };
            reader.current.line = line;
            reader.current.trouble = Some(trouble);
            letters.go_to_line_after(if reader.current.words.is_empty() { start.line } else { line });
            reader.here.clear();
            reader.end(false);
        }
    }
    reader.end(false);
    reader.commands
}

impl Reader {
    fn step(&mut self, letters: &mut Letters) -> Result<(), String> {
        match letters.peek() {
            Some(' ' | '\t' | '\r') => letters.skip(1),
            Some('\\') if letters.continues() => letters.skip_continuation(),
            Some('\n') => {
                letters.skip(1);
                self.end(false);
                self.read_here(letters);
            }
            Some('#') => letters.skip_line(),
            Some('&') if letters.next_is('>') => {
                letters.skip(2);
                target(letters)?;
            }
            Some('&') => {
                let is_double = letters.next_is('&');
                letters.skip(if is_double { 2 } else { 1 });
                self.current.is_cut =
                    !is_double && letters.peek().is_some_and(|it| it.is_alphanumeric() || it == '_');
                self.end(false);
            }
            Some('|') => {
                let is_pipe = !letters.next_is('|');
                letters.skip(if letters.next_is('|') || letters.next_is('&') { 2 } else { 1 });
                self.end(is_pipe);
            }
            Some(';' | '(' | ')') => {
                letters.skip(1);
                self.end(false);
            }
            Some('<' | '>') => self.redirection(letters)?,
            _ => self.word(letters)?,
        }
        Ok(())
    }

    fn word(&mut self, letters: &mut Letters) -> Result<(), String> {
        let line = letters.place().line;
        let word = letters.word()?;
        let is_number = !word.is_quoted && word.text.bytes().all(|it| it.is_ascii_digit());
        if is_number && matches!(letters.peek(), Some('<' | '>')) {
            // The number of what is redirected.
            return if word.text == "0" { Ok(()) } else { self.elsewhere(letters) };
        }
        if self.current.words.is_empty() {
            self.current.line = line;
        }
        self.current.words.push(word);
        Ok(())
    }

    /// A redirection of something else than the standard input.
    fn elsewhere(&mut self, letters: &mut Letters) -> Result<(), String> {
        let before = self.current.input.clone();
        self.redirection(letters)?;
        self.current.input = before;
        Ok(())
    }

    fn redirection(&mut self, letters: &mut Letters) -> Result<(), String> {
        if letters.begins("<<<") {
            letters.skip(3);
            let mut word = letters.next_word()?;
            word.text.push('\n');
            self.current.input = Input::Text(word);
        } else if letters.begins("<<") {
            letters.skip(2);
            let strips_tabs = letters.peek() == Some('-');
            letters.skip(usize::from(strips_tabs));
            let end = letters.next_word()?;
            self.here.push(Here { end, strips_tabs, command: self.commands.len() });
        } else if letters.begins("<(") || letters.begins(">(") {
            return Err("it reads from another command".to_owned());
        } else if letters.peek() == Some('<') {
            letters.skip(1);
            target(letters)?;
            self.current.input = Input::Unknown("it reads a file");
        } else {
            letters.skip(1);
            target(letters)?;
        }
        Ok(())
    }

    fn end(&mut self, is_pipe: bool) {
        let mut command = std::mem::take(&mut self.current);
        if self.is_piped && command.input == Input::Nothing {
            command.input = Input::Unknown("it reads what another command writes");
        }
        let is_nothing = command.words.is_empty() && command.trouble.is_none();
        // A pipe may go on in the next line.
        self.is_piped = is_pipe || (self.is_piped && is_nothing);
        if !is_nothing {
            self.commands.push(command);
        }
    }

    /// Reads the here-documents that the line before has announced.
    fn read_here(&mut self, letters: &mut Letters) {
        for here in std::mem::take(&mut self.here) {
            let mut text = String::new();
            while let Some(line) = letters.line() {
                let line = if here.strips_tabs { line.trim_start_matches('\t') } else { &line };
                if line.trim_end_matches('\r') == here.end.text {
                    break;
                }
                text.push_str(line);
                text.push('\n');
            }
            let word = if here.end.is_quoted {
                Word { text, is_quoted: true, ..Word::default() }
            } else {
                word::of_here_document(&text)
            };
            if let Some(command) = self.commands.get_mut(here.command) {
                command.input = Input::Text(word);
            }
        }
    }
}

/// The file behind a redirection, which matters to nobody.
fn target(letters: &mut Letters) -> Result<(), String> {
    while matches!(letters.peek(), Some('>' | '&' | '|')) {
        letters.skip(1);
    }
    letters.next_word().map(|_| ())
}
