//! The files that are released, as they lie in the project's `assets` folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../assets"]
struct Assets;

/// The text of one file.
pub(super) fn text(path: &str) -> Option<String> {
    let file = Assets::get(path)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Writes the files of the repository that is released into a fresh folder below `folder`.
pub(super) fn unpack(folder: &Path) -> io::Result<PathBuf> {
    let target = folder.join("seed");
    fs::create_dir_all(&target)?;
    for path in Assets::iter() {
        let (Some(name), Some(file)) = (path.strip_prefix("demo-app-repository/"), Assets::get(&path)) else {
            continue;
        };
        let file_path = target.join(name);
        file_path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(file_path, file.data)?;
    }
    Ok(target)
}
