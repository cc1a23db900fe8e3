//! Tells AWS what was decided on a gate, and finds out whether that was told before: by this console, by another one
//! over the same journal, or by somebody else.

use viridian_shared::{
    command::AnswerGate,
    journal::{Entry, GateName},
    people,
    pipeline::GateKind,
    snapshot::Snapshot,
    vote::Choice,
};

use super::Warrant;
use crate::{
    Service,
    port::{
        Fault, PageRequest, PortError,
        error::chain,
        pipelines::{ActionRun, ActionRunStatus, GateAnswer},
    },
};

/// In a sentence of the console itself, which names no operation of AWS.
pub(super) const GATE: &str = "gate";
/// As much as AWS takes.
const SUMMARY_LIMIT: usize = 512;
/// Characters of another’s comment that are told to whoever came second.
const SAID: usize = 100;
/// Digits of the journal's head in a summary: enough that no other journal ends with them.
const HEAD_DIGITS: usize = 32;
/// Digits that name a release and its evidence there.
const RELEASE_DIGITS: usize = 8;
const EVIDENCE_DIGITS: usize = 12;
/// How a summary ends.
const HEAD: &str = "journal ";

/// What AWS has of a decision.
pub(super) enum Told {
    /// The gate waits.
    Waits,
    /// It was answered so, by this console or by another one over the same journal.
    ByUs,
    /// It was answered by somebody else or with another choice, or has closed.
    Otherwise(Box<ActionRun>),
    /// AWS does not know the gate.
    Nothing,
}

/// Whether it was told before and is so already.
pub(super) type WasSaid = bool;

/// Answers a gate. What may have been said before, or was said and not heard of, is looked up.
pub(super) async fn say(
    service: &Service,
    warrant: &Warrant,
    answer: &GateAnswer,
) -> Result<WasSaid, PortError> {
    match service.ports.pipelines.answer(warrant, answer).await {
        Err(error) if may_be_ours(&error) => settle(service, answer, error).await,
        sent => sent.map(|()| false),
    }
}

/// A lost answer and a refusal may both follow on our own success: AWS knows.
fn may_be_ours(error: &PortError) -> bool {
    matches!(error.fault, Fault::Conflict | Fault::Unreachable)
}

async fn settle(service: &Service, answer: &GateAnswer, error: PortError) -> Result<WasSaid, PortError> {
    match told(service, answer).await {
        Ok(Told::ByUs) => Ok(true),
        Ok(Told::Otherwise(run)) => {
            let how =
                if run.status == ActionRunStatus::Succeeded { "approved" } else { "rejected, or closed," };
            let who = run.summary.or(run.updated_by).map(|text| format!(" ({})", said(&text)));
            let who = who.unwrap_or_default();
            let said = format!("this gate was {how} a moment ago{who}, so this decision was not counted");
            Err(PortError::new(Fault::Conflict, GATE, said).caused_by(error))
        }
        Ok(Told::Waits | Told::Nothing) => Err(error),
        Err(silent) => {
            tracing::debug!(service.id = service.name(), error = %chain(&silent), "a gate not looked up");
            Err(error)
        }
    }
}

/// What AWS has of this decision now.
pub(super) async fn told(service: &Service, answer: &GateAnswer) -> Result<Told, PortError> {
    let runs = service.ports.pipelines.runs(&answer.pipeline, &answer.execution).await?;
    let Some(run) = newest(runs, &answer.stage, &answer.action) else { return Ok(Told::Nothing) };
    if run.status == ActionRunStatus::InProgress {
        return Ok(Told::Waits);
    }
    let is_same = run.status == status(answer.choice) && is_ours(service, &run, answer).await?;
    Ok(if is_same { Told::ByUs } else { Told::Otherwise(Box::new(run)) })
}

/// Whether AWS has the gate open, as far as it knows of it.
pub(super) async fn waits(service: &Service, command: &AnswerGate) -> Result<bool, PortError> {
    let runs = service.ports.pipelines.runs(&service.settings.pipeline, &command.release).await?;
    let newest = newest(runs, &command.stage, &command.action);
    Ok(newest.is_none_or(|run| run.status == ActionRunStatus::InProgress))
}

fn newest(runs: Vec<ActionRun>, stage: &str, action: &str) -> Option<ActionRun> {
    let here = runs.into_iter().filter(|run| run.stage == stage && run.action == action);
    here.max_by_key(|run| run.started_at)
}

fn status(choice: Choice) -> ActionRunStatus {
    if choice == Choice::Approve { ActionRunStatus::Succeeded } else { ActionRunStatus::Failed }
}

/// It says what we say, or names an entry as our journal has it.
async fn is_ours(service: &Service, run: &ActionRun, answer: &GateAnswer) -> Result<bool, PortError> {
    let Some(summary) = run.summary.as_deref().map(str::trim) else { return Ok(false) };
    if summary == answer.summary {
        return Ok(true);
    }
    let Some((number, digits)) = head(summary) else { return Ok(false) };
    let ask =
        PageRequest { service: Some(service.name().to_owned()), before: number.checked_add(1), limit: 1 };
    let page = service.ports.journal.page(&ask).await?;
    Ok(page
        .entries
        .first()
        .is_some_and(|entry| entry.number == number && first(&entry.digest, HEAD_DIGITS) == digits))
}

/// Where the journal stood, as a summary ends.
fn head(summary: &str) -> Option<(u64, &str)> {
    let (_, end) = summary.strip_suffix(')')?.rsplit_once(HEAD)?;
    let (number, digits) = end.split_once(':')?;
    (digits.len() == HEAD_DIGITS).then_some((number.parse().ok()?, digits))
}

/// What AWS keeps of a decision, without where the journal stood, and no longer than a sentence takes.
fn said(summary: &str) -> String {
    let text = [" (release ", " (journal "]
        .iter()
        .fold(summary, |text, head| text.split(head).next().unwrap_or_default());
    let kept: String = text.chars().take(SAID).collect();
    if kept.len() < text.len() { format!("{}…", kept.trim_end()) } else { kept }
}

/// Whose votes decided what on which evidence, and why, as AWS keeps it.
pub(super) fn decision(
    voters: &[String],
    comment: &str,
    (release, evidence): (&str, &str),
    intent: &Entry,
) -> String {
    let names: Vec<_> = voters.iter().map(|name| people::shown(name)).collect();
    let (release, evidence) = (first(release, RELEASE_DIGITS), first(evidence, EVIDENCE_DIGITS));
    put(&names.join(", "), comment, &format!("release {release}, evidence {evidence}, "), intent)
}

/// Who decided and why, as AWS keeps it; and where the journal stood then, so that a journal that was cut or made
/// anew can be held against what AWS keeps.
pub(super) fn summary(intent: &Entry, comment: &str) -> String {
    put(people::shown(intent.person.as_deref().unwrap_or_default()), comment, "", intent)
}

fn put(who: &str, comment: &str, on: &str, intent: &Entry) -> String {
    let text = if comment.trim().is_empty() { who.to_owned() } else { format!("{who}: {}", comment.trim()) };
    let digits = first(&intent.digest, HEAD_DIGITS);
    let head = format!(" ({on}{HEAD}{}:{digits})", intent.number);
    let room = SUMMARY_LIMIT - head.chars().count();
    text.chars().take(room).chain(head.chars()).collect()
}

fn first(text: &str, digits: usize) -> &str {
    text.get(..digits).unwrap_or(text)
}

/// What a gate decides, as the journal names it.
pub(super) fn gate(snapshot: &Snapshot, stage: &str, action: &str) -> GateName {
    let step = snapshot.pipeline().and_then(|pipeline| pipeline.step(stage, action));
    GateName {
        kind: step.and_then(|step| step.gate.as_ref()).map_or(GateKind::Other, |gate| gate.kind),
        title: step.map_or_else(|| action.to_owned(), |step| step.title.clone()),
    }
}

#[cfg(test)]
mod tests {
    use viridian_shared::{
        journal::{EntryKind, Fact},
        time::Timestamp,
    };

    use super::*;

    fn intent(person: &str) -> Entry {
        Entry {
            number: 1_585,
            at: Timestamp::UNIX_EPOCH,
            service: "shop".to_owned(),
            release: None,
            person: Some(person.to_owned()),
            kind: EntryKind::Intent,
            about: "vote".to_owned(),
            fact: Fact::Prose { text: String::new() },
            closes: None,
            digest: "0123456789abcdef".repeat(4),
        }
    }

    #[test]
    fn a_summary_names_the_voter_and_the_journal_and_fits_what_aws_takes() {
        let head = "(journal 1585:0123456789abcdef0123456789abcdef)";
        assert_eq!(summary(&intent("kim"), " checked "), format!("kim: checked {head}"));
        assert_eq!(summary(&intent("kim"), "  "), format!("kim {head}"));
        let long = summary(&intent("kim"), &"ä".repeat(600));
        assert_eq!(long.chars().count(), SUMMARY_LIMIT);
        assert!(long.ends_with(head));
    }

    #[test]
    fn a_summary_says_where_the_journal_stood() {
        let written = summary(&intent("kim"), "of (journal 7:x)");
        assert_eq!(head(&written), Some((1_585, "0123456789abcdef0123456789abcdef")));
        for other in ["kim", "kim (journal 7:0123)", "(journal x:0123456789abcdef0123456789abcdef)"] {
            assert_eq!(head(other), None, "{other}");
        }
    }
}
