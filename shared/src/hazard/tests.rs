//! Each hazard is seen where it is, and the set-up of this project has none.

use super::*;
use crate::{notice::NoticeKind, pipeline::StepStatus, sample, snapshot::Snapshot, traffic::Answer};

const BARE: &str =
    r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ecs:createTaskSet"}}}"#;

fn good() -> Vec<(MachineKind, String)> {
    let text = |text: &str| text.to_owned();
    vec![
        (MachineKind::DeployGreen, text(include_str!("../../../assets/state-machine/deploy-green.asl.json"))),
        (MachineKind::Swap, text(include_str!("../../../assets/state-machine/swap.asl.json"))),
        (MachineKind::CleanUp, text(include_str!("../../../assets/state-machine/clean-up.asl.json"))),
        (MachineKind::RollBack, text(include_str!("../../../assets/state-machine/roll-back.asl.json"))),
    ]
}

fn of(snapshot: &Snapshot, machines: &[(MachineKind, String)], kind: &str, mode: &str) -> Vec<String> {
    let setup = Setup {
        pipeline: snapshot.pipeline(),
        pipeline_type: Some(kind),
        execution_mode: Some(mode),
        tasks: snapshot.tasks(),
        traffic: snapshot.traffic(),
        machines,
    };
    let found = hazards(&setup);
    assert!(found.iter().all(|it| it.kind == NoticeKind::Hazard && it.mend.ends_with('.')));
    found.into_iter().map(|it| it.text).collect()
}

#[test]
fn steps_in_stages_of_their_own_are_a_hazard_and_so_is_the_old_type() {
    let mut snapshot = sample::testing();
    for step in &mut snapshot.pipeline.value.as_mut().unwrap().steps {
        step.stage.clone_from(&step.action);
    }
    let found = of(&snapshot, &good(), "V1", "SUPERSEDED");
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("different stages") && found[1].contains("dropped") && found[2].contains("V1"));
    assert_eq!(of(&snapshot, &good(), "V2", "PARALLEL").len(), 2);
}

#[test]
fn a_name_a_tag_a_definition_and_a_rule_can_each_be_a_hazard() {
    let has = |snapshot: &Snapshot, words: &str| {
        of(snapshot, &good(), "V2", "SUPERSEDED").iter().any(|text| text.contains(words))
    };
    let mut snapshot = sample::testing();
    let green = sample::green(&mut snapshot);
    green.image = Some("1.dkr.ecr.r.amazonaws.com/app:latest".to_owned());
    assert!(has(&snapshot, "app:latest"));
    let green = sample::green(&mut snapshot);
    green.target_group = Some(format!("targetgroup/tg-x-{}/1", &green.commit.clone().unwrap()[..15]));
    assert!(has(&snapshot, "named after the commit"));
    let first = sample::tasks(&mut snapshot).task_sets[0].task_definition.clone();
    sample::green(&mut snapshot).task_definition = first;
    assert!(has(&snapshot, "same task definition"));
    sample::tasks(&mut snapshot).scale_in_suspended = Some(false);
    assert!(has(&snapshot, "Scale-in"));
    sample::step(&mut snapshot, "DeployGreen").status = StepStatus::Running;
    assert!(!has(&snapshot, "Scale-in"), "a machine at work has not said its last word on scaling");

    let mut snapshot = sample::swapped();
    let Answer::Forward { to } = &mut sample::traffic(&mut snapshot).production.answer else { panic!() };
    to.truncate(1);
    sample::traffic(&mut snapshot).test.answer = Answer::Fixed { status: 503, message: String::new() };
    assert!(has(&snapshot, "in no rule"));

    // While green is taken down no rule names its group either: that is no way back that has gone cold.
    let mut leaving = sample::testing();
    sample::traffic(&mut leaving).test.answer = Answer::Fixed { status: 503, message: String::new() };
    let Answer::Forward { to } = &mut sample::traffic(&mut leaving).production.answer else { panic!() };
    to.retain(|it| it.target_group.contains("blue"));
    assert!(!has(&leaving, "in no rule"));
}

#[test]
fn a_machine_that_neither_waits_nor_looks_nor_retries_is_a_hazard() {
    let bare = |kinds: &[MachineKind]| kinds.iter().map(|kind| (*kind, BARE.to_owned())).collect::<Vec<_>>();
    let machines = bare(&[MachineKind::DeployGreen, MachineKind::Swap, MachineKind::CleanUp]);
    let found = of(&sample::quiet(), &machines, "V2", "SUPERSEDED");
    assert_eq!(found.len(), 7, "{found:#?}");
    assert!(found[0].contains("before green’s tasks run"));
    assert!(found[6].contains("leads back"));
    let weights = vec![
        (
            MachineKind::Swap,
            r#"{"a": "$.Rules[0].Actions[0].TargetGroupArn", "Retry": 1, "b": "describeRules"}"#.to_owned(),
        ),
        (MachineKind::RollBack, r#""Retry""#.to_owned()),
    ];
    assert!(of(&sample::quiet(), &weights, "V2", "SUPERSEDED")[0].contains("with weights"));
}

#[test]
fn the_set_up_of_this_project_has_no_hazards_and_what_was_not_read_has_none() {
    let none: Vec<String> = Vec::new();
    for snapshot in [sample::quiet(), sample::testing(), sample::swapped()] {
        assert_eq!(of(&snapshot, &good(), "V2", "SUPERSEDED"), none);
    }
    assert!(hazards(&Setup::default()).is_empty());
}
