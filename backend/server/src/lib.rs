//! The server of Viridian: HTTP, sessions, the event stream, the embedded page.
//!
//! [`app`] makes the router out of an [`App`], so tests need no socket. [`serve`] wires everything to AWS and
//! to the disk, and listens.

#![warn(missing_docs)]

pub mod check;
pub mod clock;
pub mod compare;
pub mod config;
pub mod doors;
pub mod health;
pub mod identity;
pub mod journal;
pub mod limit;
pub mod listen;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod people;
pub mod private;
pub mod route;
pub mod serve;
mod standing;
pub mod state;
pub mod telemetry;
pub mod tls;

#[cfg(feature = "sandbox")]
pub mod demo;

mod extract;
mod handler;
mod layer;
mod live;
mod reply;

pub use config::Config;
pub use state::App;

/// The whole application as a router.
pub fn app(app: App) -> axum::Router {
    layer::wrap(route::router(&app), &app)
}
