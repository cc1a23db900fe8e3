//! Who committed to a release since blue, and who started it: found out once for each release, as far as its policy
//! asks for that.

use std::{
    collections::{BinaryHeap, HashMap, HashSet},
    sync::PoisonError,
    time::Duration,
};

use tokio::time::Instant;
use viridian_shared::{
    ballot::Excluded,
    colour::{Colour, coloured},
    commit::short,
    pipeline::Release,
    snapshot::Snapshot,
};

use super::open_gate;
use crate::{
    Service,
    port::{Fault, PortError, Sources, error::chain, sources::SourceCommit},
    service::past::{Known, Past, Which},
};

/// After a failure it is asked again so soon.
const AGAIN: Duration = Duration::from_secs(20);
/// Commits of one release that are looked at.
const MOST: usize = 300;
/// Digits of a commit's full id.
const FULL: usize = 40;

impl Service {
    /// What is known by now of who does not vote.
    pub(super) fn past(&self, snapshot: &Snapshot) -> Past {
        let Some(of) = which(self, snapshot) else { return Ok(Vec::new()) };
        let known = self.known_past.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.as_ref().filter(|known| known.of == of) {
            Some(known) => known.past.clone(),
            None => Err("it is being found out".to_owned()),
        }
    }

    #[cfg(test)]
    pub(super) fn forget_past(&self) {
        *self.known_past.0.lock().unwrap() = None;
    }
}

/// The release whose past is wanted; none while the policy does not ask for it.
fn which(service: &Service, snapshot: &Snapshot) -> Option<Which> {
    let policy = service.settings.policies.of(open_gate(snapshot)?);
    if !policy.looks_back() {
        return None;
    }
    let release = snapshot.pipeline()?.release.as_ref()?;
    let sets = coloured(snapshot);
    let blue = sets.iter().find(|it| it.colour == Colour::Blue);
    Some(Which {
        release: release.id.clone(),
        green: release.commit.as_ref().map(|commit| commit.id.clone()),
        blue: blue.map(|blue| blue.set.commit.clone().unwrap_or_default()),
        policy: policy.version.clone(),
    })
}

/// Finds out what is wanted and not known, unless it failed a moment ago.
pub(super) async fn learn(service: &Service) {
    let snapshot = service.snapshot();
    let Some(of) = which(service, &snapshot) else { return };
    {
        let known = service.known_past.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = known
            .as_ref()
            .is_some_and(|known| known.of == of && (known.past.is_ok() || known.asked.elapsed() < AGAIN));
        if is_known {
            return;
        }
    }
    let past = excluded(service, &snapshot, &of).await;
    if let Err(why) = &past {
        tracing::warn!(service.id = service.name(), why, "who committed to the release is not known");
    }
    let known = Known { of, past, asked: Instant::now() };
    *service.known_past.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
}

async fn excluded(service: &Service, snapshot: &Snapshot, of: &Which) -> Past {
    let Some(kind) = open_gate(snapshot) else { return Ok(Vec::new()) };
    let policy = &service.settings.policies.of(kind).policy;
    let mut excluded = Vec::new();
    if !policy.committers_vote {
        excluded.extend(committers(service, of).await?);
    }
    if !policy.starter_votes {
        let release = snapshot.pipeline().and_then(|pipeline| pipeline.release.as_ref());
        excluded.extend(starter(service, release, of).await?);
    }
    Ok(excluded)
}

async fn committers(service: &Service, of: &Which) -> Past {
    let unread = |error: PortError| {
        tracing::debug!(service.id = service.name(), error = %chain(&error), "commits not read");
        error.sentence().trim_end_matches('.').to_owned()
    };
    let Some(green) = &of.green else { return Err("the release has no commit".to_owned()) };
    if of.blue.as_deref() == Some("") {
        return Err("the commit that production runs is not known".to_owned());
    }
    let definition = service.ports.pipelines.definition(&service.settings.pipeline).await.map_err(unread)?;
    let mut actions = definition.stages.iter().flat_map(|stage| &stage.actions);
    let Some(repository) = actions.find_map(|action| action.repository.as_deref()) else {
        return Err("the pipeline’s source is not CodeCommit".to_owned());
    };
    let commits =
        since(&*service.ports.sources, repository, green, of.blue.as_deref()).await.map_err(unread)?;
    let commits = commits.ok_or_else(|| format!("more than {MOST} commits lie between blue and green"))?;
    let mut excluded: Vec<Excluded> = Vec::new();
    for commit in commits {
        for (name, email) in commit.people {
            if excluded.iter().all(|it| (&it.name, &it.email) != (&name, &email)) {
                let why = format!("committed {} to this release", short(&commit.id));
                excluded.push(Excluded { name, email, why });
            }
        }
    }
    Ok(excluded)
}

/// Whom the journal names for a release that was started here, else whom AWS names.
async fn starter(service: &Service, release: Option<&Release>, of: &Which) -> Past {
    let here = service.ports.journal.started_by(service.name(), &of.release).await;
    let here = here.map_err(|error| error.sentence().trim_end_matches('.').to_owned())?;
    let there = || release.and_then(|release| release.started_by.clone());
    let why = "started this release".to_owned();
    Ok(here.or_else(there).map(|name| Excluded { name, email: String::new(), why }).into_iter().collect())
}

/// The commits that green has and blue has not, newest first; the one of green alone where nothing is in production.
/// None where there are too many.
async fn since(
    sources: &dyn Sources,
    repository: &str,
    green: &str,
    blue: Option<&str>,
) -> Result<Option<Vec<SourceCommit>>, PortError> {
    let first = sources.commit(repository, green).await?;
    let Some(blue) = blue else { return Ok(Some(vec![first])) };
    let is_blue = |id: &str| id.starts_with(blue) || blue.starts_with(id);
    let mut queue = BinaryHeap::from([(first.at, first.id.clone())]);
    let mut known = HashMap::from([(first.id.clone(), first)]);
    if let Some(commit) = of_production(sources, repository, blue).await? {
        queue.push((commit.at, commit.id.clone()));
        known.insert(commit.id.clone(), commit);
    }
    let (mut old, mut found) = (HashSet::new(), Vec::new());
    // Newest first, so that whatever blue has is marked before it is met on another way.
    while let Some((_, id)) = queue.pop() {
        let Some(commit) = known.get(&id).cloned() else { continue };
        let is_old = is_blue(&id) || old.contains(&id);
        for parent in &commit.parents {
            if is_old {
                old.insert(parent.clone());
            }
            if !known.contains_key(parent) {
                if known.len() >= MOST {
                    return Ok(None);
                }
                let parent = sources.commit(repository, parent).await?;
                queue.push((parent.at, parent.id.clone()));
                known.insert(parent.id.clone(), parent);
            }
        }
        if !is_old {
            found.push(commit);
        }
        if queue.iter().all(|(_, id)| is_blue(id) || old.contains(id)) {
            break;
        }
    }
    Ok(Some(found))
}

/// Blue's commit where it is named in full and is still in the repository.
async fn of_production(
    sources: &dyn Sources,
    repository: &str,
    blue: &str,
) -> Result<Option<SourceCommit>, PortError> {
    if blue.len() < FULL {
        return Ok(None);
    }
    match sources.commit(repository, blue).await {
        Err(error) if error.fault == Fault::Missing => Ok(None),
        found => found.map(Some),
    }
}
