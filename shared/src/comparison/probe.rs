//! One probe of a run: in brief in the run, and whole with what both colours answered.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::{
    finding::Difference,
    run::Latency,
    suite::{Header, Probe, Unordered},
    view::View,
};

/// A probe in one line of its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProbeBrief {
    /// Unique in its run; names it in routes.
    pub name: String,
    pub method: String,
    pub path: String,
    pub state: ProbeState,
    /// Statuses that blue and green gave; none where one gave no answer.
    pub blue_status: Option<u16>,
    pub green_status: Option<u16>,
    /// Differences that count, those that noise rules hide, and those that are counted and not listed.
    pub differences: u32,
    pub hidden: u32,
    pub unlisted: u32,
    /// Ids of its findings.
    pub findings: Vec<String>,
    /// As what the bodies were compared.
    pub compared_as: Option<Kind>,
    pub latency: Option<Latency>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProbeState {
    /// Nothing that counts differs.
    Same,
    Differs,
    /// One colour, or both, gave no answer.
    Unanswered,
    /// Left out, since it may change something and nobody confirmed it.
    NotSent,
}

/// By what means two bodies were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Empty,
    Json,
    Html,
    Text,
    Image,
    Binary,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Text => "text",
            Self::Image => "image",
            Self::Binary => "binary",
        }
    }
}

/// A probe of a run whole; bodies are asked for by view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProbeDetail {
    pub run: String,
    pub brief: ProbeBrief,
    /// What was sent; secrets stand by name.
    pub request: Probe,
    /// Of the last pair of samples.
    pub blue: Option<Answer>,
    pub green: Option<Answer>,
    /// Why a colour gave no answer.
    pub blue_problem: Option<String>,
    pub green_problem: Option<String>,
    /// Those that count first, in the order of the answer.
    pub differences: Vec<Difference>,
    /// Where order did not count, for the badge.
    pub arrays: Vec<Unordered>,
    /// One for each pair of samples, in their order.
    pub samples: Vec<Sample>,
    /// Pairs of blue's own answers that were compared, and those far enough apart to tell what varies by the
    /// second. With fewer than two of the latter nothing was learnt of noise.
    pub noise_pairs: u32,
    pub noise_pairs_apart: u32,
    /// What can be looked at, the most telling first; empty once the answers were dropped.
    pub views: Vec<View>,
}

/// What one colour answered, without its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    pub status: u16,
    /// As in `HTTP/1.1`.
    pub version: String,
    /// In the order in which they came.
    pub headers: Vec<Header>,
    pub at: Timestamp,
    /// Protocol and cipher, when it came over TLS.
    pub tls: Option<String>,
    pub kind: Kind,
    pub charset: Option<String>,
    /// Length of the body as it came, in bytes, and how much of it was kept.
    pub length: u64,
    pub kept: u64,
    /// Without content codings; none when they could not be undone.
    pub decoded_length: Option<u64>,
    pub sha256: String,
    /// Where a redirect points. It is shown and never followed.
    pub redirect: Option<String>,
    /// Why it can be compared only in part, a sentence each.
    pub troubles: Vec<String>,
}

/// The times of one pair of samples, in milliseconds; none where a colour gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sample {
    pub blue: Option<Timing>,
    pub green: Option<Timing>,
}

/// How long the parts of an exchange took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timing {
    /// None on a connection that was open.
    pub connect: Option<f64>,
    pub first_byte: f64,
    pub total: f64,
}
