//! What a person reads of a page: its text, a line for each block.

use ego_tree::iter::Edge;
use scraper::Node;

use super::{parse::parse, space};
use crate::work;

/// What is in these nobody reads.
const UNREAD: [&str; 7] = ["head", "script", "style", "template", "noscript", "svg", "iframe"];

pub(crate) fn readable(page: &str) -> String {
    let parsed = parse(page);
    let mut lines = Lines::default();
    let mut unread = 0;
    for edge in parsed.html.tree.root().traverse() {
        work::step();
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) if unread > 0 || UNREAD.contains(&element.name()) => unread += 1,
                Node::Element(element) if element.name() == "br" => lines.end(),
                Node::Element(element) => {
                    if !space::is_inline_name(element.name()) {
                        lines.end();
                    }
                    for value in ["alt", "placeholder"].into_iter().filter_map(|name| element.attr(name)) {
                        lines.push(&format!(" [{value}] "));
                    }
                }
                Node::Text(text) if unread == 0 => lines.push(text),
                _ => {}
            },
            Edge::Close(node) => match node.value() {
                Node::Element(_) if unread > 0 => unread -= 1,
                Node::Element(element) if !space::is_inline_name(element.name()) => lines.end(),
                _ => {}
            },
        }
    }
    lines.end();
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
    line: String,
}

impl Lines {
    fn push(&mut self, text: &str) {
        work::take(text.len());
        self.line.push_str(text);
    }

    /// Empty lines are left out.
    fn end(&mut self) {
        let mut words = space::words(&self.line).peekable();
        let is_empty = words.peek().is_none();
        for (nth, word) in words.enumerate() {
            if nth > 0 {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        if !is_empty {
            self.text.push('\n');
        }
        self.line.clear();
    }
}
