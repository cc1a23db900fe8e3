//! A tool as its publisher built it: a minute of download where a build takes several, for machines that reach it.
//!
//! What arrives must say that it is the pinned version; whatever goes wrong, the tool is built from its source.

use std::{
    env::consts::{ARCH, OS},
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::command::output;

/// Where a publisher puts a build of a version for this machine; none if there is none.
fn address(name: &str, version: &str) -> Option<String> {
    let (vendor, gnu, musl) = match (OS, ARCH) {
        ("linux", _) => ("unknown-linux", "-gnu", "-musl"),
        ("macos", _) => ("apple-darwin", "", ""),
        _ => return None,
    };
    match name {
        "trunk" => Some(format!(
            "https://github.com/trunk-rs/trunk/releases/download/v{version}/trunk-{ARCH}-{vendor}{gnu}.tar.gz"
        )),
        "wasm-bindgen" | "wasm-bindgen-test-runner" => Some(format!(
            "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{ARCH}-{vendor}{musl}.tar.gz"
        )),
        _ => None,
    }
}

/// Downloads a tool into a folder of programs. Whether it is there now, in this version.
pub(crate) fn install(bin: &Path, name: &str, version: &str) -> bool {
    let Some(address) = address(name, version) else { return false };
    let archive = bin.join(format!(".{name}.tar.gz"));
    let mut download = Command::new("curl");
    download
        .args(["--proto", "=https", "--fail", "--silent", "--location", "--connect-timeout", "5"])
        .args(["--max-time", "120", "--output"])
        .arg(&archive)
        .arg(&address);
    let done =
        fs::create_dir_all(bin).is_ok() && succeeds(&mut download) && unpack(&archive, bin, name, version);
    let _ = fs::remove_file(&archive);
    done
}

/// Takes the program out of the archive, wherever it lies in it.
fn unpack(archive: &Path, bin: &Path, name: &str, version: &str) -> bool {
    let folder = bin.join(format!(".{name}"));
    let _ = fs::remove_dir_all(&folder);
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(archive).arg("-C").arg(&folder);
    let done = fs::create_dir_all(&folder).is_ok()
        && succeeds(&mut tar)
        && find(&folder, name)
            .is_some_and(|program| says(&program, version) && fs::rename(&program, bin.join(name)).is_ok());
    let _ = fs::remove_dir_all(&folder);
    done
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    let inner = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    std::iter::once(folder.to_path_buf())
        .chain(inner)
        .map(|place| place.join(name))
        .find(|path| path.is_file())
}

/// Whether a program says that it is this version.
pub(crate) fn says(program: &Path, version: &str) -> bool {
    output(program, &["--version"]).is_some_and(|text| text.split(' ').any(|word| word == version))
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_a_program_of_the_pinned_version_is_taken_from_an_archive() {
        let place = std::env::temp_dir().join(format!("viridian-prebuilt-{}", std::process::id()));
        let (bin, inner) = (place.join("bin"), place.join("packed/tool-1.2.3"));
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("tool"), "#!/bin/sh\necho tool 1.2.3\n").unwrap();
        fs::set_permissions(inner.join("tool"), fs::Permissions::from_mode(0o755)).unwrap();
        let archive = place.join("tool.tar.gz");
        let mut tar = Command::new("tar");
        assert!(succeeds(tar.arg("-czf").arg(&archive).arg("-C").arg(place.join("packed")).arg(".")));

        assert!(!unpack(&archive, &bin, "tool", "1.2.4") && !bin.join("tool").exists());
        assert!(!unpack(&place.join("missing"), &bin, "tool", "1.2.3"));
        assert!(unpack(&archive, &bin, "tool", "1.2.3") && says(&bin.join("tool"), "1.2.3"));
        assert!(!bin.join(".tool").exists(), "what was unpacked stays behind");
        fs::remove_dir_all(place).unwrap();
    }

    #[test]
    fn a_tool_that_nobody_publishes_is_built() {
        assert!(!install(&std::env::temp_dir(), "something-else", "1.0.0"));
    }
}
