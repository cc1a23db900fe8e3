//! The built page inside the binary, and the content policy that it needs.
//!
//! Every file is read into memory when the console starts, by the names that the build listed. A request is looked
//! up among them and opens nothing.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// The page as it was built, or a sentence in its place.
#[derive(Debug, Clone)]
pub struct Page {
    index: Bytes,
    policy: String,
    build: String,
    files: Arc<BTreeMap<String, Kept>>,
}

/// A file as it was built, with its tag.
#[derive(Debug)]
struct Kept {
    bytes: Bytes,
    tag: String,
}

/// A file of the page as it is sent.
#[derive(Debug)]
pub struct File {
    /// As they are sent, compressed or not.
    pub bytes: Bytes,
    /// For `Content-Type`.
    pub kind: &'static str,
    /// For `ETag`, with its quotes.
    pub tag: String,
    /// For `Cache-Control`.
    pub caching: &'static str,
    /// Whether the bytes are compressed with brotli.
    pub is_brotli: bool,
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Viridian</title>\
<p>The server runs, but the page was not built into it. Build both with <code>cargo xtask demo</code>.</p></html>";

impl Page {
    /// Reads what the build listed and reckons the page's content policy.
    pub fn load() -> Self {
        let kept = |name: Cow<'static, str>| Some((name.to_string(), kept(Dist::get(&name)?)));
        Self::of(Dist::iter().filter_map(kept).collect())
    }

    fn of(files: BTreeMap<String, Kept>) -> Self {
        let index = files.get("index.html").map(|file| file.bytes.clone());
        let index = index.unwrap_or(Bytes::from_static(NOT_BUILT.as_bytes()));
        let html = String::from_utf8_lossy(&index).into_owned();
        let build = viridian_domain::digest::hex(&html).chars().take(12).collect();
        Self { policy: policy(&html), index, build, files: Arc::new(files) }
    }

    /// Names this build of the page.
    pub fn build(&self) -> String {
        self.build.clone()
    }

    /// What a browser may load and run: the page's own files, and the loader that trunk writes into it.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The document that every address of the page begins with.
    pub fn index(&self) -> File {
        File {
            bytes: self.index.clone(),
            kind: "text/html; charset=utf-8",
            tag: format!("\"{}\"", self.build),
            caching: "no-cache",
            is_brotli: false,
        }
    }

    /// A file by its path as it was asked for, letter by letter; compressed where the browser takes that and the
    /// build made it.
    pub fn file(&self, path: &str, accepts_brotli: bool) -> Option<File> {
        let name = path.strip_prefix('/')?;
        let plain = self.files.get(name)?;
        let compressed = accepts_brotli.then(|| self.files.get(&format!("{name}.br"))).flatten();
        let is_brotli = compressed.is_some();
        let Kept { bytes, tag } = compressed.unwrap_or(plain);
        let caching = if is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
        Some(File { bytes: bytes.clone(), kind: mime(name), tag: tag.clone(), caching, is_brotli })
    }
}

fn kept(file: EmbeddedFile) -> Kept {
    let tag = format!("\"{}\"", STANDARD.encode(file.metadata.sha256_hash()));
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Kept { bytes, tag }
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether a file's own name changes with its content: builders put a hash of it there in hexadecimal digits, of 64
/// bits without leading zeros, or of more. A folder's name says nothing of what is in it.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_hash =
        |part: &str| (8..=64).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_hexdigit());
    name.split(['-', '_', '.', '~']).any(is_hash)
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
        for name in [
            "viridian-frontend-0123456789abcdef_bg.wasm",
            "viridian-frontend-123456789abcdef.js",
            "split_release_1234567890ab.wasm",
            "pieces/chunk-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["favicon.svg", "snippets/leptos-0123456789abcdef/inline0.js", "a-b.css"] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    fn built() -> Page {
        let kept =
            |text: &'static str| Kept { bytes: Bytes::from_static(text.as_bytes()), tag: "\"t\"".to_owned() };
        Page::of(BTreeMap::from([
            ("index.html".to_owned(), kept("<title>page</title>")),
            ("a-0123456789abcdef.js".to_owned(), kept("plain")),
            ("a-0123456789abcdef.js.br".to_owned(), kept("small")),
        ]))
    }

    #[test]
    fn only_names_that_the_build_listed_are_served() {
        let page = built();
        assert_eq!(page.file("/a-0123456789abcdef.js", false).unwrap().bytes, "plain");
        let small = page.file("/a-0123456789abcdef.js", true).unwrap();
        assert!(small.is_brotli && small.bytes == "small" && small.kind.starts_with("text/javascript"));
        for path in [
            "//etc/os-release",
            "//proc/self/fd/1",
            "//dev/stdin",
            "/../Cargo.toml",
            "/./a-0123456789abcdef.js",
            "//a-0123456789abcdef.js",
            "/..%2f..%2fCargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..\\Cargo.toml",
            "/%5c..%5cCargo.toml",
            "/a-0123456789abcdef.js%00",
            "/a-0123456789abcdef.js\0",
            "/a-0123456789abcdef.js.",
            "/A-0123456789ABCDEF.JS",
            "/a-0123456789abcdef.js/",
            "a-0123456789abcdef.js",
            "*",
            "",
        ] {
            assert!(page.file(path, true).is_none(), "{path}");
        }
    }
}
