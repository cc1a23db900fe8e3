//! A report as one page that needs nothing else: no script, no font, no picture, no network.

mod difference;
mod escape;

use viridian_shared::comparison::finding::{Finding, Judgement, Ruling};

use super::{OfProbe, Report, proof};
use crate::difference::rule;
use difference::{example, of_probe};
pub(in crate::report) use escape::escaped;

const STYLE: &str = include_str!("html/report.css");

pub(super) fn write(report: &Report) -> String {
    let mut page = Page::default();
    let title = format!("{}: {}", report.suite, report.verdict.words());
    page.put(&format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(&title),
    ));
    head(report, &mut page);
    findings(report, &mut page);
    noise(report, &mut page);
    probes(report, &mut page);
    page.put("</body>\n</html>\n");
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn put(&mut self, markup: &str) {
        self.0.push_str(markup);
    }
}

fn head(report: &Report, page: &mut Page) {
    let verdict = report.verdict;
    let (class, word) = match (verdict.bugs, verdict.open, report.is_empty()) {
        (_, _, true) => ("waiting", "Nothing was compared"),
        (0, 0, _) if !report.warnings.is_empty() => ("waiting", "Not clear, since there is a warning"),
        (0, 0, _) => ("ok", "Clear"),
        (0, ..) => ("waiting", "Open findings"),
        _ => ("bad", "Bugs"),
    };
    page.put(&format!(
        "<header>\n<h1>{}</h1>\n<p class=\"verdict {class}\"><strong>{word}</strong> {}</p>\n<dl>\n",
        escaped(&report.suite),
        escaped(&verdict.words()),
    ));
    for warning in &report.warnings {
        page.put(&format!("<div><dt>Warning</dt><dd>{}</dd></div>\n", escaped(warning)));
    }
    for proof in &report.proofs {
        page.put(&format!("<div><dt>Proof</dt><dd>{}</dd></div>\n", escaped(&proof::words(proof))));
    }
    let latency = format!("Green against blue: {}", report.latency.words);
    for (name, value) in [
        ("Blue", report.blue.to_string()),
        ("Green", report.green.to_string()),
        ("At", report.at.to_string()),
        ("Run", report.run.clone()),
        ("Release", report.release.clone()),
        ("Latency", latency),
    ] {
        page.put(&format!("<div><dt>{name}</dt><dd>{}</dd></div>\n", escaped(&value)));
    }
    page.put("</dl>\n</header>\n");
}

fn findings(report: &Report, page: &mut Page) {
    page.put("<main>\n<h2>Findings</h2>\n");
    if report.findings.is_empty() {
        return page.put("<p>Nothing differs that is not accepted as noise.</p>\n");
    }
    let mut findings: Vec<_> = report.findings.iter().map(|it| (it.ruling.as_ref(), it)).collect();
    findings.sort_by_key(|(ruling, _)| rank(*ruling));
    for (ruling, finding) in findings {
        of_finding(finding, ruling, page);
    }
}

/// Bugs first, then what nobody has ruled on.
fn rank(ruling: Option<&Ruling>) -> u8 {
    match ruling.map(|it| it.judgement) {
        Some(Judgement::Bug) => 0,
        None => 1,
        Some(Judgement::Intended) => 2,
        Some(Judgement::Noise) => 3,
    }
}

fn of_finding(finding: &Finding, ruling: Option<&Ruling>, page: &mut Page) {
    let (class, word) = match ruling.map(|it| it.judgement) {
        None => ("waiting", "open"),
        Some(Judgement::Bug) => ("bad", "bug"),
        Some(Judgement::Intended) => ("ok", "intended"),
        Some(Judgement::Noise) => ("idle", "noise"),
    };
    page.put(&format!(
        "<article id=\"{0}\">\n<h3><span class=\"badge {class}\">{word}</span> {1}</h3>\n",
        escaped(&finding.id),
        escaped(&finding.title),
    ));
    page.put(&format!(
        "<p class=\"facts\">{} in {}; first seen in {}; <code>{}</code></p>\n",
        count(finding.count as usize, "difference"),
        escaped(&finding.probes.join(", ")),
        escaped(&finding.first_seen),
        escaped(&finding.id),
    ));
    if let Some(ruling) = ruling {
        let said = format!("{} by {}: {}", word, ruling.by, ruling.reason);
        page.put(&format!("<p class=\"facts\">Ruled {}</p>\n", escaped(&said)));
    }
    page.put(&example([&finding.example.blue, &finding.example.green]));
    page.put("</article>\n");
}

/// What blue's own answers suggest; nothing of it was hidden.
fn noise(report: &Report, page: &mut Page) {
    let assessed = report.probes.iter().filter_map(|it| Some((it, it.assessment.as_ref()?)));
    let mut rows = Vec::new();
    for (probe, assessment) in assessed {
        for proposal in &assessment.lesson.varying {
            rows.push(format!(
                "<tr><td>{}</td><td><code>{}</code></td><td>{} of {}</td></tr>\n",
                escaped(&probe.name),
                escaped(&rule::words(&proposal.place)),
                proposal.seen,
                proposal.of,
            ));
        }
    }
    if rows.is_empty() {
        return;
    }
    page.put(
        "<h2>Perhaps noise</h2>\n<p>This differs between blue and blue. It counts until a person accepts it as a \
         rule of the suite, with a name and a reason.</p>\n<table>\n<thead><tr><th>Probe</th><th>Place</th>\
         <th>Differed</th></tr></thead>\n<tbody>\n",
    );
    page.put(&rows.concat());
    page.put("</tbody>\n</table>\n");
}

fn probes(report: &Report, page: &mut Page) {
    page.put("<h2>Probes</h2>\n");
    for probe in &report.probes {
        section(probe, page);
    }
    page.put("</main>\n");
}

fn section(probe: &OfProbe, page: &mut Page) {
    let request = format!("{} {}", probe.method, probe.path);
    let Some(assessment) = &probe.assessment else {
        page.put(&format!(
            "<p class=\"probe\"><span class=\"badge idle\">not sent</span> {} <code>{}</code> It may change \
             something and was not allowed to.</p>\n",
            escaped(&probe.name),
            escaped(&request),
        ));
        return;
    };
    let visible = assessment.outcome.visible().count() + assessment.outcome.unlisted;
    let (class, word) =
        if visible == 0 { ("ok", "same".to_owned()) } else { ("waiting", count(visible, "difference")) };
    page.put(&format!(
        "<details class=\"probe\"><summary><span class=\"badge {class}\">{word}</span> {} <code>{}</code> \
         <span class=\"facts\">{}</span></summary>\n",
        escaped(&probe.name),
        escaped(&request),
        escaped(&assessment.latency.words),
    ));
    page.put(&of_probe(assessment));
    page.put("</details>\n");
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
