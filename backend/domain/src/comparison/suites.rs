//! The suites of a service: those of the released repository, then those that the console keeps, each with the
//! noise that people accepted for it.

use viridian_shared::{
    comparison::suite::{Probe, Suite, SuiteBrief, SuiteDetail, SuiteOrigin},
    snapshot::Snapshot,
    words::many,
};

use crate::{
    Service, digest,
    port::{
        PortError,
        error::chain,
        sources::SourceFile,
        suites::{KeptNoise, KeptSuite},
    },
    service::comparison::{OfRepository, Repository, lock},
};

/// Where suites stand in a repository.
const FOLDER: &str = "viridian";
const ENDING: &str = ".toml";

/// A suite as it can be run.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) brief: SuiteBrief,
    /// With the noise that was accepted here.
    pub(crate) suite: Suite,
    pub(crate) remarks: Vec<String>,
}

impl Service {
    /// Every suite, those of the repository first.
    pub(crate) async fn known_suites(&self) -> Result<Vec<Known>, PortError> {
        let kept = self.ports.suites.suites(self.name()).await?;
        let noise = self.ports.suites.noise(self.name()).await?;
        let repository = lock(&self.comparison.repository).clone();
        let mut known: Vec<Known> = Vec::new();
        for it in repository.suites {
            let origin = SuiteOrigin::Repository { path: it.path, commit: it.commit };
            known.push(self.known(it.name, origin, it.read, &noise));
        }
        for KeptSuite { name, suite, by, at, remarks } in kept {
            let is_taken = known.iter().any(|other| other.brief.name == name);
            let origin = SuiteOrigin::Console { by, at };
            let mut it = self.known(name.clone(), origin, Ok(suite), &noise);
            if is_taken {
                it.brief.name = format!("{name} (console)");
                it.brief.problem =
                    Some(format!("The repository has a suite {name} too. Save this one by another name."));
            }
            it.remarks = remarks;
            known.push(it);
        }
        Ok(known)
    }

    pub(crate) async fn known_suite(&self, name: &str) -> Result<Option<Known>, PortError> {
        Ok(self.known_suites().await?.into_iter().find(|known| known.brief.name == name))
    }

    /// A suite whole, as a page shows it.
    pub async fn suite(&self, name: &str) -> Result<Option<SuiteDetail>, PortError> {
        let Some(Known { brief, suite, remarks }) = self.known_suite(name).await? else { return Ok(None) };
        let text = self.ports.comparer.write(name, &suite).unwrap_or_default();
        Ok(Some(SuiteDetail { brief, suite, text, remarks }))
    }

    fn known(
        &self,
        name: String,
        origin: SuiteOrigin,
        read: Result<Suite, String>,
        noise: &[KeptNoise],
    ) -> Known {
        let (mut suite, mut problem) = match read {
            Ok(suite) => (suite, None),
            Err(problem) => (Suite::default(), Some(problem)),
        };
        let accepted = noise.iter().filter(|it| it.suite == name).map(|it| it.rule.clone());
        suite.noise.extend(accepted);
        if problem.is_none() {
            problem = self.ports.comparer.check(&name, &suite).err();
        }
        let changing = suite.probes.iter().filter(|it| it.changes_something()).map(Probe::words);
        let brief = SuiteBrief {
            origin,
            probes: many(suite.probes.len()),
            changing: changing.collect(),
            noise: many(suite.noise.len()),
            digest: digest_of(&suite),
            problem,
            name,
        };
        Known { brief, suite, remarks: Vec::new() }
    }

    /// Reads the suites of the repository at the commit that is being released. Says whether anything changed.
    pub(super) async fn read_repository(&self) -> bool {
        let commit = commit(&self.snapshot());
        let read = match &commit {
            Some(commit) => self.repository_files(commit).await,
            None => Ok(Vec::new()),
        };
        let mut known = lock(&self.comparison.repository);
        let before = (known.commit.clone(), known.problem.clone());
        match read {
            Ok(files) => {
                let of = |file| self.of_repository(file, commit.as_deref().unwrap_or_default());
                let suites = files.into_iter().map(of).collect();
                *known = Repository { commit, suites, problem: None };
            }
            Err(problem) => known.problem = Some(problem),
        }
        before != (known.commit.clone(), known.problem.clone())
    }

    async fn repository_files(&self, commit: &str) -> Result<Vec<SourceFile>, String> {
        let definition = self.ports.pipelines.definition(&self.settings.pipeline).await;
        let definition = definition.map_err(|error| self.unread(&error))?;
        let mut actions = definition.stages.iter().flat_map(|stage| &stage.actions);
        let Some(repository) = actions.find_map(|action| action.repository.as_deref()) else {
            return Err("The pipeline’s source is not CodeCommit: import its suites here.".to_owned());
        };
        let files = self.ports.sources.files(repository, commit, FOLDER, ENDING).await;
        files.map_err(|error| self.unread(&error))
    }

    fn unread(&self, error: &PortError) -> String {
        tracing::warn!(service.id = self.name(), error = %chain(error), "suites of the repository not read");
        format!("The suites of the repository could not be read: {}", error.sentence())
    }

    fn of_repository(&self, file: SourceFile, commit: &str) -> OfRepository {
        let stem = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(ENDING).to_owned();
        let (name, read) = match self.ports.comparer.read(&file.text) {
            Ok((name, suite)) => (name, Ok(suite)),
            Err(problem) => (stem, Err(format!("{}: {problem}", file.path))),
        };
        OfRepository { name, path: file.path, commit: commit.to_owned(), read }
    }
}

/// The commit whose suites count: that of the release, or what production runs.
pub(super) fn commit(snapshot: &Snapshot) -> Option<String> {
    let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
    let released = release.and_then(|release| release.commit.as_ref()).map(|commit| commit.id.clone());
    released.or_else(|| snapshot.tasks()?.primary()?.commit.clone())
}

fn digest_of(suite: &Suite) -> String {
    let mut digest = digest::hex(serde_json::to_string(suite).unwrap_or_default());
    digest.truncate(16);
    digest
}
