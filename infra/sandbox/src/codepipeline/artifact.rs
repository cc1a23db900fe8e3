//! Artifacts: folders on disk that stand for the zip files in the pipeline's bucket.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{
    declaration::Action,
    record::{Artifact, Execution},
};
use crate::world::World;

/// Names the output artifacts of a run as AWS does: `PIPELINE/ARTIFACT/RANDOM`, the names cut short.
pub(super) fn make(world: &mut World, execution: &Execution, action: &Action) -> Vec<(String, Artifact)> {
    let declaration = world.codepipeline.declaration(&execution.pipeline, execution.version);
    let bucket = declaration
        .and_then(|declaration| declaration.artifact_store.as_ref())
        .map_or_else(|| "artifacts".to_owned(), |store| store.location.clone());
    let pipeline = cut(&execution.pipeline, 20);
    let mut outputs = Vec::new();
    for named in &action.output_artifacts {
        let key = format!("{pipeline}/{}/{}", cut(&named.name, 10), world.ids.hex(7));
        outputs.push((named.name.clone(), Artifact { bucket: bucket.clone(), key }));
    }
    outputs
}

fn cut(name: &str, length: usize) -> String {
    name.chars().take(length).collect()
}

/// Where the files of an artifact lie.
pub(super) fn folder(world: &World, artifact: &Artifact) -> PathBuf {
    world.folder.join("artifacts").join(&artifact.bucket).join(&artifact.key)
}

/// Fills an artifact with a copy of a folder.
pub(super) fn fill(world: &World, artifact: &Artifact, from: &Path) -> io::Result<()> {
    copy(from, &folder(world, artifact))
}

/// Makes the artifact's folder, empty.
pub(super) fn open(world: &World, artifact: &Artifact) -> io::Result<PathBuf> {
    let folder = folder(world, artifact);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Reads one file of an artifact. A path that leads out of it names nothing.
pub(super) fn read(world: &World, artifact: &Artifact, path: &str) -> io::Result<String> {
    let inside =
        Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the path leads out of the artifact"));
    }
    fs::read_to_string(folder(world, artifact).join(path))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_path_out_of_the_artifact_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::new(folder.path().to_owned(), 1, Clock::new(jiff::Timestamp::UNIX_EPOCH, 1.0));
        fs::write(folder.path().join("secret"), "x").unwrap();
        let artifact = Artifact { bucket: "b".to_owned(), key: "p/a/1".to_owned() };
        let inside = open(&world, &artifact).unwrap();
        fs::write(inside.join("input.json"), "{}").unwrap();

        read(&world, &artifact, "../../../../secret").unwrap_err();
        assert_eq!(read(&world, &artifact, "input.json").unwrap(), "{}");
    }
}
