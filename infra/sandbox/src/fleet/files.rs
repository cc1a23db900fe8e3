//! Files of the crowd: a repository to borrow from, links to the stock's artifacts and logs.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::{Error, fork, mark::Mark, stencil::Stencil};
use crate::{blueprint::Outputs, codecommit, world::World};

/// Folders of artifacts lie this deep: bucket, pipeline, artifact, key.
const DEPTH: usize = 4;
/// A file that names its service is short.
const SHORT: u64 = 64 * 1024;

/// Makes the folder of the stock: a repository of its own, from which the crowd borrows, and the images of the
/// real world.
pub(super) fn stock(world: &World, base: &Outputs) -> Result<PathBuf, Error> {
    let stock = fork::stock(world);
    let _ = fs::remove_dir_all(&stock);
    fs::create_dir_all(stock.join("repositories"))?;
    symlink(absolute(&world.folder)?.join("registry"), stock.join("registry"))?;
    let service = &base.console_service_name;
    let name = format!("{service}.git");
    let (from, to) = (world.folder.join("repositories").join(&name), stock.join("repositories").join(&name));
    codecommit::lay(&from, &to, &codecommit::branches(world, service))?;
    symlink(Path::new("repositories").join(&name), codecommit::lender(&world.folder))?;
    Ok(stock)
}

/// The folders of artifacts in the stock, below it.
pub(super) fn artifacts(stock: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("artifacts")];
    for _ in 0..DEPTH {
        let below = found.into_iter().flat_map(|folder| {
            let entries = fs::read_dir(stock.join(&folder)).into_iter().flatten().flatten();
            entries.map(move |entry| folder.join(entry.file_name())).collect::<Vec<_>>()
        });
        found = below.collect();
    }
    found
}

/// Gives a copy its files.
pub(super) fn copy(world: &World, stencil: &Stencil, mark: &Mark) -> Result<(), Error> {
    let stock = absolute(&fork::stock(world))?;
    let none = std::collections::HashMap::new();
    let fill = |pieces: &[super::stencil::Piece]| mark.fill(pieces, false, &none);
    for (from, build) in &stencil.builds {
        let to = fill(build);
        let (Some((project, number)), Some((new, own))) = (from.split_once(':'), to.split_once(':')) else {
            continue;
        };
        let log = stock.join("builds").join(project).join(number).join("log");
        let folder = world.folder.join("builds").join(new).join(own);
        fs::create_dir_all(&folder)?;
        link(&log, &folder.join("log"))?;
    }
    for (from, pieces) in &stencil.artifacts {
        let (from, to) = (stock.join(from), world.folder.join(fill(pieces)));
        artifact(&from, &to, stencil, mark)?;
    }
    Ok(())
}

/// An artifact that is one short file names its service, and is copied; another one is linked.
fn artifact(from: &Path, to: &Path, stencil: &Stencil, mark: &Mark) -> Result<(), Error> {
    let files: Vec<PathBuf> =
        fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    match &files[..] {
        [file] if file.is_file() && file.metadata()?.len() <= SHORT => {
            fs::create_dir_all(to)?;
            let text = stencil.retold(&fs::read_to_string(file)?, mark);
            fs::write(to.join(file.file_name().unwrap_or_default()), text)?;
        }
        _ => link(from, to)?,
    }
    Ok(())
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    match symlink(from, to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn absolute(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}
