//! Where things lie: the checkout, and the cache folder outside it.

use std::{env, path::PathBuf};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or(manifest.clone(), PathBuf::from)
}

/// The cache folder of the user: `VIRIDIAN_CACHE`, or `viridian` in the place that XDG names.
pub(crate) fn cache() -> PathBuf {
    if let Some(folder) = env::var_os("VIRIDIAN_CACHE") {
        return PathBuf::from(folder);
    }
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from).join(".cache");
    base.unwrap_or_else(home).join("viridian")
}

/// Where cargo builds: what the caller chose, else a folder that every checkout shares.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache().join("target"), PathBuf::from)
}

/// Where the pinned tools are kept.
pub(crate) fn tools() -> PathBuf {
    cache().join("tools")
}

/// The built page.
pub(crate) fn dist() -> PathBuf {
    root().join("frontend").join("dist")
}

/// A program of the workspace as the tests build it.
pub(crate) fn binary(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
