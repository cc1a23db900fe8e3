//! `viridian check`: credentials, permissions and names, each in a line, with the mend of each that fails.

mod table;

use viridian_aws::{
    calls::Calls,
    check::{CheckOutcome, Finding, calls, identity},
    connect,
};
use viridian_domain::port::Fault;
use viridian_shared::notice::Notice;

pub use self::table::{Line, Mark};
use crate::config::{CREDENTIALS, Config, Options, REACH, ServiceConfig, resolve};

/// Checks everything and prints the table. Gives whether nothing failed.
pub async fn run(options: Options) -> Result<bool, String> {
    let lines = lines(&resolve(options.read().await?).await).await;
    table::print(&lines);
    Ok(lines.iter().all(|line| line.mark != Mark::Fails))
}

/// Checks everything that a configuration names.
pub async fn lines(config: &Config) -> Vec<Line> {
    let mut lines = people(config);
    for service in &config.services {
        lines.extend(check(service, &config.calls).await);
    }
    lines
}

fn people(config: &Config) -> Vec<Line> {
    let what = "Signing in".to_owned();
    let line = match &config.identity {
        Some(identity) if identity.roles.is_empty() => Line {
            mend: "Name the groups of the identity provider that may act, under [identity.roles].".to_owned(),
            ..Line::new("console", what, Mark::Fails, "everybody looks on, and nobody may act")
        },
        Some(_) => Line::new("console", what, Mark::Fine, "at the identity provider"),
        None if !config.people.is_empty() => {
            Line::new("console", what, Mark::Fine, &format!("{} people by key", config.people.len()))
        }
        // The stack may bring them.
        None if config.services.iter().any(is_unread) => {
            Line::new("console", what, Mark::Unknown, "not known while a stack cannot be read")
        }
        None if config.is_sandbox() => Line::new("console", what, Mark::Fine, "anybody, as in every sandbox"),
        None => Line {
            mend: "Name people with --people FILE, or configure an identity provider.".to_owned(),
            ..Line::new("console", what, Mark::Fails, "nobody can")
        },
    };
    vec![line]
}

/// Whether a service's stack could not be read.
fn is_unread(service: &ServiceConfig) -> bool {
    service.stack.as_ref().is_some_and(|reading| reading.found.is_none())
}

async fn check(service: &ServiceConfig, counted: &Calls) -> Vec<Line> {
    let name = service.name.as_str();
    let mut lines: Vec<Line> = service.notices.iter().map(|notice| lacking(name, notice)).collect();
    let clients = connect(&service.access(), counted).await;
    let identity = match identity(&clients).await {
        Ok(identity) => identity,
        Err(error) => {
            let mend = if error.fault == Fault::Unreachable { REACH } else { CREDENTIALS };
            lines.push(Line {
                mend: mend.to_owned(),
                ..Line::new(name, "Credentials".to_owned(), Mark::Fails, &error.sentence())
            });
            return lines;
        }
    };
    let who = format!("{} in account {}", identity.arn, identity.account);
    lines.push(Line::new(name, "Credentials".to_owned(), Mark::Fine, &who));
    let names = service.names();
    if let Some(role) = identity.other_role(&names) {
        let said = format!("{} is not the asking one: IAM is asked what it may", short(role));
        lines.push(Line::new(name, "The console’s role".to_owned(), Mark::Fine, &said));
    }
    let findings = calls(&clients, &identity, &service.region, &names).await;
    lines.extend(findings.iter().map(|finding| line(name, finding)));
    lines
}

fn lacking(service: &str, notice: &Notice) -> Line {
    Line {
        mend: notice.mend.clone(),
        ..Line::new(service, "Configuration".to_owned(), Mark::Fails, &notice.text)
    }
}

fn line(service: &str, finding: &Finding) -> Line {
    let Finding { action, about, outcome } = finding;
    let what = format!("{action} on {}", short(about));
    let (mark, said, mend) = match outcome {
        CheckOutcome::Fine => (Mark::Fine, String::new(), String::new()),
        CheckOutcome::Denied => (
            Mark::Fails,
            "who asks may not do this".to_owned(),
            format!("Allow {action} on {about} to these credentials."),
        ),
        CheckOutcome::Forbidden => (
            Mark::Fails,
            "the console’s role may not do this".to_owned(),
            format!("Allow {action} on {about} in the role’s policy."),
        ),
        CheckOutcome::Missing => (
            Mark::Fails,
            "there is nothing of this name".to_owned(),
            format!("Correct the name {about}, or deploy it again."),
        ),
        CheckOutcome::Unchecked(why) => (Mark::Unknown, format!("not checked: {why}"), String::new()),
        CheckOutcome::Failed(said) => {
            (Mark::Fails, said.clone(), "Try again; if it stays, look it up in AWS’s own console.".to_owned())
        }
    };
    Line { mend, ..Line::new(service, what, mark, &said) }
}

/// The end of an ARN or a URL that tells it from others.
fn short(about: &str) -> &str {
    if about.starts_with("arn:") || about.contains("://") {
        about.rsplit(['/', ':']).next().unwrap_or(about)
    } else {
        about
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_fails_says_what_mends_it() {
        let of = |outcome| {
            let about = "arn:aws:states:r:1:stateMachine:swap".to_owned();
            line("web", &Finding { action: "states:StartExecution", about, outcome })
        };
        let denied = of(CheckOutcome::Forbidden);
        assert_eq!((denied.mark, denied.what.as_str()), (Mark::Fails, "states:StartExecution on swap"));
        assert!(denied.mend.contains("Allow states:StartExecution on arn:aws:states:r:1:stateMachine:swap"));
        let unknown = of(CheckOutcome::Unchecked("the role may not ask IAM".to_owned()));
        assert!(unknown.mark == Mark::Unknown && unknown.mend.is_empty());
        assert_eq!(of(CheckOutcome::Fine).mark, Mark::Fine);
    }

    #[test]
    fn nobody_who_can_sign_in_or_act_is_a_failure() {
        assert_eq!(
            people(&Config { services: vec![ServiceConfig::default()], ..Config::default() })[0].mark,
            Mark::Fails
        );
        let signer = "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/a/b".to_owned();
        let identity = Some(crate::config::IdentityConfig::of_signer(signer));
        assert_eq!(people(&Config { identity, ..Config::default() })[0].mark, Mark::Fails);
    }
}
