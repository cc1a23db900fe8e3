//! Files of the fleet: a repository to borrow from, links to the fixtures's artifacts and logs.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::{Error, fork, template::Template, variation::Variation};
use crate::{codecommit, outputs::Outputs, world::World};

/// Folders of artifacts lie this deep: bucket, pipeline, artifact, key.
const DEPTH: usize = 4;
/// A file that names its service is short.
const SHORT: u64 = 64 * 1024;

/// Makes the folder of the fixtures: a repository of its own, from which the fleet borrows, and the images of the
/// real world.
pub(super) fn fixtures(world: &World, base: &Outputs) -> Result<PathBuf, Error> {
    let fixtures = fork::fixtures(world);
    let _ = fs::remove_dir_all(&fixtures);
    fs::create_dir_all(fixtures.join("repositories"))?;
    symlink(absolute(&world.folder)?.join("registry"), fixtures.join("registry"))?;
    let service = &base.console_service_name;
    let name = format!("{service}.git");
    let (from, to) =
        (world.folder.join("repositories").join(&name), fixtures.join("repositories").join(&name));
    codecommit::lay(&from, &to, &codecommit::branches(world, service))?;
    symlink(Path::new("repositories").join(&name), codecommit::lender(&world.folder))?;
    Ok(fixtures)
}

/// The folders of artifacts in the fixtures, below it.
pub(super) fn artifacts(fixtures: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("artifacts")];
    for _ in 0..DEPTH {
        let below = found.into_iter().flat_map(|folder| {
            let entries = fs::read_dir(fixtures.join(&folder)).into_iter().flatten().flatten();
            entries.map(move |entry| folder.join(entry.file_name())).collect::<Vec<_>>()
        });
        found = below.collect();
    }
    found
}

/// Gives a copy its files.
pub(super) fn copy(world: &World, template: &Template, variation: &Variation) -> Result<(), Error> {
    let fixtures = absolute(&fork::fixtures(world))?;
    let none = std::collections::HashMap::new();
    let fill = |pieces: &[super::template::Piece]| variation.fill(pieces, false, &none);
    for (from, build) in &template.builds {
        let to = fill(build);
        let (Some((project, number)), Some((new, own))) = (from.split_once(':'), to.split_once(':')) else {
            continue;
        };
        let log = fixtures.join("builds").join(project).join(number).join("log");
        let folder = world.folder.join("builds").join(new).join(own);
        fs::create_dir_all(&folder)?;
        link(&log, &folder.join("log"))?;
    }
    for (from, pieces) in &template.artifacts {
        let (from, to) = (fixtures.join(from), world.folder.join(fill(pieces)));
        artifact(&from, &to, template, variation)?;
    }
    Ok(())
}

/// An artifact that is one short file names its service, and is copied; another one is linked.
fn artifact(from: &Path, to: &Path, template: &Template, variation: &Variation) -> Result<(), Error> {
    let files: Vec<PathBuf> =
        fs::read_dir(from)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    match &files[..] {
        [file] if file.is_file() && file.metadata()?.len() <= SHORT => {
            fs::create_dir_all(to)?;
            let text = template.rewritten(&fs::read_to_string(file)?, variation);
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
