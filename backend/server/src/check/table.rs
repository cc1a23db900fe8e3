//! The table that a person at a terminal reads, and a script by its first column.

#![expect(clippy::print_stdout, reason = "the table is what a person asked for")]

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether all is well.
    pub mark: Mark,
    /// The service or stack that it is about.
    pub service: String,
    /// What was checked: an IAM action, a setting.
    pub what: String,
    /// What came of it, for a person.
    pub said: String,
    /// What mends it; empty where nothing is to be mended.
    pub mend: String,
}

/// The first column: what a script looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing to do.
    Fine,
    /// It could not be found out.
    Unknown,
    /// It does not work as it is; the command ends with an error.
    Fails,
}

impl Mark {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Unknown => "?",
            Self::Fails => "FAILS",
        }
    }
}

impl Line {
    pub(super) fn new(service: &str, what: String, mark: Mark, said: &str) -> Self {
        Self { mark, service: service.to_owned(), what, said: said.to_owned(), mend: String::new() }
    }
}

pub(super) fn print(lines: &[Line]) {
    let width = |text: &dyn Fn(&Line) -> usize| lines.iter().map(text).max().unwrap_or(0);
    let (service, what) = (width(&|line| line.service.len()), width(&|line| line.what.len()));
    for line in lines {
        let row = format!(
            "{:<5}  {:<service$}  {:<what$}  {}",
            line.mark.word(),
            line.service,
            line.what,
            line.said
        );
        println!("{}", row.trim_end());
        if !line.mend.is_empty() {
            println!("{:<5}  {:<service$}  → {}", "", "", line.mend);
        }
    }
    println!("{}", summary(lines));
}

fn summary(lines: &[Line]) -> String {
    let count = |mark| lines.iter().filter(|line| line.mark == mark).count();
    let (fine, unknown, fails) = (count(Mark::Fine), count(Mark::Unknown), count(Mark::Fails));
    let unknown = if unknown > 0 { format!(", {unknown} not checked") } else { String::new() };
    let fails = if fails > 0 { format!(", {fails} to mend") } else { String::new() };
    format!("{fine} of {} are right{unknown}{fails}.", lines.len())
}
