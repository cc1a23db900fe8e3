//! Marks and words of the comparison: always an icon and a word.

use viridian_shared::{
    comparison::{
        finding::{Finding, Judgement, Verdict},
        latency::Latency,
        probe::{ProbeBrief, ProbeState},
        run::{RunBrief, RunStatus},
        suite::NoisePlace,
    },
    words::count,
};

use crate::{
    ui::icon::Icon,
    view::status::{Status, Tone},
};

fn status(tone: Tone, icon: Icon, word: impl Into<String>) -> Status {
    Status { tone, icon, word: word.into() }
}

/// What a run says.
pub fn of_verdict(verdict: Verdict) -> Status {
    if verdict.bugs > 0 {
        return status(Tone::Bad, Icon::Failed, count(verdict.bugs as usize, "bug", "bugs"));
    }
    match (verdict.open, verdict.ruled()) {
        (0, 0) => status(Tone::Ok, Icon::Done, "No differences"),
        (0, _) => status(Tone::Ok, Icon::Done, "Nothing open"),
        (open, _) => status(Tone::Waiting, Icon::Warning, format!("{open} open")),
    }
}

/// How a run stands, with its verdict in full where it has one.
pub fn of_run_in_full(run: &RunBrief) -> Status {
    match (&run.status, run.verdict) {
        (RunStatus::Ended, Some(verdict)) if verdict.open + verdict.ruled() > 0 => {
            of_run(run).saying(verdict.words())
        }
        _ => of_run(run),
    }
}

/// What there is to say of times in a table: the estimate, or that there is none.
pub fn latency(latency: &Latency) -> String {
    if latency.estimate.is_some() { latency.words.clone() } else { "not enough data".to_owned() }
}

/// How a run stands.
pub fn of_run(run: &RunBrief) -> Status {
    match (&run.status, run.verdict) {
        (RunStatus::Running, _) => status(Tone::Running, Icon::Running, "Under way"),
        (RunStatus::Ended, Some(verdict)) => of_verdict(verdict),
        (RunStatus::Ended, None) => status(Tone::Idle, Icon::Unknown, "Ended"),
        (RunStatus::Stopped(by), _) => status(Tone::Idle, Icon::Failed, format!("Stopped by {by}")),
        (RunStatus::BrokenOff, _) => status(Tone::Idle, Icon::Failed, "Broken off"),
        (RunStatus::Failed(_), _) => status(Tone::Bad, Icon::Failed, "Failed"),
    }
}

/// How a finding stands.
pub fn of_finding(finding: &Finding) -> Status {
    match finding.ruling.as_ref().map(|ruling| ruling.judgement) {
        None => status(Tone::Waiting, Icon::Warning, "Open"),
        Some(Judgement::Intended) => status(Tone::Ok, Icon::Done, "Intended"),
        Some(Judgement::Bug) => status(Tone::Bad, Icon::Failed, "Bug"),
        Some(Judgement::Noise) => status(Tone::Idle, Icon::Noise, "Noise"),
    }
}

/// How a probe stands; `findings` are those of its run.
pub fn of_probe(probe: &ProbeBrief, findings: &[Finding]) -> Status {
    let open = findings.iter().filter(|it| it.ruling.is_none() && probe.findings.contains(&it.id)).count();
    match probe.state {
        ProbeState::Same => status(Tone::Ok, Icon::Done, "Same"),
        ProbeState::Differs if open == 0 => status(Tone::Ok, Icon::Done, "Differs, ruled"),
        ProbeState::Differs => status(Tone::Waiting, Icon::Warning, format!("{open} open")),
        ProbeState::Unanswered => status(Tone::Bad, Icon::Failed, "No answer"),
        ProbeState::NotSent => status(Tone::Idle, Icon::Ahead, "Not sent"),
    }
}

/// What a noise rule hides, in words.
pub fn noise(place: &NoisePlace) -> String {
    let also = |whole: bool| if whole { ", also when it is missing" } else { "" };
    match place {
        NoisePlace::Header { header, part: None } => format!("the value of the header {header}"),
        NoisePlace::Header { header, part: Some(part) } => {
            format!("the value of {part} in the header {header}")
        }
        NoisePlace::Cookie { cookie } => format!("the value of the cookie {cookie}"),
        NoisePlace::Json { path, whole } => format!("the value at {path}{}", also(*whole)),
        NoisePlace::Html { selector, whole, only: None } => {
            format!("what is within {selector}{}", also(*whole))
        }
        NoisePlace::Html { selector, whole, only: Some(only) } => {
            format!("{only} of {selector}{}", also(*whole))
        }
        NoisePlace::Text { pattern } => format!("what /{pattern}/ finds"),
    }
}

/// "200 = 200", "200 ≠ 500", "– ≠ 200".
pub fn statuses(probe: &ProbeBrief) -> String {
    let word = |status: Option<u16>| status.map_or_else(|| "–".to_owned(), |status| status.to_string());
    let sign = if probe.blue_status == probe.green_status { "=" } else { "≠" };
    format!("{} {sign} {}", word(probe.blue_status), word(probe.green_status))
}

/// "1.2 kB", "16 MB".
pub fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
    let number = bytes as f64;
    let fixed = |number: f64, unit: &str| {
        let digits = u32::from(number < 10.0);
        format!("{} {unit}", viridian_shared::words::fixed(number, digits))
    };
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => fixed(number / 1e3, "kB"),
        _ => fixed(number / 1e6, "MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use viridian_shared::sample;

    #[test]
    fn a_bug_is_told_before_what_is_open() {
        let verdict = Verdict { open: 3, bugs: 1, ..Verdict::default() };
        assert_eq!(of_verdict(verdict).word, "1 bug");
        assert_eq!(of_verdict(Verdict { bugs: 0, ..verdict }).word, "3 open");
        assert_eq!(of_verdict(Verdict::default()).word, "No differences");
    }

    #[test]
    fn a_probe_whose_findings_are_ruled_is_not_open() {
        let run = sample::run_whole();
        let probe = &run.probes[0];
        assert_eq!(of_probe(probe, &run.findings).word, "2 open");
        let ruled = ProbeBrief { findings: vec![run.findings[2].id.clone()], ..probe.clone() };
        assert_eq!(of_probe(&ruled, &run.findings).word, "Differs, ruled");
        let silent = ProbeBrief { blue_status: None, state: ProbeState::Unanswered, ..ruled };
        assert_eq!(
            (of_probe(&silent, &run.findings).word.as_str(), statuses(&silent).as_str()),
            ("No answer", "– ≠ 200")
        );
    }

    #[test]
    fn sizes_have_two_digits() {
        assert_eq!(
            [size(999), size(1_204), size(54_321), size(16_777_216)],
            ["999 B", "1.2 kB", "54 kB", "17 MB"]
        );
    }
}
