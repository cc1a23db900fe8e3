//! Words for what AWS names in its own way.

use serde_json::Value;

use crate::port::pipelines::Trigger;

/// `DeployGreen`, `deploy-green` and `Deploy_Green` give "Deploy green"; capitals of an abbreviation stay. One
/// cleans up, and approves a clean-up.
pub(super) fn title(action: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in action.chars() {
        let starts = c.is_uppercase() && (last.is_lowercase() || last.is_ascii_digit());
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else if starts || words.is_empty() {
            words.push(c.to_string());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
        last = c;
    }
    let words = words.iter().filter(|word| !word.is_empty()).map(|word| {
        if word.chars().count() > 1 && word.chars().all(char::is_uppercase) {
            word.clone()
        } else {
            word.to_lowercase()
        }
    });
    capital(&words.collect::<Vec<_>>().join(" ").replace(" clean up", " clean-up"))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Who or what started an execution.
pub(super) fn trigger(trigger: &Trigger) -> String {
    match trigger.kind.as_str() {
        "StartPipelineExecution" => match trigger.detail.as_deref() {
            Some(detail) if !detail.is_empty() => principal(detail),
            _ => "hand".to_owned(),
        },
        "CreatePipeline" => "the creation of the pipeline".to_owned(),
        "ManualRollback" | "AutomatedRollback" => "a rollback".to_owned(),
        _ => "a push".to_owned(),
    }
}

/// Digits in a session's name from which on no person chose it.
const MADE_UP: usize = 10;

/// Who an ARN speaks of: the name of a person's session or user; the role where a program named its session, as
/// a pipeline does after its execution.
pub(super) fn principal(arn: &str) -> String {
    let name = arn.rsplit(['/', ':']).next().unwrap_or(arn);
    let role = arn.split_once(":assumed-role/").and_then(|(_, rest)| Some(rest.rsplit_once('/')?.0));
    let is_made_up = name.chars().filter(char::is_ascii_digit).count() >= MADE_UP;
    match role {
        Some(role) if is_made_up && role.to_ascii_lowercase().contains("pipeline") => {
            "the pipeline".to_owned()
        }
        Some(role) if is_made_up => format!("the role {role}"),
        Some(_) if name == "events" => "a rule of EventBridge".to_owned(),
        _ if name == "codepipeline.amazonaws.com" => "the pipeline".to_owned(),
        _ if name == "root" => "the account’s root user".to_owned(),
        _ => name.to_owned(),
    }
}

/// Why an execution failed, from its error and cause; a cause in JSON speaks through its message.
pub(super) fn cause(error: Option<&str>, cause: Option<&str>) -> Option<String> {
    let told = cause.map(str::trim).filter(|cause| !cause.is_empty()).map(|cause| {
        let parsed: Option<Value> = serde_json::from_str(cause).ok();
        let message = parsed.as_ref().and_then(|value| {
            ["errorMessage", "ErrorMessage", "message", "Message", "Cause"]
                .iter()
                .find_map(|key| value.get(key)?.as_str())
        });
        message.unwrap_or(cause).to_owned()
    });
    told.or_else(|| error.map(str::to_owned).filter(|error| !error.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_words() {
        assert_eq!(title("DeployGreen"), "Deploy green");
        assert_eq!(title("Approve-Clean-Up"), "Approve clean-up");
        assert_eq!(title("CleanUp"), "Clean up");
        assert_eq!(title("approve_swap"), "Approve swap");
        assert_eq!(title("BuildAPI"), "Build API");
        assert_eq!(title(""), "");
    }

    #[test]
    fn a_cause_in_json_speaks_through_its_message() {
        assert_eq!(cause(Some("E"), Some(r#"{"errorMessage":"no"}"#)).as_deref(), Some("no"));
        assert_eq!(
            cause(Some("E"), Some("green did not become healthy")).as_deref(),
            Some("green did not become healthy")
        );
        assert_eq!(cause(Some("States.Timeout"), Some(" ")).as_deref(), Some("States.Timeout"));
        assert_eq!(cause(None, None), None);
    }

    #[test]
    fn a_release_is_started_by_a_person_or_a_push() {
        let by = |kind: &str, detail: Option<&str>| {
            trigger(&Trigger { kind: kind.to_owned(), detail: detail.map(str::to_owned) })
        };
        assert_eq!(by("StartPipelineExecution", Some("arn:aws:sts::1:assumed-role/r/kim")), "kim");
        assert_eq!(by("StartPipelineExecution", None), "hand");
        assert_eq!(by("CloudWatchEvent", Some("arn:aws:events:…")), "a push");
    }

    #[test]
    fn a_program_that_named_its_own_session_is_told_by_what_it_is() {
        let session =
            |role: &str, name: &str| principal(&format!("arn:aws:sts::1:assumed-role/{role}/{name}"));
        let id = "3f1c2a9e-7d41-4b0a-9c55-0e8b6a7d2f13";
        assert_eq!(session("Viridian-PipelineRole-1A2B", id), "the pipeline");
        assert_eq!(session("deployer", "botocore-session-1764500000"), "the role deployer");
        assert_eq!(session("rule", "events"), "a rule of EventBridge");
        assert_eq!(session("pipeline-operators", "kim"), "kim");
        assert_eq!(principal("codepipeline.amazonaws.com"), "the pipeline");
        assert_eq!(principal("arn:aws:iam::1:root"), "the account’s root user");
        assert_eq!(principal("arn:aws:iam::1:user/team/lee"), "lee");
    }
}
