//! Whether blue and green may be compared now, and whether a person may say what came of it.

mod noise;
mod suites;

pub use noise::{Reach, reaches};

use super::{Consequence, Refusal, Rule, invalid, limit, refuse};
use crate::{
    colour::{Colour, Coloured, coloured},
    command::{
        AcceptNoise, AskProbe, COMMENT_LIMIT, MOST_SAMPLES, NAME_LIMIT, RuleOnFinding, StartRun, StopRun,
        WithdrawNoise,
    },
    comparison::{
        Comparison,
        run::{Asker, Side},
        suite::{Probe, SuiteBrief, SuiteOrigin},
    },
    snapshot::Snapshot,
    traffic::Door,
    words::count,
};

/// Requests that only warm up, for each probe and colour.
const WARM_UP: u32 = 1;

/// Where each colour is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// Where production answers.
    pub blue: Side,
    /// Where testers reach green.
    pub green: Side,
}

/// The doors behind which each colour stands alone. Traffic that is shared between colours cannot be compared.
pub fn ends(snapshot: &Snapshot) -> Result<Ends, Refusal> {
    let Some(traffic) = snapshot.traffic() else { return refuse("The traffic was not read yet.") };
    let sets = coloured(snapshot);
    if !sets.iter().any(|it| it.colour == Colour::Green) {
        return refuse("There is no green to compare with.");
    }
    let service = &snapshot.service;
    let production = side(&traffic.production, &sets, service.production_url.as_deref(), "Production")?;
    let test = side(&traffic.test, &sets, service.test_url.as_deref(), "The test port");
    let is_blue = |it: &Result<(Colour, Side), Refusal>| matches!(it, Ok((Colour::Blue, _)));
    if production.0 == Colour::Green && !is_blue(&test) {
        return refuse("Production serves green now, and no port leads to blue any more.");
    }
    let test = test?;
    match (production, test) {
        ((Colour::Blue, blue), (Colour::Green, green)) | ((Colour::Green, green), (Colour::Blue, blue)) => {
            Ok(Ends { blue, green })
        }
        ((colour, _), _) => {
            refuse(format!("Production and the test port both lead to {}.", colour.word().to_lowercase()))
        }
    }
}

fn side(
    door: &Door,
    sets: &[Coloured<'_>],
    url: Option<&str>,
    name: &str,
) -> Result<(Colour, Side), Refusal> {
    let behind = |it: &&Coloured<'_>| {
        it.set.target_group.as_deref().is_some_and(|group| (door.share(group) - 1.0).abs() < f64::EPSILON)
    };
    let Some(it) = sets.iter().find(behind) else {
        return refuse(format!("{name} does not lead to one colour alone."));
    };
    let Some(url) = url else {
        return refuse(format!("The console does not know the address of {}.", name.to_lowercase()));
    };
    Ok((it.colour, Side { commit: it.set.commit.clone(), origin: origin(url).to_owned() }))
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let begin = url.find("://").map_or(0, |at| at + 3);
    url.get(begin..).and_then(|rest| rest.find('/')).map_or(url, |end| &url[..begin + end])
}

impl Rule for StartRun {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        let suite = usable(comparison, &self.suite)?;
        samples(self.samples)?;
        if let Some(other) = self.changes.iter().find(|it| !suite.changing.contains(it)) {
            return refuse(format!("{other} is not in {} any more. Look again.", suite.name));
        }
        let way = free(comparison)?;
        ends(snapshot)?;
        let probes = if self.probes.is_empty() {
            suite.probes as usize - suite.changing.len()
        } else {
            self.probes.len()
        };
        Ok(consequence(probes, self.samples, &self.changes) + way)
    }
}

impl Rule for AskProbe {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        probe(&self.probe)?;
        samples(self.samples)?;
        let words = self.probe.words();
        if self.probe.changes_something() && self.changes != [words.as_str()] {
            return invalid(format!("{words} may change something: confirm it first."));
        }
        let way = free(comparison)?;
        ends(snapshot)?;
        Ok(consequence(usize::from(self.changes.is_empty()), self.samples, &self.changes) + way)
    }
}

impl Rule for StopRun {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let comparison = read(snapshot)?;
        match &comparison.running {
            Some(running) if running.run == self.run && running.is_stopping => {
                refuse("This run is stopping already.")
            }
            Some(running) if running.run == self.run => {
                Ok("The run ends now. What it was told so far is dropped.".to_owned())
            }
            _ => refuse("This run has already ended."),
        }
    }
}

impl Rule for RuleOnFinding {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        read(snapshot)?;
        reason(&self.reason)?;
        Ok(match self.judgement {
            crate::comparison::finding::Judgement::Intended => {
                "It counts as intended in every run of this release, and is open again in the next one."
            }
            crate::comparison::finding::Judgement::Bug => {
                "It counts as a bug in every run that shows it, until it is gone or ruled otherwise."
            }
            crate::comparison::finding::Judgement::Noise => {
                "It counts as noise in every later run, of this release and of others."
            }
        }
        .to_owned())
    }

    fn as_if_typed(&self) -> Option<Self> {
        Some(Self { reason: "…".to_owned(), ..self.clone() })
    }
}

impl Rule for AcceptNoise {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let suite = known(read(snapshot)?, &self.suite)?;
        named(&self.name, "name of the rule")?;
        reason(&self.reason)?;
        let whom = self.probe.as_deref().map_or("all its probes".to_owned(), |probe| format!("“{probe}”"));
        let keeps = match suite.origin {
            SuiteOrigin::Repository { .. } => " The console keeps it beside the repository’s own.",
            SuiteOrigin::Console { .. } => "",
        };
        Ok(format!("From its next run on {} hides this in {whom}.{keeps}", suite.name))
    }
}

impl Rule for WithdrawNoise {
    fn judge(&self, snapshot: &Snapshot) -> Result<Consequence, Refusal> {
        let suite = known(read(snapshot)?, &self.suite)?;
        reason(&self.reason)?;
        Ok(format!("From its next run on {} shows what “{}” hides.", suite.name, self.name))
    }
}

fn read(snapshot: &Snapshot) -> Result<&Comparison, Refusal> {
    snapshot
        .comparison()
        .ok_or(Refusal { reason: "The suites were not read yet.".to_owned(), is_field: false })
}

fn known<'a>(comparison: &'a Comparison, suite: &str) -> Result<&'a SuiteBrief, Refusal> {
    comparison.suite(suite).ok_or(Refusal { reason: format!("There is no suite {suite}."), is_field: false })
}

fn usable<'a>(comparison: &'a Comparison, suite: &str) -> Result<&'a SuiteBrief, Refusal> {
    let suite = known(comparison, suite)?;
    match &suite.problem {
        Some(problem) => refuse(problem.clone()),
        None => Ok(suite),
    }
}

/// One run at a time: two would disturb each other's times. The sentinel's gives way to a person's, since it
/// comes again by itself; what is said of that follows.
fn free(comparison: &Comparison) -> Result<&'static str, Refusal> {
    match &comparison.running {
        Some(running) if running.by == Asker::Sentinel => Ok(" The sentinel’s run gives way."),
        Some(running) => refuse(format!("Run {} is under way. Wait, or stop it.", running.run)),
        None => Ok(""),
    }
}

fn samples(samples: u32) -> Result<(), Refusal> {
    if (1..=MOST_SAMPLES).contains(&samples) {
        Ok(())
    } else {
        invalid(format!("1 to {MOST_SAMPLES} samples."))
    }
}

fn reason(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return invalid("Say why: it needs a reason.");
    }
    limit(text, COMMENT_LIMIT, "reason")
}

fn named(name: &str, what: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return invalid(format!("The {what} is missing."));
    }
    limit(name, NAME_LIMIT, what)
}

/// What can be seen of a probe without sending it.
fn probe(probe: &Probe) -> Result<(), Refusal> {
    named(&probe.name, "name of the probe")?;
    if !probe.path.starts_with('/') {
        return invalid(format!("The path of “{}” must begin with /.", probe.name));
    }
    let is_token = |it: char| it.is_ascii_uppercase() || it == '-';
    if probe.method.is_empty() || !probe.method.chars().all(is_token) {
        return invalid(format!("“{}” is no method: write GET, HEAD, POST or the like.", probe.method));
    }
    Ok(())
}

fn consequence(probes: usize, samples: u32, changes: &[String]) -> Consequence {
    let each = count((samples + WARM_UP) as usize, "time", "times");
    let mut parts = Vec::new();
    if probes > 0 {
        parts.push(format!("Blue and green are each asked {} {each}.", count(probes, "probe", "probes")));
    }
    if !changes.is_empty() {
        let verb = if changes.len() == 1 { "is" } else { "are" };
        let all = changes.join(", ");
        parts.push(format!("{all} {verb} sent once to each colour and may change what they keep."));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        comparison::finding::Judgement,
        people::{Person, Role},
        rule::verdict,
        sample,
    };

    fn start() -> StartRun {
        StartRun { suite: "smoke".to_owned(), probes: Vec::new(), samples: 5, changes: Vec::new() }
    }

    fn testing() -> Snapshot {
        let mut snapshot = sample::testing();
        sample::compared(&mut snapshot).running = None;
        snapshot
    }

    fn said(refusal: Result<Consequence, Refusal>) -> String {
        refusal.unwrap_err().reason
    }

    #[test]
    fn without_a_green_of_its_own_door_nothing_is_compared() {
        let mut quiet = sample::quiet();
        quiet.comparison = testing().comparison;
        assert_eq!(said(start().judge(&quiet)), "There is no green to compare with.");
        let mut swapped = sample::swapped();
        swapped.comparison = testing().comparison;
        assert_eq!(
            said(start().judge(&swapped)),
            "Production serves green now, and no port leads to blue any more."
        );
        let mut unknown = testing();
        unknown.service.test_url = None;
        assert!(said(start().judge(&unknown)).contains("address of the test port"));
    }

    #[test]
    fn one_run_at_a_time() {
        let mut snapshot = testing();
        sample::compared(&mut snapshot).running = Some(sample::progress());
        assert_eq!(said(start().judge(&snapshot)), "Run 18 is under way. Wait, or stop it.");
        if let Some(running) = &mut sample::compared(&mut snapshot).running {
            running.by = Asker::Sentinel;
        }
        assert!(start().judge(&snapshot).unwrap().ends_with("The sentinel’s run gives way."));
        let stop = |run: &str| StopRun { run: run.to_owned() };
        assert!(stop("18").judge(&snapshot).is_ok());
        assert!(said(stop("17").judge(&snapshot)).contains("already ended"));
    }

    #[test]
    fn a_suite_that_is_not_there_or_cannot_be_used_is_not_run() {
        let other = StartRun { suite: "other".to_owned(), ..start() };
        assert_eq!(said(other.judge(&testing())), "There is no suite other.");
        let mut snapshot = testing();
        sample::compared(&mut snapshot).suites[0].problem = Some("It has no probe.".to_owned());
        assert_eq!(said(start().judge(&snapshot)), "It has no probe.");
        let many = StartRun { samples: MOST_SAMPLES + 1, ..start() };
        assert!(many.judge(&testing()).unwrap_err().is_field);
    }

    #[test]
    fn the_consequence_counts_what_is_sent() {
        assert_eq!(start().judge(&testing()).unwrap(), "Blue and green are each asked 4 probes 6 times.");
    }

    /// twitter/diffy sent POST, PUT and DELETE only when told to; so does this, and it says which.
    #[test]
    fn what_may_change_something_takes_an_operator_and_is_named() {
        let changes = vec!["POST /orders".to_owned()];
        let command = StartRun { changes: changes.clone(), ..start() };
        let person = |role| Person { name: "kim".to_owned(), roles: vec![role], ..Person::default() };
        let asked = |role| verdict(&command, &testing(), Some(&person(role)));
        assert_eq!(said(asked(Role::Developer)), "Only an operator can do this.");
        assert!(asked(Role::Operator).unwrap().contains("POST /orders is sent once to each colour"));
        let gone = StartRun { changes: vec!["DELETE /cart".to_owned()], ..start() };
        assert!(said(gone.judge(&testing())).contains("not in smoke any more"));

        let post = Probe { method: "POST".to_owned(), ..sample::probe() };
        let ask =
            |changes: &[String]| AskProbe { probe: post.clone(), samples: 1, changes: changes.to_vec() };
        assert!(said(ask(&[]).judge(&testing())).contains("confirm it first"));
        assert!(ask(&[post.words()]).judge(&testing()).is_ok());
    }

    #[test]
    fn a_ruling_and_a_noise_rule_need_a_reason() {
        let ruling = |reason: &str| RuleOnFinding {
            run: "17".to_owned(),
            finding: "f".to_owned(),
            judgement: Judgement::Intended,
            reason: reason.to_owned(),
        };
        assert!(ruling(" ").judge(&testing()).unwrap_err().is_field);
        assert!(ruling("as planned").judge(&testing()).unwrap().contains("open again in the next one"));
        let noise = AcceptNoise {
            suite: "smoke".to_owned(),
            name: "date".to_owned(),
            probe: None,
            place: crate::comparison::suite::NoisePlace::Header { header: "date".to_owned(), part: None },
            reason: String::new(),
            is_wide: false,
        };
        assert!(noise.judge(&testing()).unwrap_err().is_field);
    }

    #[test]
    fn an_origin_is_an_address_without_its_path() {
        assert_eq!(origin("https://www.example.com:8080/shop?x=1"), "https://www.example.com:8080");
        assert_eq!(origin("http://127.0.0.1:8000"), "http://127.0.0.1:8000");
    }
}
