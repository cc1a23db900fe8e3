//! A request as a format's reader understood it, before its address and its secrets are looked at.

/// How an address is turned into what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Spelling {
    /// As browsers do by the URL standard: what may not stand in a path or query is escaped.
    #[default]
    Browser,
    /// As curl does: sent as written, dot segments resolved.
    Curl,
    /// As curl does with `--path-as-is`.
    CurlAsIs,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// Where it stands: "line 3", "/log/entries/7".
    pub(crate) at: String,
    /// As written: a method knows small and capital letters.
    pub(crate) method: String,
    /// An address, or a path that begins with a slash.
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    pub(crate) spelling: Spelling,
    /// Names under which headers go that are secret whatever they hold, besides the known ones.
    pub(crate) secret_headers: Vec<String>,
    /// The same for parameters of the query.
    pub(crate) secret_parameters: Vec<String>,
}

impl Draft {
    pub(crate) fn get(at: impl Into<String>, url: impl Into<String>) -> Self {
        Self { at: at.into(), method: "GET".to_owned(), url: url.into(), ..Self::default() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Adds a header unless one of the name is there.
    pub(crate) fn usually(&mut self, name: &str, value: impl Into<String>) {
        if self.header(name).is_none() {
            self.headers.push((name.to_owned(), value.into()));
        }
    }
}
