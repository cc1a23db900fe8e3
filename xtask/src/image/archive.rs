//! A folder as a layer: a tar archive that is the same for the same files, and its compressed form.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

use crate::command::{Done, During, fail};

const BLOCK: usize = 512;

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
    let (mut archive, mut unpacked) = (Vec::new(), 0);
    for path in &paths {
        unpacked += entry(&mut archive, root, path)?;
    }
    // Two empty blocks end an archive.
    archive.resize(archive.len() + 2 * BLOCK, 0);
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
fn entry(archive: &mut Vec<u8>, root: &Path, path: &Path) -> Done<u64> {
    let what = format!("pack {}", path.display());
    let metadata = fs::metadata(path).during(&what)?;
    let mut name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    let bytes = if metadata.is_dir() { Vec::new() } else { fs::read(path).during(&what)? };
    if metadata.is_dir() {
        name.push('/');
    }
    if name.len() >= 100 {
        return fail(format!("{name} is too long a name for the image."));
    }
    archive.extend(header(&name, bytes.len(), metadata.permissions().mode() & 0o777, metadata.is_dir()));
    archive.extend(&bytes);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    Ok(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
}

/// The header of POSIX.1-1988 (ustar).
fn header(name: &str, size: usize, mode: u32, is_folder: bool) -> [u8; BLOCK] {
    let mut block = [0_u8; BLOCK];
    let mut put = |at: usize, text: &[u8]| {
        for (slot, byte) in block.iter_mut().skip(at).zip(text) {
            *slot = *byte;
        }
    };
    put(0, name.as_bytes());
    put(100, format!("{mode:07o}\0").as_bytes());
    // Owner, group and time are zero.
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The sum is taken with blanks in its own place.
    put(148, b"        ");
    put(156, if is_folder { b"5" } else { b"0" });
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    for (slot, byte) in block.iter_mut().skip(148).zip(format!("{sum:06o}\0 ").as_bytes()) {
        *slot = *byte;
    }
    block
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
