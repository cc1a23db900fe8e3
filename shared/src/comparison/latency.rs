//! How much slower or faster green answers than blue.

use serde::{Deserialize, Serialize};

/// How much slower or faster green is than blue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Latency {
    /// "+3 ms, between −1 and +7", or "not enough data: 5 of 6 pairs".
    pub words: String,
    /// None when there is not enough data.
    pub estimate: Option<Estimate>,
    /// Pairs of samples that it rests on.
    pub pairs: u32,
}

/// In milliseconds; above zero green is slower.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Estimate {
    /// The most likely difference, in milliseconds.
    pub shift: f64,
    /// The ends of the 95% interval.
    pub low: f64,
    /// The upper end, in milliseconds.
    pub high: f64,
}

impl Estimate {
    /// Whether zero lies outside the interval.
    pub fn is_significant(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}
