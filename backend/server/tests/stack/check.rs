//! `viridian check`: each line that fails says what mends it.

use serde_json::json;
use viridian_server::check::{Line, Mark, lines};

use crate::bench::Bench;

async fn table(bench: &Bench) -> Vec<Line> {
    lines(&bench.config().await).await
}

fn failing(lines: &[Line]) -> Vec<&Line> {
    lines.iter().filter(|line| line.mark == Mark::Fails).collect()
}

#[tokio::test]
async fn what_is_denied_what_is_missing_and_what_is_right_are_told_apart() {
    let bench = Bench::empty().await;
    bench.deny("codepipeline", "ListActionExecutions");
    let swap = bench.outputs.state_machine_arns["swap"].clone();
    bench.call("sfn", "DeleteStateMachine", json!({ "stateMachineArn": swap })).unwrap();
    let queue = bench.outputs.event_queue_url.clone().unwrap();
    bench.call("sqs", "DeleteQueue", json!({ "QueueUrl": queue })).unwrap();
    let lines = table(&bench).await;
    let failing = failing(&lines);
    let whats: Vec<&str> = failing.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            format!("codepipeline:ListActionExecutions on {}", bench.outputs.pipeline_name).as_str(),
            "states:DescribeStateMachine on swap",
            "states:ListExecutions on swap",
            format!("sqs:ReceiveMessage on {}", queue.rsplit('/').next().unwrap()).as_str(),
        ],
        "{lines:#?}"
    );
    assert!(failing[0].mend.contains("Allow codepipeline:ListActionExecutions"));
    assert!(failing[1].mend.contains("Correct the name swap"));
    assert!(failing[3].mend.contains("Correct the name http"));
    assert!(failing.iter().all(|line| !line.said.is_empty() && line.mend.ends_with('.')));
}

#[tokio::test]
async fn a_set_up_without_faults_has_no_line_that_fails() {
    let bench = Bench::empty().await;
    let lines = table(&bench).await;
    assert!(failing(&lines).is_empty(), "{lines:#?}");
    for action in viridian_aws::actions::READ {
        let is_fine = |line: &Line| line.what.starts_with(action) && line.mark == Mark::Fine;
        // The stack was read to get here at all.
        assert!(*action == "cloudformation:DescribeStacks" || lines.iter().any(is_fine), "{action}");
    }
    // The console's role may not ask IAM, and nothing is done to find out.
    let writes = viridian_aws::actions::OPERATE.iter().chain(viridian_aws::actions::APPROVE);
    for action in writes {
        let line = lines.iter().find(|line| line.what.starts_with(action)).unwrap();
        assert_eq!(line.mark, Mark::Unknown, "{line:?}");
        assert!(line.said.contains("iam:SimulatePrincipalPolicy"), "{line:?}");
    }
}

#[tokio::test]
async fn where_iam_may_be_asked_each_write_is_judged_by_itself() {
    let bench = Bench::empty().await;
    bench.allow("iam:SimulatePrincipalPolicy");
    let lines_before = table(&bench).await;
    assert!(lines_before.iter().all(|line| line.mark == Mark::Fine), "{lines_before:#?}");
    bench.forbid("codepipeline:RetryStageExecution");
    bench.forbid("sqs:ReceiveMessage");
    let lines = table(&bench).await;
    let failing = failing(&lines);
    let whats: Vec<&str> = failing.iter().map(|line| line.what.split(' ').next().unwrap()).collect();
    let retry = "codepipeline:RetryStageExecution";
    assert_eq!(whats, ["sqs:ReceiveMessage", retry, retry, retry], "{lines:#?}");
    assert!(failing[1].mend.contains("Allow codepipeline:RetryStageExecution"));
}

#[tokio::test]
async fn a_stack_that_is_not_there_fails_with_its_mend() {
    let bench = Bench::empty().await;
    bench.allow("cloudformation:DescribeStacks");
    let config = viridian_server::config::resolve(bench.options("Gone").read().await.unwrap()).await;
    let lines = lines(&config).await;
    let failing = failing(&lines);
    assert!(failing[0].said.contains("There is no stack Gone"), "{lines:#?}");
    assert!(failing[0].mend.contains("@REGION"));
}

#[tokio::test]
async fn a_person_who_asks_is_told_what_the_consoles_role_may_do() {
    let bench = Bench::empty().await;
    bench.sandbox.with(|world| {
        viridian_sandbox::iam::register(world, "console", "arn:aws:iam::123456789012:user/kim");
    });
    let before = table(&bench).await;
    assert!(before.iter().all(|line| line.mark == Mark::Fine), "{before:#?}");
    assert!(before.iter().any(|line| line.what == "The console’s role"), "{before:#?}");
    bench.forbid("ecs:DescribeServices");
    bench.forbid("states:StopExecution");
    let lines = table(&bench).await;
    let failing = failing(&lines);
    let stop = "states:StopExecution";
    let whats: Vec<&str> = failing.iter().map(|line| line.what.split(' ').next().unwrap()).collect();
    assert_eq!(whats, [stop, stop, stop, stop, "ecs:DescribeServices"], "{lines:#?}");
    assert!(failing.iter().all(|line| line.mend.ends_with("in the role’s policy.")), "{failing:#?}");
}

#[tokio::test]
async fn where_aws_is_not_reached_the_mend_is_not_about_credentials() {
    let bench = Bench::empty().await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut options = bench.options("Viridian");
    options.endpoint_url = Some(format!("http://{}", nobody.local_addr().unwrap()));
    drop(nobody);
    let lines = lines(&viridian_server::config::resolve(options.read().await.unwrap()).await).await;
    assert_eq!(lines[0].mark, Mark::Unknown, "{lines:#?}");
    let failing = failing(&lines);
    assert_eq!(failing.len(), 2, "{lines:#?}");
    assert!(failing.iter().all(|line| line.mend.contains("reaches AWS")), "{failing:#?}");
}
