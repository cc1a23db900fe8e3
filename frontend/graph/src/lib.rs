//! State machines as graphs: what leads where, where it is drawn, and what an execution made of it.
//!
//! A [`Graph`] is read from any definition in Amazon States Language, a [`Layout`] is made of it once, and a
//! [`Light`] says of every state and every way what an execution made of it, from its events. Nothing here knows the
//! browser, a service or a release. Whatever is in a definition or in a history, there is a graph: what is not
//! understood is left out.

mod choice;
mod explain;
mod graph;
mod json;
mod layout;
mod light;
mod reach;
mod read;
mod reads;
mod sorted;
mod trace;

pub use explain::{explanation, retrying};
pub use graph::{Edge, EdgeKind, Graph, Node, NodeKind, Scope};
pub use json::Json;
pub use layout::{Frame, Layout, Point, Way, shortened};
pub use light::{EdgeLight, Light, NodeLight, State};
pub use reads::{Reads, complaints};
pub use trace::{Attempt, End, Event, Visit};
