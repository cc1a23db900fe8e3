//! Images on disk: a folder for each, named by the digest of its manifest.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The media type of every manifest.
pub(crate) const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// The media type of every image's configuration.
pub(crate) const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// An image in the store, whether or not any repository names it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) digest: String,
    pub(crate) manifest: String,
    pub(crate) config: Value,
}

/// `sha256:…` of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// The root file system of an image; `None` where the text is no digest.
pub(crate) fn root(data: &Path, digest: &str) -> Option<PathBuf> {
    folder(data, digest).map(|folder| folder.join("root"))
}

/// Reads an image back.
pub(crate) fn read(data: &Path, digest: &str) -> Option<Stored> {
    let folder = folder(data, digest)?;
    let manifest = fs::read_to_string(folder.join("manifest.json")).ok()?;
    let config = serde_json::from_str(&fs::read_to_string(folder.join("config.json")).ok()?).ok()?;
    Some(Stored { digest: digest.to_owned(), manifest, config })
}

/// The variables of a configuration.
pub(crate) fn variables(config: &Value) -> Vec<(String, String)> {
    let all = config["config"]["Env"].as_array().into_iter().flatten();
    all.filter_map(|entry| entry.as_str()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The bytes that the layers of a manifest have.
pub(crate) fn size(manifest: &str) -> u64 {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    manifest["layers"].as_array().into_iter().flatten().filter_map(|layer| layer["size"].as_u64()).sum()
}

/// Moves a finished root file system into the store. The same files with the same configuration are the
/// same image, whenever they are built.
pub(crate) fn add(data: &Path, staged: &Path, config: Value) -> io::Result<Stored> {
    let (size, tree) = tree(staged)?;
    let text = config.to_string();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": { "mediaType": CONFIG, "size": text.len(), "digest": digest(text.as_bytes()) },
        "layers": [{ "mediaType": LAYER, "size": size, "digest": tree }],
    })
    .to_string();
    let digest = digest(manifest.as_bytes());
    let Some(folder) = folder(data, &digest) else { return Err(io::Error::other("no digest")) };
    if folder.join("root").is_dir() {
        fs::remove_dir_all(staged)?;
    } else {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("manifest.json"), &manifest)?;
        fs::write(folder.join("config.json"), &text)?;
        // Last, so that an image with a root is a whole one.
        fs::rename(staged, folder.join("root"))?;
    }
    Ok(Stored { digest, manifest, config })
}

fn folder(data: &Path, digest: &str) -> Option<PathBuf> {
    let hash = digest.strip_prefix("sha256:")?;
    let whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| data.join("registry").join("images").join(format!("sha256-{hash}")))
}

/// Bytes and digest of every file below a folder, by path and content.
fn tree(root: &Path) -> io::Result<(u64, String)> {
    let mut files = Vec::new();
    walk(root, &mut files)?;
    files.sort();
    let mut hash = Sha256::new();
    let mut size = 0;
    for path in files {
        let content = fs::read(&path)?;
        size += content.len() as u64;
        let name = path.strip_prefix(root).unwrap_or(&path);
        hash.update(name.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(&content));
    }
    Ok((size, format!("sha256:{}", hex(&hash.finalize()))))
}

/// Every plain file below a folder. Links are not followed and not listed.
pub(crate) fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
