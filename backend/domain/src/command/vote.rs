//! Says yes or no on the gate that is open: the vote is kept with its evidence, and AWS is told once.

use async_trait::async_trait;
use viridian_shared::{
    command::{Receipt, VoteOnGate},
    comparison::run::RunBrief,
    journal::Entry,
    people,
    pipeline::GateKind,
    vote::{Choice, Vote},
};

use super::{Found, Run};
use crate::{
    Context, Error, Service,
    evidence::evidence,
    port::{
        Fault, PortError,
        pipelines::{GateAnswer, Run as ActionRun, RunStatus},
    },
    service::Done,
};

/// As much as AWS takes.
const SUMMARY_LIMIT: usize = 512;

#[async_trait]
impl Run for VoteOnGate {
    async fn run(self, service: &Service, ctx: &Context) -> Result<Receipt, Error> {
        let permit = service.permit(ctx, &self).await?;

        service.rule(ctx, &self).await?;

        let shown = shown(service, &self).await?;
        let what = what(service, &self);
        let seen = evidence(&service.snapshot(), shown.as_ref());
        let verb = if self.choice == Choice::Approve { "approve" } else { "reject" };
        let view = in_view(&self);
        let text = format!("{verb} {what}{view}, on evidence {}", seen.get(..12).unwrap_or(&seen));
        let warrant = service.open(ctx, permit, &self, &text).await?;

        let answer = answer(service, &self, &ctx.person.name);
        let sent = match service.ports.pipelines.answer(&warrant, &answer).await {
            Err(error) if may_be_ours(&error) => settle(service, &answer, error).await,
            sent => sent,
        };

        service.close(ctx, warrant, sent.map(|()| done(&self, &ctx.person.name, ctx.at, &what, seen))).await
    }

    async fn found(self, service: &Service, intent: &Entry) -> Result<Found, PortError> {
        let person = intent.person.clone().unwrap_or_default();
        let answer = answer(service, &self, &person);
        let seen = intent.text.rsplit("evidence ").next().unwrap_or_default().to_owned();
        Ok(match present_run(service, &answer).await? {
            Some(run) if is_ours(&run, &answer) => {
                Found::Done(Box::new(done(&self, &person, intent.at, &what(service, &self), seen)))
            }
            Some(run) if run.status == RunStatus::InProgress => {
                Found::NotDone("The decision did not reach AWS; the gate is still open.".to_owned())
            }
            Some(_) => Found::NotDone("The gate was answered by somebody else, or has closed.".to_owned()),
            None => Found::Unknown("Nothing can be said of this gate any more.".to_owned()),
        })
    }
}

/// The comparison run that the voter had in front of them. A vote cannot speak of one that is not there, or of
/// another release's.
async fn shown(service: &Service, command: &VoteOnGate) -> Result<Option<RunBrief>, Error> {
    let Some(run) = &command.run else { return Ok(None) };
    let found = service.run_brief(run).await.map_err(Error::from_port)?;
    let unknown = || Error::Invalid(format!("There is no comparison run {run}. Reload the page."));
    let found = found.ok_or_else(unknown)?;
    if found.release.as_deref() != Some(command.release.as_str()) {
        return Err(Error::Invalid(format!("Comparison run {run} is of another release. Look again.")));
    }
    Ok(Some(found))
}

fn in_view(command: &VoteOnGate) -> String {
    command.run.as_ref().map(|run| format!(" with comparison run {run} in view")).unwrap_or_default()
}

fn answer(service: &Service, command: &VoteOnGate, person: &str) -> GateAnswer {
    GateAnswer {
        pipeline: service.settings.pipeline.clone(),
        execution: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        request: command.request.clone(),
        choice: command.choice,
        summary: summary(person, &command.comment),
    }
}

/// Who decided and why, as AWS keeps it.
fn summary(person: &str, comment: &str) -> String {
    let person = people::shown(person);
    let text =
        if comment.trim().is_empty() { person.to_owned() } else { format!("{person}: {}", comment.trim()) };
    text.chars().take(SUMMARY_LIMIT).collect()
}

/// A lost answer and a refusal may both follow on our own success: AWS knows.
fn may_be_ours(error: &PortError) -> bool {
    matches!(error.fault, Fault::Conflict | Fault::Unreachable)
}

async fn settle(service: &Service, answer: &GateAnswer, error: PortError) -> Result<(), PortError> {
    match present_run(service, answer).await {
        Ok(Some(run)) if is_ours(&run, answer) => Ok(()),
        Ok(Some(run)) if run.status != RunStatus::InProgress => {
            let who = run.summary.or(run.updated_by).unwrap_or_else(|| "nobody in time".to_owned());
            Err(PortError::new(
                Fault::Conflict,
                error.operation,
                format!("the gate was already answered: {who}"),
            )
            .caused_by(error))
        }
        _ => Err(error),
    }
}

async fn present_run(service: &Service, answer: &GateAnswer) -> Result<Option<ActionRun>, PortError> {
    let runs = service.ports.pipelines.runs(&answer.pipeline, &answer.execution).await?;
    Ok(runs
        .into_iter()
        .filter(|run| run.stage == answer.stage && run.action == answer.action)
        .max_by_key(|run| run.started_at))
}

fn is_ours(run: &ActionRun, answer: &GateAnswer) -> bool {
    let status = if answer.choice == Choice::Approve { RunStatus::Succeeded } else { RunStatus::Failed };
    run.status == status && run.summary.as_deref().is_some_and(|summary| summary.trim() == answer.summary)
}

/// What the gate decides, in a sentence: "the swap".
fn what(service: &Service, command: &VoteOnGate) -> String {
    let snapshot = service.snapshot();
    let step = snapshot.pipeline().and_then(|pipeline| pipeline.step(&command.stage, &command.action));
    match step.and_then(|step| step.gate.as_ref()).map(|gate| gate.kind) {
        Some(GateKind::ApproveSwap) => "the swap".to_owned(),
        Some(GateKind::ApproveCleanUp) => "the clean-up".to_owned(),
        Some(GateKind::Other) | None => {
            step.map_or_else(|| command.action.clone(), |step| format!("“{}”", step.title))
        }
    }
}

fn done(command: &VoteOnGate, person: &str, at: jiff::Timestamp, what: &str, evidence: String) -> Done {
    let verb = if command.choice == Choice::Approve { "approved" } else { "rejected" };
    let comment = match command.comment.trim() {
        "" => String::new(),
        comment => format!(": “{comment}”"),
    };
    let view = in_view(command);
    let mut done = Done::new(format!("You {verb} {what}."), format!("{verb} {what}{view}{comment}"));
    done.vote = Some(Vote {
        release: command.release.clone(),
        stage: command.stage.clone(),
        action: command.action.clone(),
        person: person.to_owned(),
        choice: command.choice,
        comment: command.comment.trim().to_owned(),
        at,
        evidence,
        run: command.run.clone(),
    });
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_the_voter_and_fits_what_aws_takes() {
        assert_eq!(summary("kim", " checked "), "kim: checked");
        assert_eq!(summary("kim", "  "), "kim");
        assert_eq!(summary("kim", &"ä".repeat(600)).chars().count(), SUMMARY_LIMIT);
    }
}
