//! Probes from Bruno files (`.bru`): one, or several in a row, with a `collection.bru` or `folder.bru` before
//! those that inherit from it.

mod block;
mod request;

use crate::{Imported, collect::Collector, template::Variables, without_mark};
use block::Block;

const METHODS: [&str; 9] = ["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"];

/// What requests have from the collection.
#[derive(Default)]
struct Around {
    variables: Variables,
    headers: Vec<(String, String)>,
    /// The blocks of its authorisation, and which counts.
    auth: Vec<Block>,
}

/// Reads a file of Bruno's own language; what is no request is left out and remarked.
pub fn import(text: &str) -> Imported {
    let mut collector = Collector::default();
    let mut around = Around::default();
    let text = without_mark(text).replace("\r\n", "\n");
    let (blocks, troubles) = block::read(&text);
    for (line, reason) in troubles {
        collector.left_out(&format!("line {line}"), &reason);
    }
    for file in files(blocks) {
        let Some(request) = file.iter().find(|it| METHODS.contains(&it.name.as_str()) || it.name == "http")
        else {
            around.take(&file);
            continue;
        };
        let at = format!("line {}", request.line);
        for (name, what) in [
            ("script:pre-request", "the script that Bruno runs before it"),
            ("tests", "the script that checks its answer"),
        ] {
            if file.iter().any(|it| it.name == name && !it.text.trim().is_empty()) {
                collector.same(&format!("{what} is left out"), &at);
            }
        }
        if file.iter().any(|it| it.name == "assert" || it.name == "vars:post-response") {
            collector.same("what it asserts and captures is left out", &at);
        }
        match request::draft(request, &file, &around, &at) {
            Ok((draft, notes)) => {
                for note in &notes {
                    collector.same(note, &at);
                }
                collector.add(draft);
            }
            Err(reason) => collector.left_out(&at, &reason),
        }
    }
    collector.finish()
}

/// A file begins with `meta`, and has one request at most.
fn files(blocks: Vec<Block>) -> Vec<Vec<Block>> {
    let mut files: Vec<Vec<Block>> = Vec::new();
    for block in blocks {
        let is_request = |it: &Block| METHODS.contains(&it.name.as_str()) || it.name == "http";
        let begins = block.name == "meta"
            || files.last().is_none_or(|file| is_request(&block) && file.iter().any(is_request));
        if begins {
            files.push(Vec::new());
        }
        if let Some(file) = files.last_mut() {
            file.push(block);
        }
    }
    files
}

impl Around {
    fn take(&mut self, file: &[Block]) {
        for block in file {
            match block.name.as_str() {
                "vars" | "vars:pre-request" => {
                    block.pairs().iter().for_each(|(name, value)| self.variables.set(name, value));
                }
                "headers" => self.headers = block.pairs(),
                name if name == "auth" || name.starts_with("auth:") => {
                    self.auth.retain(|it| it.name != block.name);
                    self.auth.push(block.clone());
                }
                _ => {}
            }
        }
    }
}
