//! The console’s own files: for nobody but who runs it.

use std::{io, path::Path};

/// What the console and its sandbox keep in a data folder. Other files that somebody has put there stay as they are.
const OWN: [&str; 8] = [
    "journal.sqlite",
    "journal.sqlite-wal",
    "journal.sqlite-shm",
    "outputs.json",
    "outputs.draft",
    "viridian.toml",
    "viridian.draft",
    "sandbox",
];

/// Makes the folder if there is none, and shuts it and what the console keeps in it.
pub async fn folder(path: &Path) -> Result<(), String> {
    let folder = path.to_owned();
    let shutting = tokio::task::spawn_blocking(move || shut_folder(&folder)).await;
    let shut = shutting.unwrap_or_else(|error| Err(io::Error::other(error)));
    shut.map_err(|error| {
        format!("The data folder {} cannot be made, or not for you alone: {error}.", path.display())
    })
}

/// From now on whatever the process makes is for nobody else: what databases and builds write, too.
#[cfg(unix)]
pub fn mask() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

#[cfg(not(unix))]
pub fn mask() {}

#[cfg(unix)]
fn shut_folder(folder: &Path) -> io::Result<()> {
    use std::{
        fs::{DirBuilder, OpenOptions},
        os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    shut(folder)?;
    // The database makes its other files as this one is.
    OpenOptions::new().create(true).append(true).mode(0o600).open(folder.join("journal.sqlite"))?;
    for name in OWN {
        shut_all(&folder.join(name))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn shut_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Links are not followed: they lead to what is not ours.
#[cfg(unix)]
fn shut_all(path: &Path) -> io::Result<()> {
    let kind = match path.symlink_metadata() {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if kind.is_dir() {
        for entry in std::fs::read_dir(path)? {
            shut_all(&entry?.path())?;
        }
    }
    if kind.is_dir() || kind.is_file() { shut(path) } else { Ok(()) }
}

/// Takes everything from everybody but the owner; what can be run stays so.
#[cfg(unix)]
fn shut(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = path.metadata()?.permissions();
    let shut = permissions.mode() & 0o7700;
    if permissions.mode() & 0o7777 == shut {
        return Ok(());
    }
    permissions.set_mode(shut);
    std::fs::set_permissions(path, permissions)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use viridian_store::{Place, Store};

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn the_data_folder_and_everything_in_it_are_for_nobody_else() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("data");
        std::fs::create_dir_all(folder.join("sandbox/objects")).unwrap();
        for name in ["outputs.json", "viridian.toml", "sandbox/log", "sandbox/objects/a", "notes"] {
            std::fs::write(folder.join(name), "x").unwrap();
        }
        let foreign = outer.path().join("foreign");
        std::fs::write(&foreign, "x").unwrap();
        std::fs::set_permissions(&foreign, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&foreign, folder.join("sandbox/link")).unwrap();

        super::folder(&folder).await.unwrap();
        let store = Store::at(&Place::Folder(folder.clone())).await.unwrap();
        store.ready().await.unwrap();
        assert_eq!([mode(&folder), mode(&folder.join("sandbox/objects"))], [0o700, 0o700]);
        for name in
            ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "outputs.json", "viridian.toml"]
        {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
        }
        assert_eq!(
            [mode(&folder.join("sandbox/log")), mode(&folder.join("sandbox/objects/a"))],
            [0o600, 0o600]
        );
        assert_eq!(mode(&foreign), 0o644, "a link is not followed");
        store.close().await;
    }
}
