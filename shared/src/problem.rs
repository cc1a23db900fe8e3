//! What the server answers when it does not do what was asked: RFC 9457, for people and for programs.

use serde::{Deserialize, Serialize};

/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of the code.
    pub title: String,
    /// HTTP's status code, repeated.
    pub status: u16,
    /// What happened here, as a sentence for a person.
    pub detail: String,
    /// Which kind of thing went wrong.
    pub code: ProblemCode,
    /// What to try, if something can be tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Finds this request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Which kind of thing went wrong: for a program what a title is for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 400: cannot be understood.
    BadRequest,
    /// 401: nobody is signed in.
    SignedOut,
    /// 403: this person may not.
    Forbidden,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 409: not in this state.
    Conflict,
    /// 413
    TooLarge,
    /// 415
    UnsupportedMediaType,
    /// 422: a field is wrong.
    Invalid,
    /// 429
    SlowDown,
    /// 500: our fault.
    Internal,
    /// 502: AWS refused or confused us.
    Aws,
    /// 503: try again later.
    Unavailable,
}

impl ProblemCode {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::SignedOut,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::SlowDown,
        Self::Internal,
        Self::Aws,
        Self::Unavailable,
    ];

    /// HTTP's status code.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignedOut => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid => 422,
            Self::SlowDown => 429,
            Self::Internal => 500,
            Self::Aws => 502,
            Self::Unavailable => 503,
        }
    }

    /// A few words for a person.
    pub fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request cannot be understood",
            Self::SignedOut => "Nobody is signed in",
            Self::Forbidden => "Not allowed for this person",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Not with this method",
            Self::Conflict => "Not in this state",
            Self::TooLarge => "Too large",
            Self::UnsupportedMediaType => "Not in this format",
            Self::Invalid => "A field is wrong",
            Self::SlowDown => "Too many requests",
            Self::Internal => "A fault of the console",
            Self::Aws => "AWS did not do it",
            Self::Unavailable => "Not available now",
        }
    }

    /// The code as it stands in the problem's type.
    pub fn slug(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::SignedOut => "signed-out",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Conflict => "conflict",
            Self::TooLarge => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::Invalid => "invalid",
            Self::SlowDown => "slow-down",
            Self::Internal => "internal",
            Self::Aws => "aws",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Problem {
    /// A problem without a request's id, which the server adds.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{}", code.slug()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            hint: None,
            request_id: None,
        }
    }

    /// The same with what would help.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
