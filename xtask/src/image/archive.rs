//! A folder as a layer: a tar archive that is the same for the same files, and its compressed form.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use crate::command::{Done, During};

/// A layer of an image.
pub(super) struct Layer {
    /// What is pulled.
    pub(super) packed: Vec<u8>,
    /// Digest of the archive before it was compressed.
    pub(super) diff_id: String,
    /// Bytes of the files in it.
    pub(super) unpacked: u64,
}

pub(super) fn pack(root: &Path) -> Done<Layer> {
    let mut paths = Vec::new();
    walk(root, &mut paths)?;
    paths.sort();
    let (mut archive, mut unpacked) = (Builder::new(Vec::new()), 0);
    for path in &paths {
        unpacked += entry(&mut archive, root, path)?;
    }
    let archive = archive.into_inner().during("pack the layer")?;
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    writer.write_all(&archive).during("compress the layer")?;
    let packed = writer.finish().during("compress the layer")?;
    Ok(Layer { packed, diff_id: digest(&archive), unpacked })
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Done {
    let what = format!("read {}", folder.display());
    for entry in fs::read_dir(folder).during(&what)? {
        let path = entry.during(&what)?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        }
        paths.push(path);
    }
    Ok(())
}

/// Appends a file or a folder, as root's and without a time. Gives how large the file is.
fn entry(archive: &mut Builder<Vec<u8>>, root: &Path, path: &Path) -> Done<u64> {
    let what = format!("pack {}", path.display());
    let metadata = fs::metadata(path).during(&what)?;
    let bytes = if metadata.is_dir() { Vec::new() } else { fs::read(path).during(&what)? };
    let mut name = path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    if metadata.is_dir() {
        // With a `/` at its end.
        name.push("");
        header.set_entry_type(EntryType::Directory);
    }
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    header.set_size(size);
    header.set_mode(metadata.permissions().mode() & 0o777);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    archive.append_data(&mut header, &name, bytes.as_slice()).during(&what)?;
    Ok(size)
}

pub(super) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_make_the_same_layer_and_tar_reads_it() {
        let folder = std::env::temp_dir().join(format!("viridian-layer-{}", std::process::id()));
        fs::create_dir_all(folder.join("a/b")).unwrap();
        fs::write(folder.join("a/b/file"), "hello").unwrap();
        let (one, other) = (pack(&folder).unwrap(), pack(&folder).unwrap());
        assert!(one.diff_id == other.diff_id && one.packed == other.packed && one.unpacked == 5);
        let packed = folder.join("layer.tar.gz");
        fs::write(&packed, &one.packed).unwrap();
        let listed = std::process::Command::new("tar").arg("-tzf").arg(&packed).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&listed.stdout), "a/\na/b/\na/b/file\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
