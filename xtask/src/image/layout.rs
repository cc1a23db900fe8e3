//! The image as an OCI layout: blobs by their digest, a configuration, a manifest, an index.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    archive::{Layer, digest},
    recipe::Recipe,
};
use crate::command::{Done, During};

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Writes the layout anew and gives the image's digest.
pub(super) fn write(folder: &Path, recipe: &Recipe, layer: &Layer) -> Done<String> {
    if folder.exists() {
        fs::remove_dir_all(folder).during("clear the image's folder")?;
    }
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).during("make the image's folder")?;
    let put = |bytes: &[u8], media: &str| -> Done<Value> {
        let digest = digest(bytes);
        let name = digest.strip_prefix("sha256:").unwrap_or(&digest);
        fs::write(blobs.join(name), bytes).during("write a blob of the image")?;
        Ok(json!({ "mediaType": media, "digest": digest, "size": bytes.len() }))
    };
    let config = put(config(recipe, layer).to_string().as_bytes(), CONFIG)?;
    let layer = put(&layer.packed, LAYER)?;
    let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer] });
    let mut manifest = put(manifest.to_string().as_bytes(), MANIFEST)?;
    let digest = manifest["digest"].as_str().unwrap_or_default().to_owned();
    manifest["annotations"] = json!({ "org.opencontainers.image.ref.name": "latest" });
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest] });
    fs::write(folder.join("index.json"), index.to_string()).during("write the image's index")?;
    let version = json!({ "imageLayoutVersion": "1.0.0" });
    fs::write(folder.join("oci-layout"), version.to_string()).during("write the image's layout")?;
    Ok(digest)
}

/// What the Dockerfile says, and of what the image is made.
fn config(recipe: &Recipe, layer: &Layer) -> Value {
    json!({
        "architecture": "amd64",
        "os": "linux",
        "config": recipe.members,
        "rootfs": { "type": "layers", "diff_ids": [layer.diff_id] },
        "history": [{ "created_by": "cargo xtask image" }],
    })
}
