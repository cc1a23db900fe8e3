//! What a build needs to know of the world while its commands run.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use tokio_util::sync::CancellationToken;

use super::super::{Source, buildspec::Buildspec, folder, log, log_stream, project, tool::Tools};
use crate::{
    arn::short_name,
    world::{Caller, World},
};

#[derive(Debug, Clone)]
pub(in super::super) struct Job {
    pub(in super::super) id: String,
    /// The build's own folder, which stays.
    pub(in super::super) folder: PathBuf,
    pub(in super::super) source: Source,
    /// A path in the source, or the text itself.
    pub(super) buildspec: String,
    pub(super) timeout: Duration,
    /// Who the commands are for AWS.
    pub(in super::super) caller: Caller,
    /// The group and stream of its log.
    pub(super) log: String,
    variables: Vec<(String, String)>,
    reserved: Vec<(String, String)>,
}

/// Takes up a build whose commands have still to be run. The token stops them.
pub(super) fn take(world: &mut World, build: &str) -> Option<(Job, CancellationToken)> {
    let record = world.codebuild.builds.get(build).filter(|build| build.is_running())?;
    let settings = &world.codebuild.projects.get(&record.project)?.settings;
    let role = short_name(settings["serviceRole"].as_str().unwrap_or_default());
    let session = format!("assumed-role/{role}/AWSCodeBuild-{}", log_stream(build));
    let (region, account) = (&world.place.region, &world.place.account);
    let variables = settings["environment"]["environmentVariables"].as_array().into_iter().flatten();
    let job = Job {
        id: build.to_owned(),
        folder: folder(world, build),
        source: record.source.clone(),
        buildspec: record
            .buildspec
            .clone()
            .or_else(|| settings["source"]["buildspec"].as_str().map(str::to_owned))
            .filter(|buildspec| !buildspec.is_empty())
            .unwrap_or_else(|| "buildspec.yml".to_owned()),
        timeout: Duration::from_secs(60 * project::timeout_minutes(Some(settings))),
        log: format!("{}:log-stream:{}", log::group(world, &record.project), log_stream(build)),
        caller: Caller { arn: format!("arn:aws:sts::{account}:{session}") },
        variables: variables
            .filter_map(|variable| {
                Some((variable["name"].as_str()?.to_owned(), variable["value"].as_str()?.to_owned()))
            })
            .collect(),
        reserved: texts(&[
            ("CODEBUILD_BUILD_ID", build),
            ("CODEBUILD_BUILD_ARN", &world.place.arn("codebuild", &format!("build/{build}"))),
            ("CODEBUILD_BUILD_NUMBER", &record.number.to_string()),
            ("CODEBUILD_BUILD_IMAGE", settings["environment"]["image"].as_str().unwrap_or_default()),
            ("CODEBUILD_BUILD_SUCCEEDING", "1"),
            ("CODEBUILD_INITIATOR", &record.source.initiator),
            ("CODEBUILD_RESOLVED_SOURCE_VERSION", &record.source.version),
            ("CODEBUILD_SOURCE_VERSION", &source_version(&record.source)),
            ("CODEBUILD_PROJECT_ARN", &world.place.arn("codebuild", &format!("project/{}", record.project))),
            ("CODEBUILD_KMS_KEY_ID", &world.place.arn("kms", "alias/aws/s3")),
            ("CODEBUILD_CI", "true"),
            ("CODEBUILD_START_TIME", &record.started.as_millisecond().to_string()),
            ("CODEBUILD_LOG_PATH", log_stream(build)),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_ENDPOINT_URL", &world.endpoint),
            // Keys that open nothing but the sandbox.
            ("AWS_ACCESS_KEY_ID", "ASIASANDBOXBUILDROLE"),
            ("AWS_SECRET_ACCESS_KEY", "sandbox"),
            ("AWS_SESSION_TOKEN", "sandbox"),
        ]),
    };
    std::fs::create_dir_all(&job.folder).ok()?;
    let token = CancellationToken::new();
    world.codebuild.running.insert(build.to_owned(), token.clone());
    Some((job, token))
}

impl Job {
    /// The folder of what goes when the build has ended.
    pub(in super::super) fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    pub(super) fn source_folder(&self) -> PathBuf {
        self.work().join("src")
    }

    pub(super) fn secondary_folder(&self, name: &str) -> PathBuf {
        self.work().join("secondary").join(name)
    }

    pub(super) fn buildspec_name(&self) -> &str {
        if self.buildspec.contains('\n') { "buildspec" } else { &self.buildspec }
    }

    /// Every variable of the commands; later sources win over earlier ones. Nothing of the person's own
    /// environment but the search path reaches a build.
    pub(super) fn environment(&self, buildspec: &Buildspec, tools: &Tools) -> Vec<(String, String)> {
        let work = self.work();
        let path = std::env::var("PATH").unwrap_or_default();
        let places = [
            ("PATH", format!("{}:{path}", tools.folder().display())),
            ("HOME", work.join("home").display().to_string()),
            ("TMPDIR", work.join("tmp").display().to_string()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("CODEBUILD_SRC_DIR", self.source_folder().display().to_string()),
        ];
        let secondary = self.source.secondary.iter().map(|(name, _)| {
            let folder = self.secondary_folder(name).display().to_string();
            (format!("CODEBUILD_SRC_DIR_{name}"), folder)
        });
        let mut all = BTreeMap::new();
        all.extend(buildspec.variables.iter().cloned());
        all.extend(self.variables.iter().cloned());
        all.extend(self.source.environment.iter().cloned());
        all.extend(self.reserved.iter().filter(|(_, value)| !value.is_empty()).cloned());
        all.extend(places.map(|(name, value)| (name.to_owned(), value)));
        all.extend(secondary);
        all.into_iter().collect()
    }
}

/// What was asked for: the object of the pipeline that holds the source, or the commit.
fn source_version(source: &Source) -> String {
    match source.inputs.first() {
        Some((bucket, key)) => format!("arn:aws:s3:::{bucket}/{key}"),
        None => source.version.clone(),
    }
}

fn texts(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
