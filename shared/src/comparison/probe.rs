//! One probe of a run: in brief in the run, and whole with what both colours answered.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::{
    finding::Difference,
    latency::Latency,
    suite::{Header, Probe, Unordered},
    view::View,
};

/// A probe in one line of its run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProbeBrief {
    /// Unique in its run; names it in routes.
    pub name: String,
    /// HTTP's method.
    pub method: String,
    /// Path with its query.
    pub path: String,
    /// What became of it.
    pub state: ProbeState,
    /// Statuses that blue and green gave; none where one gave no answer.
    pub blue_status: Option<u16>,
    /// As for blue.
    pub green_status: Option<u16>,
    /// Differences that count, those that noise rules hide, and those that are counted and not listed.
    pub differences: u32,
    /// Differences that noise rules hide.
    pub hidden: u32,
    /// Differences that are counted and not listed.
    pub unlisted: u32,
    /// Ids of its findings.
    pub findings: Vec<String>,
    /// As what the bodies were compared.
    pub compared_as: Option<Kind>,
    /// How much slower or faster green answers; none where it was not measured.
    pub latency: Option<Latency>,
}

/// What became of a probe in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProbeState {
    /// Nothing that counts differs.
    Same,
    /// Something that counts differs.
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
    /// There is no body.
    Empty,
    /// As JSON, by structure.
    Json,
    /// As a page, by structure.
    Html,
    /// As XML, by structure.
    Xml,
    /// As text, by line.
    Text,
    /// As a picture, by pixel.
    Image,
    /// As bytes.
    Binary,
}

impl Kind {
    /// As in a sentence: "compared as JSON".
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Xml => "XML",
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
    /// Id of the run.
    pub run: String,
    /// The probe in one line.
    pub brief: ProbeBrief,
    /// What was sent; secrets stand by name.
    pub request: Probe,
    /// Of the last pair of samples.
    pub blue: Option<Answer>,
    /// As for blue.
    pub green: Option<Answer>,
    /// Why a colour gave no answer.
    pub blue_problem: Option<String>,
    /// As for blue.
    pub green_problem: Option<String>,
    /// Those that count first, in the order of the answer.
    pub differences: Vec<Difference>,
    /// Where order did not count, for the badge.
    pub arrays: Vec<Unordered>,
    /// One for each pair of samples, in their order.
    pub samples: Vec<Sample>,
    /// Times of earlier runs of the suite in this release, between the same commits; the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gathered: Vec<Times>,
    /// Pairs of blue's own answers that were compared, and those far enough apart to tell what varies by the
    /// second. With fewer than two of the latter nothing was learnt of noise.
    pub noise_pairs: u32,
    /// Of these, the pairs that are far enough apart in time.
    pub noise_pairs_apart: u32,
    /// What can be looked at, the most telling first; empty once the answers were dropped.
    pub views: Vec<View>,
    /// The addresses of both colours. Where their answers name them, they count as one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
}

/// What one colour answered, without its body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// HTTP's status code.
    pub status: u16,
    /// As in `HTTP/1.1`.
    pub version: String,
    /// In the order in which they came.
    pub headers: Vec<Header>,
    /// When it came.
    pub at: Timestamp,
    /// Protocol and cipher, when it came over TLS.
    pub tls: Option<String>,
    /// What its body was taken for.
    pub kind: Kind,
    /// The character set of its text, where it is one.
    pub charset: Option<String>,
    /// Length of the body as it came, in bytes, and how much of it was kept.
    pub length: u64,
    /// How much of the body was kept, in bytes.
    pub kept: u64,
    /// Without content codings; none when they could not be undone.
    pub decoded_length: Option<u64>,
    /// SHA-256 of the body as it came, in lower-case hex.
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
    /// Blue's times.
    pub blue: Option<Timing>,
    /// Green's times.
    pub green: Option<Timing>,
}

/// How long both took to answer at the same moment, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Times {
    /// Blue's time, from the request to the end of the answer.
    pub blue: f64,
    /// Green's time.
    pub green: f64,
}

/// How long the parts of an exchange took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Timing {
    /// None on a connection that was open.
    pub connect: Option<f64>,
    /// From the request to the first byte of the answer.
    pub first_byte: f64,
    /// From the request to the end of the answer.
    pub total: f64,
}
