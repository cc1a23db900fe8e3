//! Builds of the fixtures: no commands run; what the first release's builds made is made again, with the commit,
//! the execution and the image of this one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::Error;
use crate::{
    codebuild,
    ecr::store,
    outputs::Outputs,
    world::{Caller, Effect, World},
};

/// What the first release's builds made.
pub(super) struct Replay {
    execution: String,
    commit: String,
    builds: Vec<Build>,
}

struct Build {
    id: String,
    project: String,
    /// Where its artifact lies, if it handed one on.
    artifact: Option<PathBuf>,
    variables: Vec<(String, String)>,
}

/// A user, who may do everything.
pub(super) fn caller() -> Caller {
    Caller { arn: "arn:aws:iam::123456789012:user/developer-1".to_owned() }
}

impl Replay {
    /// Reads the builds of the last release that succeeded.
    pub(super) fn of(world: &mut World, base: &Outputs) -> Result<Self, Error> {
        let ask = json!({"pipelineName": base.pipeline_name});
        let list = world.call(&caller(), "codepipeline", "ListActionExecutions", ask)?;
        let actions = list["actionExecutionDetails"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let builds =
            actions.iter().filter(|action| action["input"]["actionTypeId"]["provider"] == "CodeBuild");
        let builds = builds.filter_map(|action| {
            let place = &action["output"]["outputArtifacts"][0]["s3location"];
            let place = place["bucket"].as_str().zip(place["key"].as_str());
            let id = text(&action["output"]["executionResult"]["externalExecutionId"]);
            let variables = action["output"]["outputVariables"].as_object().cloned().unwrap_or_default();
            Some(Build {
                project: id.split_once(':')?.0.to_owned(),
                id,
                artifact: place.map(|(bucket, key)| world.folder.join("artifacts").join(bucket).join(key)),
                variables: variables.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
            })
        });
        let builds = builds.collect();
        let source = actions.iter().find(|action| action["input"]["actionTypeId"]["category"] == "Source");
        let source = source.ok_or(Error::Stuck("a first release"))?;
        Ok(Self {
            execution: text(&source["pipelineExecutionId"]),
            commit: text(&source["output"]["outputVariables"]["CommitId"]),
            builds,
        })
    }

    /// Ends every build that a world has begun since; one may be told to fail. The rest of what the world
    /// wants to have done outside is not done.
    pub(super) fn replay(&self, world: &mut World, failure: Option<&str>) -> Result<(), Error> {
        for effect in std::mem::take(&mut world.effects) {
            let Effect::CodeBuild(codebuild::Effect::Run { build }) = effect else { continue };
            self.end(world, &build, failure)?;
        }
        Ok(())
    }

    fn end(&self, world: &mut World, id: &str, failure: Option<&str>) -> Result<(), Error> {
        let recorded = self.builds.iter().find(|recorded| id.starts_with(&format!("{}:", recorded.project)));
        let recorded = recorded.ok_or_else(|| Error::NoEarlierBuild(id.to_owned()))?;
        let facts = json!({"ids": [id]});
        let shown = world.call(&caller(), "codebuild", "BatchGetBuilds", facts)?["builds"][0].clone();
        let commit = shown["resolvedSourceVersion"].as_str().unwrap_or_default().to_owned();
        let execution = execution_of(world, &shown)?;
        let folder = codebuild::files(world, id);
        fs::create_dir_all(folder.join("artifact"))?;
        let mut words = vec![
            (self.execution.clone(), execution.clone()),
            (cut(&self.execution, 18), cut(&execution, 18)),
            (self.commit.clone(), commit.clone()),
        ];
        let variable =
            |name: &str| recorded.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let mut variables = recorded.variables.clone();
        if let (Some(tag), Some(digest)) = (variable("IMAGE_TAG"), variable("IMAGE_DIGEST")) {
            let own = format!("{}-{}", cut(&commit, 12), cut(id.rsplit(':').next().unwrap_or_default(), 8));
            let image = self.image(world, digest, &own, &commit, &recorded.variables)?;
            words.extend([(tag.clone(), own), (digest.clone(), image)]);
        }
        if let Some(image) = self.builds.iter().find_map(Build::image) {
            words.push((image.to_owned(), newest_image(world, image, &commit)));
        }
        for (_, value) in &mut variables {
            *value = replaced(value, &words);
        }
        if let Some(artifact) = &recorded.artifact {
            copy(artifact, &folder.join("artifact"), &words)?;
        }
        let log = fs::read_to_string(codebuild::files(world, &recorded.id).join("log")).or_else(|_| {
            let real = world.folder.parent().unwrap_or(&world.folder);
            let (project, number) = recorded.id.split_once(':').unwrap_or_default();
            fs::read_to_string(real.join("builds").join(project).join(number).join("log"))
        });
        fs::write(folder.join("log"), replaced(&log.unwrap_or_default(), &words))?;
        codebuild::report(world, id, variables, failure);
        Ok(())
    }

    /// Makes the image of a commit from that of the first release, and pushes it. Gives its digest.
    fn image(
        &self,
        world: &mut World,
        digest: &str,
        tag: &str,
        commit: &str,
        variables: &[(String, String)],
    ) -> Result<String, Error> {
        let stored = store::read(&world.folder, digest).ok_or(Error::Stuck("an image"))?;
        let root = store::root(&world.folder, digest).ok_or(Error::Stuck("an image"))?;
        let staged = world.folder.join(format!("staged-{tag}"));
        copy(&root, &staged, &[(self.commit.clone(), commit.to_owned())])?;
        let made = store::add(&world.folder, &staged, stored.config)?;
        let uri = variables.iter().find(|(name, _)| name == "IMAGE_URI").map(|(_, value)| value.as_str());
        let repository = uri.and_then(|uri| uri.split_once('/')?.1.split('@').next()).unwrap_or_default();
        let put = json!({"repositoryName": repository, "imageManifest": made.manifest, "imageTag": tag});
        match world.call(&caller(), "ecr", "PutImage", put) {
            Err(error) if error.code != "ImageAlreadyExistsException" => Err(error.into()),
            _ => Ok(made.digest),
        }
    }
}

impl Build {
    fn image(&self) -> Option<&str> {
        self.variables.iter().find(|(name, _)| name == "IMAGE_DIGEST").map(|(_, digest)| digest.as_str())
    }
}

/// The execution that waits for a build.
fn execution_of(world: &mut World, build: &Value) -> Result<String, Error> {
    let initiator = build["initiator"].as_str().unwrap_or_default();
    let pipeline = initiator.strip_prefix("codepipeline/").unwrap_or(initiator);
    let list =
        world.call(&caller(), "codepipeline", "ListActionExecutions", json!({"pipelineName": pipeline}))?;
    let all = list["actionExecutionDetails"].as_array().into_iter().flatten();
    let own = |action: &&Value| action["output"]["executionResult"]["externalExecutionId"] == build["id"];
    let found = all.into_iter().find(own).and_then(|action| action["pipelineExecutionId"].as_str());
    // A build that has only just begun may not be noted yet: then it is the newest execution's.
    let newest = || list["actionExecutionDetails"][0]["pipelineExecutionId"].as_str();
    Ok(found.or_else(newest).unwrap_or_default().to_owned())
}

/// The digest of the image that was pushed for a commit, else the one before.
fn newest_image(world: &mut World, before: &str, commit: &str) -> String {
    let tag = format!("{}-", cut(commit, 12));
    let found = world.ecr.digest_of_tag(&tag);
    found.unwrap_or_else(|| before.to_owned())
}

fn cut(text: &str, length: usize) -> String {
    text.get(..length).unwrap_or(text).to_owned()
}

fn replaced(text: &str, words: &[(String, String)]) -> String {
    words.iter().fold(text.to_owned(), |text, (from, to)| {
        if from.is_empty() || from == to { text } else { text.replace(from.as_str(), to) }
    })
}

/// Copies a folder; in files of text the words are replaced.
fn copy(from: &Path, to: &Path, words: &[(String, String)]) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, words)?;
            continue;
        }
        let bytes = fs::read(entry.path())?;
        match String::from_utf8(bytes) {
            Ok(text) => fs::write(target, replaced(&text, words))?,
            Err(binary) => fs::write(target, binary.into_bytes())?,
        }
    }
    Ok(())
}
