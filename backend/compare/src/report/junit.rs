//! A report as `JUnit` XML: a test case for each probe, a failure for each finding in it that is open or a bug.

use std::fmt::Write as _;

use viridian_shared::comparison::finding::{Finding, Judgement};

use super::{OfProbe, Report, html::escaped};

pub(super) fn write(report: &Report) -> String {
    let mut cases = String::new();
    let (mut failed, mut skipped) = (0, 0);
    for probe in &report.probes {
        let failures: Vec<_> = failures(report, probe).collect();
        failed += usize::from(!failures.is_empty());
        skipped += usize::from(probe.assessment.is_none());
        case(probe, &failures, &mut cases);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" \
         skipped=\"{skipped}\" timestamp=\"{}\">\n{cases}{}</testsuite>\n",
        escaped(&report.suite),
        report.probes.len(),
        report.at,
        report.warnings.iter().fold(String::new(), |all, it| {
            all + "  <system-out>Warning: " + &escaped(it) + "</system-out>\n"
        }),
    )
}

/// The findings in a probe that keep a person from approving.
fn failures<'r>(report: &'r Report, probe: &'r OfProbe) -> impl Iterator<Item = &'r Finding> {
    report.findings.iter().filter(|finding| {
        let ruling = finding.ruling.as_ref();
        finding.probes.contains(&probe.name) && ruling.is_none_or(|it| it.judgement == Judgement::Bug)
    })
}

fn case(probe: &OfProbe, failures: &[&Finding], out: &mut String) {
    let name = escaped(&probe.name);
    // Writing to a string cannot fail.
    let _ =
        writeln!(out, "  <testcase name=\"{name}\" classname=\"{} {}\">", probe.method, escaped(&probe.path));
    for finding in failures {
        let of = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let (blue, green) = (of(&finding.example.blue), of(&finding.example.green));
        let _ = writeln!(
            out,
            "    <failure type=\"{}\" message=\"{}\">blue: {}\ngreen: {}</failure>",
            finding.id,
            escaped(&finding.title),
            escaped(&blue),
            escaped(&green),
        );
    }
    if probe.assessment.is_none() {
        out.push_str("    <skipped message=\"it may change something and was not allowed to\"/>\n");
    }
    out.push_str("  </testcase>\n");
}
