//! The files that are released, as they lie in the project's `assets` folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../assets/demo-app-repository"]
struct Assets;

/// Writes the files of the repository that is released into a fresh folder below `folder`.
pub(super) fn unpack(folder: &Path) -> io::Result<PathBuf> {
    let target = folder.join("seed");
    fs::create_dir_all(&target)?;
    for path in Assets::iter() {
        let Some(file) = Assets::get(&path) else { continue };
        let file_path = target.join(path.as_ref());
        file_path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(file_path, file.data)?;
    }
    Ok(target)
}
