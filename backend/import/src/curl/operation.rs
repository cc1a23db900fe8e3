//! What one command, or a part of it between `--next`, asks.

use super::{
    data, glob,
    shell::{Input, Word},
};
use crate::{
    address,
    collect::{Collector, basic},
    draft::{Draft, Spelling},
    multipart::{self, Part},
};

#[derive(Default)]
pub(super) struct Operation {
    pub(super) notes: Vec<&'static str>,
    input: Input,
    urls: Vec<Word>,
    method: Option<String>,
    headers: Vec<Word>,
    data: Option<String>,
    is_json: bool,
    form: Vec<Part>,
    query: Vec<String>,
    cookies: Vec<Word>,
    target: Option<String>,
    range: Option<String>,
    user: Option<Word>,
    bearer: Option<Word>,
    agent: Option<Word>,
    referer: Option<Word>,
    flags: Vec<&'static str>,
    challenge: Option<&'static str>,
    trouble: Option<String>,
}

/// The value of a header that is sent, and whether only a shell knows it.
struct Said {
    name: String,
    value: String,
    is_unknown: bool,
}

impl Operation {
    pub(super) fn new(input: Input) -> Self {
        Self { input, ..Self::default() }
    }

    pub(super) fn address(&mut self, word: &Word) {
        self.urls.push(word.clone());
    }

    pub(super) fn flag(&mut self, name: &'static str, is_on: bool) {
        match name {
            "digest" | "ntlm" | "ntlm-wb" | "negotiate" | "anyauth" => {
                if is_on {
                    self.challenge = Some(name);
                } else if self.challenge == Some(name) {
                    self.challenge = None;
                }
            }
            _ if is_on => self.flags.push(name),
            _ => self.flags.retain(|it| *it != name),
        }
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    pub(super) fn value(&mut self, name: &'static str, word: Word) -> Result<(), String> {
        let plain = |word: &Word| data::plain(word).map(str::to_owned);
        match name {
            "request" => self.method = Some(plain(&word)?),
            "request-target" => self.target = Some(plain(&word)?),
            "header" => self.headers.push(word),
            "data" | "data-ascii" => self.data(&data::data(&word, false, &self.input)?, "&"),
            "data-binary" => self.data(&data::data(&word, true, &self.input)?, "&"),
            "data-raw" => self.data(&plain(&word)?, "&"),
            "data-urlencode" => self.data(&data::url_encoded(&word, &self.input)?, "&"),
            "json" => {
                self.data(&data::data(&word, true, &self.input)?, "");
                self.is_json = true;
            }
            "form" => self.form.push(data::part(&word, false)?),
            "form-string" => self.form.push(data::part(&word, true)?),
            "user" => self.user = Some(word),
            "oauth2-bearer" => self.bearer = Some(word),
            "user-agent" => self.agent = Some(word),
            "referer" => self.referer = Some(word),
            "cookie" => self.cookies.push(word),
            "url" => self.urls.push(word),
            "url-query" => self.query(&word)?,
            "upload-file" => self.trouble = Some(format!("it sends the file `{}`", word.text)),
            "range" => self.range = Some(plain(&word)?),
            "continue-at" if plain(&word)? == "-" => {
                self.notes.push("where to go on depends on a file, and is left out");
            }
            "continue-at" => self.range = Some(format!("{}-", plain(&word)?)),
            other => return Err(format!("`--{other}` is not read")),
        }
        Ok(())
    }

    fn data(&mut self, text: &str, joint: &str) {
        match &mut self.data {
            None => self.data = Some(text.to_owned()),
            Some(data) => {
                data.push_str(joint);
                data.push_str(text);
            }
        }
    }

    fn query(&mut self, word: &Word) -> Result<(), String> {
        let text = data::plain(word)?;
        let piece = match text.strip_prefix('+') {
            Some(raw) => raw.to_owned(),
            None => data::url_encoded(word, &self.input)?,
        };
        self.query.push(piece);
        Ok(())
    }

    /// Gives what is asked to the collector, or says why it is left out.
    pub(super) fn finish(self, at: &str, collector: &mut Collector) {
        match self.drafts(at) {
            Ok(drafts) => {
                for note in &self.notes {
                    collector.same(note, at);
                }
                for draft in drafts {
                    collector.add(draft);
                }
            }
            Err(reason) => collector.left_out(at, &reason),
        }
    }

    fn drafts(&self, at: &str) -> Result<Vec<Draft>, String> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        if self.urls.is_empty() {
            return Err("it names no address".to_owned());
        }
        if let Some(challenge) = self.challenge.filter(|_| self.user.is_some()) {
            return Err(format!("`--{challenge}` signs an answer of the server"));
        }
        if self.has("netrc") || self.has("netrc-optional") {
            return Err("its name and password are in a file".to_owned());
        }
        let (is_get, is_head) = (self.has("get"), self.has("head"));
        let has_data = self.data.is_some();
        if !self.form.is_empty() && (has_data || is_head) || (has_data && is_head && !is_get) {
            return Err("curl refuses it: it asks by two methods".to_owned());
        }
        let mut draft = Draft { at: at.to_owned(), ..Draft::default() };
        self.add_headers(&mut draft)?;
        self.add_body(&mut draft, is_get)?;
        draft.spelling = if self.has("path-as-is") { Spelling::CurlAsIs } else { Spelling::Curl };
        let usual = match () {
            () if is_head => "HEAD",
            () if is_get => "GET",
            () if has_data || !self.form.is_empty() => "POST",
            () => "GET",
        };
        draft.method = self.method.clone().unwrap_or_else(|| usual.to_owned());
        let query =
            self.data.iter().filter(|_| is_get).chain(&self.query).cloned().collect::<Vec<_>>().join("&");
        let mut drafts = Vec::new();
        for word in &self.urls {
            let url = data::plain(word)?;
            let urls = if self.has("globoff") { vec![url.to_owned()] } else { glob::expanded(url)? };
            for url in urls {
                if url.contains([' ', '\t', '\n']) {
                    return Err("curl refuses its address: it holds a space".to_owned());
                }
                let url = self.aimed(address::with_query(&url, &query))?;
                drafts.push(Draft { url, ..draft.clone() });
            }
        }
        Ok(drafts)
    }

    /// With `--request-target`, the address says only of whom.
    fn aimed(&self, url: String) -> Result<String, String> {
        match &self.target {
            None => Ok(url),
            Some(target) if target.starts_with('/') => Ok(target.clone()),
            Some(_) => Err("`--request-target` is no path".to_owned()),
        }
    }

    fn add_body(&self, draft: &mut Draft, is_get: bool) -> Result<(), String> {
        if !self.form.is_empty() {
            let (kind, body) = multipart::written(&self.form);
            let own = draft.header("content-type").map(str::to_owned);
            let kind = match own.as_deref() {
                None => kind,
                Some(own) if own.contains("boundary") => {
                    return Err("its content type names a boundary that its form does not use".to_owned());
                }
                Some(own) => kind.replacen("multipart/form-data", own, 1),
            };
            draft.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            draft.headers.push(("content-type".to_owned(), kind));
            draft.body = Some(body);
        } else if !is_get && let Some(data) = &self.data {
            let kind = if self.is_json { "application/json" } else { "application/x-www-form-urlencoded" };
            if !self.removes("content-type") {
                draft.usually("content-type", kind);
            }
            draft.body = Some(data.clone());
        }
        if self.is_json && !self.removes("accept") {
            draft.usually("accept", "application/json");
        }
        if self.is_json && is_get && !self.removes("content-type") {
            draft.usually("content-type", "application/json");
        }
        Ok(())
    }

    /// Whether `-H 'Name:'` takes a header away that curl would send.
    fn removes(&self, header: &str) -> bool {
        let name = |it: &Word| it.text.trim_end().strip_suffix(':').map(str::to_ascii_lowercase);
        self.headers.iter().any(|it| name(it).as_deref() == Some(header))
    }

    fn add_headers(&self, draft: &mut Draft) -> Result<(), String> {
        let mut said = Vec::new();
        for word in &self.headers {
            said.extend(header(word)?);
        }
        let has = |said: &[Said], name: &str| said.iter().any(|it| it.name.eq_ignore_ascii_case(name));
        let mut usual = Vec::new();
        for (name, word) in [("user-agent", &self.agent), ("referer", &self.referer)] {
            if let Some(word) = word {
                let value = data::plain(word)?;
                let value = value.strip_suffix(";auto").filter(|_| name == "referer").unwrap_or(value);
                usual.push(Said { name: name.to_owned(), value: value.to_owned(), is_unknown: false });
            }
        }
        usual.extend(self.cookie()?);
        usual.extend(self.authorization());
        if let Some(range) = &self.range {
            let range = if range.contains('-') { range.clone() } else { format!("{range}-") };
            let value = format!("bytes={range}");
            usual.push(Said { name: "range".to_owned(), value, is_unknown: false });
        }
        if self.has("compressed") {
            let value = "deflate, gzip, br, zstd".to_owned();
            usual.push(Said { name: "accept-encoding".to_owned(), value, is_unknown: false });
        }
        usual.retain(|it| !it.value.is_empty() && !has(&said, &it.name) && !self.removes(&it.name));
        for Said { name, value, is_unknown } in said.into_iter().chain(usual) {
            if is_unknown {
                // The value is the shell's, and will be that of a secret.
                draft.secret_headers.push(name.clone());
            }
            draft.headers.push((name, value));
        }
        Ok(())
    }

    fn cookie(&self) -> Result<Option<Said>, String> {
        let mut cookies = Vec::new();
        for word in &self.cookies {
            // By this curl knows cookies from a file.
            if word.text.contains(['=', ';']) && !word.text.starts_with('@') {
                cookies.push(word.text.trim());
            } else if !word.text.is_empty() {
                return Err(format!("its cookies are in the file `{}`", word.text));
            }
        }
        let is_unknown = self.cookies.iter().any(|it| it.expansion.is_some());
        let value = cookies.join("; ");
        Ok((!cookies.is_empty()).then(|| Said { name: "cookie".to_owned(), value, is_unknown }))
    }

    fn authorization(&self) -> Option<Said> {
        let name = "authorization".to_owned();
        match (&self.bearer, &self.user) {
            (Some(word), _) => {
                let is_unknown = word.expansion.is_some();
                Some(Said { name, value: format!("Bearer {}", word.text), is_unknown })
            }
            (None, Some(word)) => {
                let is_unknown = word.expansion.is_some();
                let value = if is_unknown { format!("Basic {}", word.text) } else { basic(&word.text) };
                Some(Said { name, value, is_unknown })
            }
            (None, None) => None,
        }
    }
}

/// `Name: value`, `Name;` for an empty one; `Name:` takes one away, and what has neither curl does not send.
fn header(word: &Word) -> Result<Option<Said>, String> {
    let text = word.text.as_str();
    if let Some(file) = text.strip_prefix('@') {
        return Err(format!("it reads headers from the file `{file}`"));
    }
    let (name, value) = match (text.split_once(':'), text.trim_end().strip_suffix(';')) {
        (Some((name, value)), _) => (name, value.trim()),
        (None, Some(name)) => (name, ""),
        (None, None) => return Err("one of its headers has no `:`".to_owned()),
    };
    if value.is_empty() && text.contains(':') {
        return Ok(None);
    }
    let name = name.trim_end();
    let is_unknown = word.expansion.is_some();
    if is_unknown && (name.contains(['$', '`']) || !crate::secret::is_secret_header(name)) {
        data::plain(word)?;
    }
    Ok(Some(Said { name: name.to_owned(), value: value.to_owned(), is_unknown }))
}
