//! Suites: named lists of probes, with what people decided about their answers.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A suite in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuiteBrief {
    /// Unique in its service; names it in routes.
    pub name: String,
    /// Where it lives.
    pub origin: SuiteOrigin,
    /// How many probes it has.
    pub probes: u32,
    /// Probes that may change something, each as "POST /orders". They are sent only when a person confirms
    /// them by these words.
    pub changing: Vec<String>,
    /// Accepted noise rules, those in its file included.
    pub noise: u32,
    /// Changes with everything in it.
    pub digest: String,
    /// Why it cannot be run, if it cannot.
    pub problem: Option<String>,
}

/// Where a suite lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SuiteOrigin {
    /// A file of the released repository; changed by a commit.
    Repository {
        /// Where it stands, from the repository's root.
        path: String,
        /// The commit that it was read at.
        commit: String,
    },
    /// Kept by the console.
    Console {
        /// Name of the person who kept it.
        by: String,
        /// When it was kept.
        at: Timestamp,
    },
}

/// A suite whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuiteDetail {
    /// The suite in one line.
    pub brief: SuiteBrief,
    /// Its probes and rules.
    pub suite: Suite,
    /// The same as TOML, accepted noise included, as it would stand in the repository.
    pub text: String,
    /// What its import left out or changed.
    pub remarks: Vec<String>,
}

/// What is asked, and how answers are compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suite {
    /// In the order in which they are sent.
    pub probes: Vec<Probe>,
    /// Arrays whose order does not count.
    #[serde(default)]
    pub arrays: Vec<Unordered>,
    /// Noise rules, in the order in which they were accepted.
    #[serde(default)]
    pub noise: Vec<NoiseRule>,
}

/// One request to send to both colours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Probe {
    /// Unique in its suite.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// HTTP's method, in capitals.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z-]+$"))]
    pub method: String,
    /// With the query.
    #[cfg_attr(feature = "openapi", schema(pattern = "^/"))]
    pub path: String,
    /// Sent beside those that every request has.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Sent as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// A header as it is sent or came. `env:NAME` stands for a secret that only the console's host knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Header {
    /// In any case.
    pub name: String,
    /// As it is sent or came.
    pub value: String,
}

/// An array that is not compared in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unordered {
    /// A JSON path with wildcards: `$.items[*].tags`.
    pub path: String,
    /// By this key its elements find each other; without it they form a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Noise as a person accepted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoiseRule {
    /// Unique in its suite.
    pub name: String,
    /// The probe that it is for; every probe of the suite when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<String>,
    /// What it hides.
    pub place: NoisePlace,
    /// What both values must be for it to hide that they differ; anything when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expects: Option<Expects>,
    /// Name of the person who accepted it.
    pub by: String,
    /// Why, in the person's words.
    pub reason: String,
}

/// What two values must be: then that they differ is proof and no finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Expects {
    /// Each colour names the commit that it runs, whole or by its first seven digits and more, and nothing else
    /// differs.
    Commit,
    /// Both are moments, and green’s is the later one.
    Later,
}

impl Expects {
    /// What holds where all is as expected.
    pub fn words(self) -> &'static str {
        match self {
            Self::Commit => "each colour names the commit that it runs",
            Self::Later => "green’s moment is later than blue’s",
        }
    }
}

/// What a noise rule hides: a closed grammar. None can hide a pinned header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoisePlace {
    /// Another value of a header that both colours send; with `part` only the value of that one part of it, which
    /// may also be one of a pinned header that belongs to one exchange alone: a nonce, the `state` of an address.
    Header {
        /// Its name, in any case.
        header: String,
        /// Name of the part: `nonce`, `state`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    /// Another value of a cookie; its attributes always show.
    Cookie {
        /// Its name.
        cookie: String,
    },
    /// Another value at a path; `whole` also that it is missing or of another kind.
    Json {
        /// A JSON path with wildcards: `$.items[*].id`.
        path: String,
        /// Whether the value may be missing or of another kind.
        whole: bool,
    },
    /// What is within the elements that a CSS selector finds, without what runs or leads elsewhere; `whole` all of
    /// it, and that one is missing.
    Html {
        /// A CSS selector.
        selector: String,
        /// Whether an element may be missing.
        whole: bool,
        /// Only one attribute of them, `@name`, or only their own text, `text`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<String>,
    },
    /// What a regular expression finds in a line of text, or in a text or attribute of a page.
    Text {
        /// A regular expression.
        pattern: String,
    },
}

impl NoisePlace {
    /// Its kind as the API names it, what it names, and whether it hides that it is missing.
    pub fn parts(&self) -> (&'static str, &str, bool) {
        match self {
            Self::Header { header, .. } => ("header", header, false),
            Self::Cookie { cookie } => ("cookie", cookie, false),
            Self::Json { path, whole } => ("json", path, *whole),
            Self::Html { selector, whole, .. } => ("html", selector, *whole),
            Self::Text { pattern } => ("text", pattern, false),
        }
    }

    /// Of what it names the one part that it hides: an attribute, the text, a part of a header.
    pub fn only(&self) -> Option<&str> {
        match self {
            Self::Header { part: only, .. } | Self::Html { only, .. } => only.as_deref(),
            Self::Cookie { .. } | Self::Json { .. } | Self::Text { .. } => None,
        }
    }
}

/// From what a suite can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// A suite file, as it stands in a repository.
    Toml,
    /// An OpenAPI document as JSON or YAML.
    OpenApi,
    /// What a browser recorded, as an HTTP archive.
    Har,
    /// Command lines.
    Curl,
    /// A Hurl file.
    Hurl,
    /// A collection of version 2.0 or 2.1.
    Postman,
    /// One `.bru` file, or several in a row.
    Bruno,
    /// A sitemap of the protocol of sitemaps.org.
    Sitemap,
    /// One path or address a line.
    List,
}

impl ImportFormat {
    /// Every format, in the order of the list on the page.
    pub const ALL: [Self; 9] = [
        Self::Toml,
        Self::OpenApi,
        Self::Har,
        Self::Curl,
        Self::Hurl,
        Self::Postman,
        Self::Bruno,
        Self::Sitemap,
        Self::List,
    ];

    /// As in a sentence: "imported from an OpenAPI document".
    pub fn words(self) -> &'static str {
        match self {
            Self::Toml => "a suite file",
            Self::OpenApi => "an OpenAPI document",
            Self::Har => "a HAR file",
            Self::Curl => "curl command lines",
            Self::Hurl => "a Hurl file",
            Self::Postman => "a Postman collection",
            Self::Bruno => "a Bruno file",
            Self::Sitemap => "a sitemap",
            Self::List => "a list of paths",
        }
    }
}

impl Probe {
    /// Whether asking may change something.
    pub fn changes_something(&self) -> bool {
        changes_something(&self.method)
    }

    /// By which words a person confirms that it is sent: "POST /orders".
    pub fn words(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Whether a method may change something. GET, HEAD and OPTIONS may not.
pub fn changes_something(method: &str) -> bool {
    !["GET", "HEAD", "OPTIONS"].contains(&method)
}
