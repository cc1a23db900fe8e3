//! Moments and lengths of time: jiff's on the host; in the browser a small pair of the same names.
//!
//! Everybody who opens the page loads its code, and jiff's parser, printer and error texts were a tenth of it. The
//! page only reads moments that the server wrote, subtracts them and shows what is left, so it gets just that.
//! `shared` and `frontend` name these two types from here; what the small pair does not know does not compile for
//! the browser. Both write and read the same text, which the tests hold them to.

#[cfg(not(target_arch = "wasm32"))]
pub use jiff::{SignedDuration, Timestamp};

#[cfg(target_arch = "wasm32")]
pub use small::{SignedDuration, Timestamp};

#[cfg(any(target_arch = "wasm32", test))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, unreachable_pub, reason = "on the host it is there for its tests only")
)]
mod small;
