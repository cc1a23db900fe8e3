//! The comparison on the wire: each shared type as JSON, kept beside this test, so that a change is seen.
//!
//! `UPDATE_GOLDEN=1 cargo test -p viridian-shared --features sample --test golden` writes the files anew.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

use std::{fmt::Debug, fs, path::Path};

use serde::{Serialize, de::DeserializeOwned};
use viridian_shared::{
    command::{
        AcceptNoise, AskProbe, DeleteSuite, ImportSuite, RuleOnFinding, SaveSuite, SetSentinel, StartRun,
        StopRun, WithdrawNoise,
    },
    comparison::{
        finding::Judgement,
        run::RunStatus,
        suite::{ImportFormat, NoisePlace, Suite},
    },
    event::SectionChange,
    sample,
    snapshot::Section,
};

fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("golden");
    let path = folder.join(format!("{name}.json"));
    let written = serde_json::to_string_pretty(value).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&path, &written).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert_eq!(kept, written, "{name} has changed on the wire");
    assert_eq!(serde_json::from_str::<T>(&kept).unwrap(), *value, "{name} does not come back");
}

#[test]
fn the_section_is_as_it_was() {
    let section = Section::live(sample::comparison(), sample::now(), 7);
    golden("section", &SectionChange::Comparison(Box::new(section)));
    golden("progress", &sample::progress());
}

#[test]
fn what_the_page_asks_for_is_as_it_was() {
    golden("suite", &sample::suite_detail());
    golden("runs", &sample::run_page());
    golden("run", &sample::run_whole());
    golden("probe", &sample::probe_detail());
    golden("rows", &sample::rows());
    golden("heat-map", &sample::heat_map());
    golden(
        "run-statuses",
        &vec![RunStatus::Running, RunStatus::BrokenOff, RunStatus::Failed("No.".to_owned())],
    );
}

#[test]
fn what_the_page_sends_is_as_it_was() {
    let (suite, reason) = ("smoke".to_owned(), "as planned".to_owned());
    let changes = vec!["POST /orders".to_owned()];
    golden(
        "start-run",
        &StartRun { suite: suite.clone(), probes: vec!["home".to_owned()], samples: 5, changes },
    );
    golden("stop-run", &StopRun { run: "18".to_owned() });
    golden("ask-probe", &AskProbe { probe: sample::probe(), samples: 1, changes: Vec::new() });
    golden(
        "rule-on-finding",
        &RuleOnFinding {
            run: "17".to_owned(),
            finding: "3f9c2a7be1d04c58".to_owned(),
            judgement: Judgement::Intended,
            reason: reason.clone(),
        },
    );
    golden(
        "accept-noise",
        &AcceptNoise {
            suite: suite.clone(),
            name: "served at".to_owned(),
            probe: None,
            place: NoisePlace::Json { path: "$.served_at".to_owned(), whole: false },
            reason: reason.clone(),
            is_wide: false,
        },
    );
    golden("withdraw-noise", &WithdrawNoise { suite: suite.clone(), name: "served at".to_owned(), reason });
    let kept = Suite { probes: vec![sample::probe()], ..Suite::default() };
    golden("save-suite", &SaveSuite { name: "mine".to_owned(), suite: kept, from: None });
    golden(
        "import-suite",
        &ImportSuite {
            name: "mine".to_owned(),
            format: ImportFormat::Curl,
            text: "curl http://localhost/".to_owned(),
            from: None,
        },
    );
    golden("delete-suite", &DeleteSuite { name: "mine".to_owned(), from: "0a1b2c3d".to_owned() });
    golden("set-sentinel", &SetSentinel { is_on: true, suite, period_minutes: 30 });
}

/// A snapshot that an older console wrote down has no comparison in it.
#[test]
fn what_was_kept_before_there_was_a_comparison_is_still_read() {
    let mut old = serde_json::to_value(sample::testing()).unwrap();
    old.as_object_mut().unwrap().remove("comparison");
    let read: viridian_shared::snapshot::Snapshot = serde_json::from_value(old).unwrap();
    assert_eq!(read.comparison, Section::default());
}
