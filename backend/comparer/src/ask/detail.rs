//! What came of each probe, in the words of the page.

use std::time::Duration;

use viridian_compare::{
    answer::{Elapsed, Names, WholeAnswer},
    body::{self, Kind},
    difference::Outcome,
    finding::id_of,
    probe::{Assessment, Attempt, Probe, Probed},
    report::Report,
};
use viridian_domain::port::comparer::{Capture, Order, RanProbe};
use viridian_shared::{
    colour::Colour,
    comparison::{
        probe::{Answer, ProbeBrief, ProbeDetail, ProbeState, Sample, Timing},
        suite::Header,
    },
};

use crate::{asset::Assets, body_limits, number, view};

pub(super) fn probes(
    order: &Order,
    report: &Report,
    answers: &[Probed],
    assets: &Assets,
    remarks: &mut Vec<String>,
) -> Vec<RanProbe> {
    let mut probes = Vec::with_capacity(answers.len());
    for (place, ((probe, of), probed)) in
        order.suite.probes.iter().zip(&report.probes).zip(answers).enumerate()
    {
        let pair = shown(probed);
        let (detail, whole) = detail(&order.run, probe, of.assessment.as_ref(), probed, pair);
        let said = of.assessment.iter().flat_map(|it| &it.outcome.remarks);
        remarks.extend(said.map(|remark| format!("{}: {remark}.", probe.name)));
        if !whole {
            remarks.push(format!("{}: an answer was too long to be kept whole.", probe.name));
        }
        let mut captures = Vec::new();
        for (colour, attempt) in [(Colour::Blue, pair.map(|it| it.0)), (Colour::Green, pair.map(|it| it.1))] {
            if let Some(Ok(answer)) = attempt {
                captures.push(body(colour, answer));
                captures.extend(assets.of(place, colour));
            }
        }
        probes.push(RanProbe { detail, captures });
    }
    probes
}

/// The last pair in which both answered, or else the last one.
fn shown(probed: &Probed) -> Option<(&Attempt, &Attempt)> {
    let pairs = || probed.blue.iter().zip(&probed.green).rev();
    pairs().find(|(blue, green)| blue.is_ok() && green.is_ok()).or_else(|| pairs().next())
}

fn body(colour: Colour, answer: &WholeAnswer) -> Capture {
    let kind = answer.header("content-type").next().unwrap_or_default().to_owned();
    Capture { colour, asset: None, kind, bytes: answer.body.kept.clone() }
}

fn answer(attempt: Option<&Attempt>) -> Option<&WholeAnswer> {
    attempt?.as_ref().ok()
}

fn timing_of(timing: &Elapsed) -> Timing {
    let milliseconds = |it: Duration| it.as_secs_f64() * 1_000.0;
    Timing {
        connect: timing.connect.map(milliseconds),
        first_byte: milliseconds(timing.first_byte),
        total: milliseconds(timing.total),
    }
}

/// With whether both bodies were kept whole.
fn detail(
    run: &str,
    probe: &Probe,
    assessment: Option<&Assessment>,
    probed: &Probed,
    pair: Option<(&Attempt, &Attempt)>,
) -> (ProbeDetail, bool) {
    let problem = |attempt: Option<&Attempt>| attempt.and_then(|it| Some(it.as_ref().err()?.to_string()));
    let (blue, green) = (pair.map(|it| it.0), pair.map(|it| it.1));
    let outcome = assessment.map(|it| &it.outcome);
    let samples = probed.blue.iter().zip(&probed.green).map(|(blue, green)| Sample {
        blue: blue.as_ref().ok().map(|it| timing_of(&it.timing)),
        green: green.as_ref().ok().map(|it| timing_of(&it.timing)),
    });
    let lesson = assessment.map(|it| &it.lesson);
    let whole = [answer(blue), answer(green)].into_iter().flatten().all(|it| it.body.is_whole());
    let detail = ProbeDetail {
        run: run.to_owned(),
        brief: brief(probe, assessment, (blue, green)),
        request: probe.clone(),
        blue: answer(blue).map(answer_of),
        green: answer(green).map(answer_of),
        blue_problem: problem(blue),
        green_problem: problem(green),
        differences: assessment.map(Assessment::shown).unwrap_or_default(),
        arrays: outcome.map(view::arrays).unwrap_or_default(),
        samples: samples.collect(),
        gathered: Vec::new(),
        noise_pairs: number(lesson.map_or(0, |it| it.pairs)),
        noise_pairs_apart: number(lesson.map_or(0, |it| it.pairs_apart)),
        views: match (answer(blue), answer(green)) {
            (Some(blue), Some(green)) => view::views([blue, green], outcome),
            _ => Vec::new(),
        },
        addresses: Vec::new(),
    };
    (detail, whole)
}

fn brief(
    probe: &Probe,
    assessment: Option<&Assessment>,
    (blue, green): (Option<&Attempt>, Option<&Attempt>),
) -> ProbeBrief {
    let status = |attempt: Option<&Attempt>| attempt.and_then(|it| Some(it.as_ref().ok()?.status));
    let (blue_status, green_status) = (status(blue), status(green));
    let outcome = assessment.map(|it| &it.outcome);
    let count = outcome.map_or(0, |it| it.visible().count());
    let mut findings: Vec<_> = outcome.into_iter().flat_map(Outcome::visible).map(id_of).collect();
    findings.sort();
    findings.dedup();
    ProbeBrief {
        name: probe.name.clone(),
        method: probe.method.clone(),
        path: probe.path.clone(),
        state: match outcome {
            None => ProbeState::NotSent,
            Some(_) if blue_status.is_none() || green_status.is_none() => ProbeState::Unanswered,
            Some(outcome) if outcome.is_same() => ProbeState::Same,
            Some(_) => ProbeState::Differs,
        },
        blue_status,
        green_status,
        differences: number(count),
        hidden: number(outcome.map_or(0, |it| it.hidden().count())),
        unlisted: number(outcome.map_or(0, |it| it.unlisted)),
        findings,
        compared_as: outcome.and_then(|it| it.compared_as),
        latency: assessment.map(|it| it.latency.clone()),
    }
}

fn answer_of(answer: &WholeAnswer) -> Answer {
    let plain = WholeAnswer { names: Names::default(), ..answer.clone() };
    let content = body::understand(&plain, body_limits());
    let is_readable = !content.bytes().is_empty() || content.kind == Kind::Empty;
    Answer {
        status: answer.status,
        version: answer.version.clone(),
        headers: answer.headers.iter().map(header).collect(),
        at: answer.at,
        tls: answer.tls.clone(),
        kind: content.kind,
        charset: content.charset.map(str::to_owned),
        length: answer.body.length,
        kept: answer.body.kept.len() as u64,
        decoded_length: is_readable.then_some(content.bytes().len() as u64),
        sha256: answer.body.sha256.clone(),
        redirect: answer.redirect().map(str::to_owned),
        troubles: content.troubles.iter().map(ToString::to_string).collect(),
    }
}

/// A header as it is kept. A cookie's value opens doors: what stands for it only tells one value from another.
fn header(header: &Header) -> Header {
    let plain = || Header { name: header.name.clone(), value: header.value.clone() };
    if header.name != "set-cookie" {
        return plain();
    }
    let (pair, attributes) = header.value.split_once(';').unwrap_or((&header.value, ""));
    let Some((name, value)) = pair.split_once('=') else { return plain() };
    let digest = viridian_domain::digest::hex(value);
    let separator = if attributes.is_empty() { "" } else { ";" };
    let shown = format!("{name}=…{}{separator}{attributes}", digest.get(..4).unwrap_or_default());
    Header { name: header.name.clone(), value: shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookies_value_is_not_kept_and_its_attributes_are() {
        let sent = |value: &str| Header { name: "set-cookie".to_owned(), value: value.to_owned() };
        let shown = header(&sent("session=abcdef0123; Path=/; HttpOnly")).value;
        assert!(shown.starts_with("session=…") && shown.ends_with("; Path=/; HttpOnly"), "{shown}");
        assert!(!shown.contains("abcdef"));
        assert_ne!(header(&sent("session=other")).value, header(&sent("session=abcdef0123")).value);
    }
}
