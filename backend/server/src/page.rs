//! The built page inside the binary, and the content policy that it needs.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// The page as it was built, or a sentence in its place.
#[derive(Debug, Clone)]
pub struct Page {
    index: Cow<'static, [u8]>,
    policy: String,
    build: String,
}

/// A file of the page as it is sent.
#[derive(Debug)]
pub struct File {
    pub bytes: Cow<'static, [u8]>,
    pub kind: String,
    pub tag: String,
    pub caching: &'static str,
    pub is_brotli: bool,
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Viridian</title>\
<p>The server runs, but the page was not built into it. Build both with <code>cargo xtask demo</code>.</p></html>";

impl Page {
    /// Reads the embedded page and reckons its content policy.
    pub fn load() -> Self {
        let index = Dist::get("index.html").map(|file| file.data);
        Self::of(index.unwrap_or(Cow::Borrowed(NOT_BUILT.as_bytes())))
    }

    fn of(index: Cow<'static, [u8]>) -> Self {
        let html = String::from_utf8_lossy(&index).into_owned();
        let build = viridian_domain::digest::hex(&html).chars().take(12).collect();
        Self { policy: policy(&html), index, build }
    }

    /// Names this build of the page.
    pub fn build(&self) -> String {
        self.build.clone()
    }

    /// What a browser may load and run: the page's own files, and the loader that trunk writes into it.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    pub fn index(&self) -> File {
        File {
            bytes: self.index.clone(),
            kind: "text/html; charset=utf-8".to_owned(),
            tag: format!("\"{}\"", self.build),
            caching: "no-cache",
            is_brotli: false,
        }
    }

    /// A file by its path, compressed where the browser takes that and the build made it.
    pub fn file(&self, path: &str, accepts_brotli: bool) -> Option<File> {
        let path = path.strip_prefix('/')?;
        let compressed = accepts_brotli.then(|| Dist::get(&format!("{path}.br"))).flatten();
        let is_brotli = compressed.is_some();
        let file = compressed.or_else(|| Dist::get(path))?;
        let kind = mime(path);
        let tag = format!("\"{}\"", STANDARD.encode(file.metadata.sha256_hash()));
        let caching = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
        Some(File { bytes: file.data, kind, tag, caching, is_brotli })
    }
}

fn mime(path: &str) -> String {
    let kind = match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    kind.to_owned()
}

/// Trunk puts 16 hexadecimal digits into a name that changes with its content.
fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.'])
        .any(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn policy(html: &str) -> String {
    let hash = |script: &str| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let hashes = inline_scripts(html).into_iter().map(hash).collect::<Vec<_>>().concat();
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// The text of every script that stands in the page itself.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some((_, tail)) = rest.split_once("<script") {
        let Some((attributes, tail)) = tail.split_once('>') else { break };
        let Some((script, tail)) = tail.split_once("</script>") else { break };
        if !attributes.contains("src=") {
            scripts.push(script);
        }
        rest = tail;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_that_stand_in_the_page_are_allowed_by_hash() {
        let html = "<script src=\"/a.js\"></script><script type=\"module\">\nimport 'x';\n</script>";
        assert_eq!(inline_scripts(html), ["\nimport 'x';\n"]);
        let policy = policy(html);
        assert_eq!(policy.matches("sha256-").count(), 1);
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn a_name_with_a_hash_may_be_kept_for_ever() {
        assert!(is_hashed("viridian-frontend-0123456789abcdef_bg.wasm"));
        assert!(!is_hashed("favicon.svg"));
    }
}
