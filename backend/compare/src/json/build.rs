//! Builds a document that was not read from JSON text, such as the tree of a page.

use super::document::{BARE, Document, Item, Kind, NO_KEY, Span};
use crate::{
    hash::{self, Tag},
    work,
};

/// A document that grows value by value, in their order.
#[derive(Default)]
pub(crate) struct Builder {
    text: String,
    items: Vec<Item>,
    /// The containers that are open.
    open: Vec<usize>,
}

impl Builder {
    /// Opens an array or an object; what is written until [`Self::end`] is in it. Gives its place in the list.
    pub(crate) fn begin(&mut self, kind: Kind, key: Option<&str>) -> u32 {
        self.open.push(self.items.len());
        self.push(kind, Span::default(), key, 0)
    }

    pub(crate) fn end(&mut self) {
        let Some(at) = self.open.pop() else { return };
        let exact = self.hash(at);
        let next = narrow(self.items.len());
        if let Some(item) = self.items.get_mut(at) {
            (item.exact, item.next) = (exact, next);
        }
    }

    pub(crate) fn string(&mut self, text: &str, key: Option<&str>) -> u32 {
        let span = self.written(text);
        self.push(Kind::String, span, key, Self::hash_of_text(text))
    }

    /// The hash that a string of this text has.
    pub(crate) fn hash_of_text(text: &str) -> u64 {
        hash::of_text(Tag::String, text)
    }

    pub(crate) fn finish(self) -> Document<'static> {
        Document::of(self.text, self.items)
    }

    fn push(&mut self, kind: Kind, span: Span, key: Option<&str>, exact: u64) -> u32 {
        work::take(size_of::<Item>());
        let key = key.map_or(NO_KEY, |key| self.written(key));
        let at = narrow(self.items.len());
        self.items.push(Item { exact, span, key, next: at + 1, kind, flags: BARE });
        at
    }

    fn written(&mut self, text: &str) -> Span {
        work::take(text.len());
        let from = narrow(self.text.len());
        self.text.push_str(text);
        Span { from, to: narrow(self.text.len()) }
    }

    fn hash(&self, container: usize) -> u64 {
        let mut children = Vec::new();
        let mut at = container + 1;
        while let Some(item) = self.items.get(at) {
            children.push(*item);
            at = item.next as usize;
        }
        if self.items[container].kind == Kind::Array {
            let mut hash = hash::Sequence::default();
            for child in children {
                hash.push(child.exact);
            }
            return hash.end();
        }
        let mut hash = hash::Bag::default();
        for child in children {
            let key = self.text.get(child.key.from as usize..child.key.to as usize).unwrap_or_default();
            hash.push(hash::mix(hash::of_text(Tag::String, key), child.exact));
        }
        hash.end(Tag::Object)
    }
}

/// Pages are bounded far below four gigabytes.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
