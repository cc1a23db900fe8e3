//! Reads markup into a tree, and counts while it does: what a page may nest and take is known as it grows, by the
//! tree itself and not by a look at the tags.

use std::{borrow::Cow, cell::Ref};

use ego_tree::NodeId;
use html5ever::{
    Attribute, ParseOpts, QualName, parse_document,
    tendril::{StrTendril, TendrilSink as _},
    tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
};
use scraper::{Html, HtmlTreeSink, Node};

use crate::work::{self, Lent, Spent};

/// As deep as browsers build a tree.
const DEEPEST: usize = 512;
/// So much is read between two looks at what it became: markup can stand for much more than its length.
const PIECE: usize = 256;
/// What a node takes, without its texts: itself and its ties to others.
const NODE: usize = size_of::<Node>() + 48;
const ATTRIBUTE: usize = size_of::<Attribute>();

/// A page as a tree. What it takes is given back when it is dropped.
pub(crate) struct Parsed {
    pub(crate) html: Html,
    _lent: Lent,
}

/// Reads a page. Ends the work when it nests too deep.
pub(crate) fn parse(page: &str) -> Parsed {
    let sink = Counting { sink: HtmlTreeSink::new(Html::new_document()), lent: Lent::default() };
    let mut parser = parse_document(sink, ParseOpts::default());
    let mut rest = page;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE).max(first(rest)));
        work::look();
        parser.process(StrTendril::from_slice(piece));
        rest = after;
    }
    let parsed = parser.finish();
    deepest(&parsed.html);
    parsed
}

/// In bytes, of the first letter.
fn first(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// What was moved as a whole may have come to lie deeper than it was built.
fn deepest(html: &Html) {
    let mut depth = 0_usize;
    for edge in html.tree.root().traverse() {
        work::step();
        match edge {
            ego_tree::iter::Edge::Open(_) => depth += 1,
            ego_tree::iter::Edge::Close(_) => depth -= 1,
        }
        if depth > DEEPEST + 8 {
            work::end(Spent::Depth);
        }
    }
}

struct Counting {
    sink: HtmlTreeSink,
    lent: Lent,
}

impl Counting {
    fn grown(&self, bytes: usize) {
        work::step();
        self.lent.more(bytes);
    }

    /// Ends the work where something is put too deep.
    fn placed(&self, parent: NodeId) {
        let html = self.sink.0.borrow();
        let depth = html.tree.get(parent).map_or(0, |it| it.ancestors().take(DEEPEST + 1).count());
        if depth > DEEPEST {
            work::end(Spent::Depth);
        }
    }

    fn of_attributes(attributes: &[Attribute]) -> usize {
        attributes.iter().map(|it| ATTRIBUTE + it.value.len()).sum()
    }

    fn of_child(child: &NodeOrText<NodeId>) -> usize {
        match child {
            NodeOrText::AppendNode(_) => 0,
            NodeOrText::AppendText(text) => NODE + text.len(),
        }
    }
}

impl TreeSink for Counting {
    type Output = Parsed;
    type Handle = NodeId;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Parsed {
        Parsed { html: self.sink.finish(), _lent: self.lent }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.sink.set_quirks_mode(mode);
    }

    fn get_document(&self) -> NodeId {
        self.sink.get_document()
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.sink.elem_name(target)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.grown(NODE + Self::of_attributes(&attributes));
        self.sink.create_element(name, attributes, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.grown(NODE + text.len());
        self.sink.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.grown(NODE + target.len() + data.len());
        self.sink.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.grown(Self::of_child(&child));
        self.placed(*parent);
        self.sink.append(parent, child);
    }

    fn append_based_on_parent_node(&self, one: &NodeId, other: &NodeId, child: NodeOrText<NodeId>) {
        self.grown(Self::of_child(&child));
        self.placed(*one);
        self.sink.append_based_on_parent_node(one, other, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.grown(NODE + name.len() + public.len() + system.len());
        self.sink.append_doctype_to_document(name, public, system);
    }

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        self.grown(Self::of_child(&new));
        self.placed(*sibling);
        self.sink.append_before_sibling(sibling, new);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.grown(Self::of_attributes(&attributes));
        self.sink.add_attrs_if_missing(target, attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        work::step();
        self.sink.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        work::step();
        self.placed(*parent);
        self.sink.reparent_children(node, parent);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.sink.get_template_contents(target)
    }

    fn mark_script_already_started(&self, node: &NodeId) {
        self.sink.mark_script_already_started(node);
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::work::{Limits, Spent, Work};

    fn read(page: &str) -> Result<(), Spent> {
        Work::new(Limits::default()).run(|| drop(parse(page)))
    }

    /// Elements that end by themselves, foreign ones, those that are made anew: all that can nest.
    #[test]
    fn nothing_that_nests_slips_through() {
        for tag in [
            "<div>",
            "<i>",
            "<rt>",
            "<rb>",
            "<rp>",
            "<rtc>",
            "<ruby>",
            "<p><span>",
            "<svg><g>",
            "<math><mrow>",
            "<x-y>",
            "<template>",
            "<table><tr><td>",
            "<ul><li>",
            "<dl><dd>",
            "<object>",
            "<select><option>",
            "<button>",
            "<svg><foreignObject>",
            "<svg><desc>",
            "<font>",
            "<nobr>",
            "<a><b>",
            "<b><div>",
            "<marquee>",
            "<applet>",
            "<details><summary>",
            "<fieldset>",
            "<optgroup>",
            "<noscript>",
            "<math><annotation-xml encoding=text/html>",
        ] {
            let page = tag.repeat(200_000 / tag.len());
            let read = read(&page);
            assert!(read.is_ok() || read == Err(Spent::Depth), "{tag} {read:?}");
        }
        for tag in ["<div>", "<rt>", "<ruby><rt>", "<svg><g>", "<x-y>", "<i>", "<div></x>"] {
            let page = tag.repeat(20_000);
            let kept = matches!(read(&page), Ok(()));
            assert!(!kept || tag == "<i>", "{tag}");
        }
    }

    /// Ten thousand formats that stay open are made anew in each of ten thousand paragraphs.
    #[test]
    fn formats_that_are_made_anew_do_not_multiply() {
        let formats = (0..10_000).map(|it| format!("<b a={it}>")).collect::<Vec<_>>().concat();
        assert!(read(&format!("{formats}{}", "<p>x".repeat(10_000))).is_err());
    }

    #[test]
    fn what_stands_side_by_side_is_read() {
        for page in ["<div></div>", "<p><li><br>", "<script>if (a<b) x();</script>", "<p>é"] {
            assert_eq!(read(&page.repeat(6000)), Ok(()), "{page}");
        }
    }
}
