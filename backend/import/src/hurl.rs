//! Probes from a Hurl file, by the grammar of hurl.dev. What Hurl asserts and captures is left out with a remark,
//! and so is a request that needs what was captured.

mod body;
mod entry;
mod text;

use crate::{Imported, collect::Collector, template::Variables, without_mark};
use entry::Entry;
use text::{Cursor, begins_request};

/// Reads a file of Hurl: its requests, and nothing of what it expects of the answers.
pub fn import(text: &str) -> Imported {
    let mut collector = Collector::default();
    let mut variables = Variables::default();
    let text = without_mark(text).replace("\r\n", "\n");
    let mut cursor = Cursor::new(&text);
    while let Some(line) = cursor.next_meaningful() {
        let begin = cursor.line();
        let at = format!("line {begin}");
        let is_request = begins_request(line);
        match Entry::read(&mut cursor) {
            Ok(entry) => {
                if entry.has_checks {
                    collector.same("what it asserts and captures is left out", &at);
                }
                match entry.draft(&at, &mut variables) {
                    Ok((draft, notes)) => {
                        for note in &notes {
                            collector.same(note, &at);
                        }
                        collector.add(draft);
                    }
                    Err(reason) => collector.left_out(&at, &reason),
                }
            }
            Err(reason) => {
                collector.left_out(&at, &reason);
                if is_request { cursor.go_to_next_request(begin) } else { cursor.skip_line() }
            }
        }
    }
    collector.finish()
}
