//! What a reader must know of how a view is normalised, for comparison or only for display.

use std::sync::Arc;

pub use viridian_shared::comparison::view::{Note, Purpose};

use super::{LaidOut, View};
use crate::{
    body::{Content, Kind},
    difference::rule::Rules,
    json::Arrays,
};

pub(super) fn of(view: View, contents: &[Arc<Content>; 2], rows: &LaidOut, rules: &Rules) -> Vec<Note> {
    let mut notes = Notes(Vec::new());
    match view {
        // Shown in frames: it has no rows.
        View::Page => {}
        View::Headers => {
            notes.counts_not("The order of different headers does not count.");
            notes.shows("Headers are sorted by name; the values of cookies are left out.");
        }
        View::Source => notes.of_source(contents, rows, rules),
        View::Text => {
            notes.shows("Only what a person reads is shown, a line for each block.");
            notes.of_source(contents, rows, rules);
        }
        View::Tree if contents.iter().all(|it| it.kind == Kind::Html) => {
            notes.of_page(rules);
            notes.shows("Elements stand one a line; attributes that differ have lines of their own.");
        }
        View::Tree if contents.iter().all(|it| it.kind == Kind::Xml) => notes.of_xml(rules),
        View::Tree => {
            notes.counts_not("The order of keys and spaces between values do not count.");
            notes.shows("Values stand one a line, keys in blue's order.");
            for (path, arrays) in &rules.policy().arrays {
                let how = match arrays {
                    Arrays::InOrder => continue,
                    Arrays::AsSet => "as a set".to_owned(),
                    Arrays::ByKey(key) => format!("by `{key}`"),
                };
                notes
                    .counts_not(&format!("Arrays at {path} are compared {how}: their order does not count."));
            }
            for mask in &rules.policy().masks {
                notes.counts_not(&format!("The rule {} hides values at {}.", mask.rule, mask.path));
            }
        }
    }
    notes.0
}

struct Notes(Vec<Note>);

impl Notes {
    fn counts_not(&mut self, words: &str) {
        self.0.push(Note { purpose: Purpose::Comparison, words: words.to_owned() });
    }

    fn shows(&mut self, words: &str) {
        self.0.push(Note { purpose: Purpose::Display, words: words.to_owned() });
    }

    fn of_page(&mut self, rules: &Rules) {
        self.counts_not(
            "Pages are compared by their elements: runs of spaces, comments and the order of attributes do not \
             count.",
        );
        self.of_selectors(rules);
    }

    fn of_xml(&mut self, rules: &Rules) {
        self.counts_not("Comments, the order of attributes and spaces between elements do not count.");
        self.shows("Elements stand one a line; attributes that differ have lines of their own.");
        self.of_selectors(rules);
    }

    fn of_selectors(&mut self, rules: &Rules) {
        for it in rules.selectors() {
            let what = match &it.only {
                None => "what is within".to_owned(),
                Some(only) => format!("{only} of"),
            };
            self.counts_not(&format!("The rule {} hides {what} the elements that it selects.", it.rule));
        }
    }

    fn of_source(&mut self, contents: &[Arc<Content>; 2], rows: &LaidOut, rules: &Rules) {
        if contents.iter().all(|it| it.kind == Kind::Html) {
            self.of_page(rules);
        }
        if contents.iter().all(|it| it.kind == Kind::Json) {
            self.counts_not("JSON is compared by its structure: the tree shows what counts.");
        }
        for (rule, _) in rules.expressions() {
            self.counts_not(&format!("The rule {rule} hides what its expression finds in a line."));
        }
        if matches!(rows, LaidOut::Lines(lines) if lines.has_breaks) {
            self.shows("Long lines are broken.");
        }
        let [left, right] = [0, 1].map(|side| contents[side].charset);
        for (colour, charset) in [("Blue", left), ("Green", right)] {
            if let Some(charset) = charset.filter(|it| *it != "UTF-8") {
                self.shows(&format!("{colour}'s body is read as {charset}."));
            }
        }
    }
}
