//! Where the lines of a text begin, and where long ones are broken so that a screen can show them.

use super::super::mark::narrow;
use crate::{
    difference::rule::Rules,
    hash::{self, Tag},
    work,
};

/// What a line, or a piece of one, takes: where it begins, its hash, its row and its share of the alignment.
const A_LINE: usize = 48;

/// Longer lines are broken.
const LONGEST: usize = 500;
/// No piece of a broken line is longer.
const LONGEST_PIECE: usize = 1000;

/// Lines of a text, long ones in pieces.
#[derive(Debug)]
pub(super) struct Breaks {
    /// Where each begins, and the end of the text.
    starts: Vec<u32>,
    /// Where a line of the text begins: its first piece. Empty when nothing was broken.
    firsts: Vec<u32>,
}

impl Breaks {
    pub(super) fn of(text: &str) -> Self {
        let (mut starts, mut firsts, mut has_broken, mut at) = (Vec::new(), Vec::new(), false, 0);
        for line in text.split_inclusive('\n') {
            work::step();
            work::take(A_LINE);
            firsts.push(narrow(starts.len()));
            starts.push(narrow(at));
            if line.len() > LONGEST {
                has_broken = true;
                pieces(line, |end| {
                    work::step();
                    work::take(A_LINE);
                    starts.push(narrow(at + end));
                });
            }
            at += line.len();
        }
        starts.push(narrow(at));
        if !has_broken {
            firsts = Vec::new();
        }
        Self { starts, firsts }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn has_broken(&self) -> bool {
        !self.firsts.is_empty()
    }

    pub(super) fn range(&self, line: usize) -> std::ops::Range<usize> {
        let at = |index: usize| self.starts.get(index).map_or(0, |it| *it as usize);
        at(line)..at(line + 1)
    }

    /// The number of a line in the text, from 1.
    pub(super) fn number(&self, line: usize) -> usize {
        if self.has_broken() { self.firsts.partition_point(|it| *it as usize <= line) } else { line + 1 }
    }

    /// The same, but only for the piece that begins a line.
    pub(super) fn first_of(&self, line: usize) -> Option<u32> {
        let is_first = !self.has_broken() || self.firsts.binary_search(&narrow(line)).is_ok();
        is_first.then(|| narrow(self.number(line)))
    }

    /// By which lines are recognised, without what the expressions of noise rules find.
    pub(super) fn hashes(&self, text: &str, rules: &Rules) -> Vec<u64> {
        let is_plain = rules.expressions().is_empty();
        let hash = |line: usize| {
            work::step();
            let line = text.get(self.range(line)).unwrap_or_default();
            if is_plain {
                hash::of_text(Tag::String, line)
            } else {
                hash::of_text(Tag::String, &rules.without_noise(line).0)
            }
        };
        (0..self.len()).map(hash).collect()
    }

    pub(super) fn widest(&self) -> usize {
        self.starts.windows(2).map(|two| (two[1] - two[0]) as usize).max().unwrap_or_default()
    }

    pub(super) fn memory(&self) -> usize {
        (self.starts.capacity() + self.firsts.capacity()) * 4
    }
}

/// Breaks after what separates things in JSON, markup, styles and scripts. The places follow from the text
/// around them and not from a count, so that an insertion does not move all breaks after it.
fn pieces(line: &str, mut end_at: impl FnMut(usize)) {
    let bytes = line.as_bytes();
    let mut from = 0;
    for at in 1..bytes.len() {
        let is_after = matches!(bytes[at - 1], b'>' | b',' | b';' | b'}' | b'{' | b'[');
        let is_forced = at - from >= LONGEST_PIECE && line.is_char_boundary(at);
        if (is_after && bytes[at] != b'\n' && bytes[at] != b'\r') || is_forced {
            end_at(at);
            from = at;
        }
    }
}
