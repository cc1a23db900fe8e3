//! A definition with its layout, made once for each definition.

use std::{cell::RefCell, sync::Arc};

use viridian_graph::{Graph, Layout};

use crate::json;

/// Drawings that are kept for when the same definition is shown again.
const KEPT: usize = 8;

/// A graph and where it is drawn.
pub struct Drawn {
    pub graph: Graph,
    pub layout: Layout,
}

thread_local! {
    static DRAWN: RefCell<Vec<(String, Arc<Drawn>)>> = const { RefCell::new(Vec::new()) };
}

impl Drawn {
    /// The drawing of a definition; none of a text that is no JSON.
    pub fn of(text: &str) -> Option<Arc<Self>> {
        let known =
            DRAWN.with_borrow(|all| all.iter().find(|(own, _)| own == text).map(|(_, it)| Arc::clone(it)));
        if known.is_some() {
            return known;
        }
        let graph = Graph::of(&json::tree(text).ok()?);
        let layout = Layout::of(&graph);
        let drawn = Arc::new(Self { graph, layout });
        DRAWN.with_borrow_mut(|all| {
            all.insert(0, (text.to_owned(), Arc::clone(&drawn)));
            all.truncate(KEPT);
        });
        Some(drawn)
    }
}
