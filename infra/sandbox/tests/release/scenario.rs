//! The ways that a release goes, each from its beginning to its end; what is said of them is asserted on the way.

use std::pin::Pin;

use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::{bench::Bench, policy::Ledger};

pub(crate) const BLUE: &str = "background-color: #99c";
pub(crate) const GREEN: &str = "background-color: #9c9";

/// A way that a release goes. It is played once, however many tests look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scenario {
    FromPushToCleanUp,
    IntoAnEmptyService,
    RejectedAndAbandoned,
    Expired,
    SwappedBack,
    ByHand,
    TwoPushes,
    NeverHealthy,
    NeverStarts,
    StoppedAtOnce,
}

impl Scenario {
    pub(crate) const ALL: [Self; 10] = [
        Self::FromPushToCleanUp,
        Self::IntoAnEmptyService,
        Self::RejectedAndAbandoned,
        Self::Expired,
        Self::SwappedBack,
        Self::ByHand,
        Self::TwoPushes,
        Self::NeverHealthy,
        Self::NeverStarts,
        Self::StoppedAtOnce,
    ];

    /// What it used of what the roles are granted. Fails where it was refused anything.
    pub(crate) async fn ledger(self) -> &'static Ledger {
        static LEDGERS: [OnceCell<Ledger>; Scenario::ALL.len()] =
            [const { OnceCell::const_new() }; Scenario::ALL.len()];
        let play = || async {
            let bench = self.play().await;
            bench.was_never_refused();
            Ledger::of(&bench)
        };
        LEDGERS[self as usize].get_or_init(play).await
    }

    fn play(self) -> Pin<Box<dyn Future<Output = Bench> + Send>> {
        match self {
            Self::FromPushToCleanUp => Box::pin(from_push_to_clean_up()),
            Self::IntoAnEmptyService => Box::pin(into_an_empty_service()),
            Self::RejectedAndAbandoned => Box::pin(rejected_and_abandoned()),
            Self::Expired => Box::pin(expired()),
            Self::SwappedBack => Box::pin(swapped_back()),
            Self::ByHand => Box::pin(by_hand()),
            Self::TwoPushes => Box::pin(two_pushes()),
            Self::NeverHealthy => Box::pin(never_healthy()),
            Self::NeverStarts => Box::pin(never_starts()),
            Self::StoppedAtOnce => Box::pin(stopped_at_once()),
        }
    }
}

/// A push becomes green takes production and leaves nothing of blue.
async fn from_push_to_clean_up() -> Bench {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&commit));
    let (status, page) = bench.production().await;
    assert!(status == 200 && page.contains(BLUE) && !page.contains(&commit));
    assert!(bench.scale_in_suspended());
    assert_eq!(bench.task_sets()[1], ("ACTIVE".to_owned(), commit.clone()));
    // However many pushes come, both images stay.
    let [blue, green]: [String; 2] = bench.held_images().try_into().unwrap();

    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    assert!(bench.production().await.1.contains(&commit));
    assert_eq!(bench.task_sets()[1], ("PRIMARY".to_owned(), commit.clone()));

    bench.answer("ApproveCleanUp", "Approved");
    assert_eq!(bench.settle().await, "Succeeded");
    let (status, text) = bench.test().await;
    assert!(status == 400 && text.ends_with("Test environment is closed."), "{text}");
    assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit.clone())]);
    assert_eq!(bench.target_groups(), 1);
    assert!(!bench.scale_in_suspended());
    assert!(bench.memory().is_empty());
    assert!(bench.production().await.1.contains(&commit));
    assert_eq!(bench.held_images(), [green]);
    assert!(!bench.held_images().contains(&blue));
    bench
}

/// The first deployment into an empty service says at once that its desired count is to be raised.
async fn into_an_empty_service() -> Bench {
    let bench = Bench::empty().await;
    assert_eq!((bench.production().await.0, bench.test().await.0), (503, 503));
    assert!(bench.task_sets().is_empty());
    bench.push("index.html", BLUE, GREEN).await;
    let began = bench.now();
    assert_eq!(bench.settle().await, "Failed");
    assert!(bench.now().duration_since(began) < SignedDuration::from_mins(10));
    let error = bench.action("DeployGreen")["errorDetails"]["message"].as_str().unwrap().to_owned();
    assert!(error.starts_with("NothingToRun: ") && error.contains("--desired-count 1"), "{error}");
    assert_eq!((bench.target_groups(), bench.memory().len(), bench.held_images().len()), (0, 0, 0));
    bench.size(1);
    let commit = bench.push("index.html", GREEN, BLUE).await;
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&commit));
    assert_eq!(bench.production().await.0, 503);
    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    assert!(bench.production().await.1.contains(&commit));
    bench.answer("ApproveCleanUp", "Approved");
    assert_eq!(bench.settle().await, "Succeeded");
    assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit)]);
    assert_eq!(bench.test().await.0, 400);
    bench
}

/// A rejected swap is abandoned by roll back and the next push succeeds.
async fn rejected_and_abandoned() -> Bench {
    let bench = Bench::released().await;
    let before = bench.production().await.1;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.answer("ApproveSwap", "Rejected");
    assert_eq!(bench.settle().await, "Failed");
    assert_eq!(bench.action("ApproveSwap")["summary"], "seen");
    assert_eq!(bench.task_sets().len(), 2);

    // Green stands in the way until somebody takes it back.
    let retry = bench.push("index.html", GREEN, "background-color: #fc9").await;
    assert_eq!(bench.settle().await, "Failed");
    let error = bench.action("DeployGreen")["errorDetails"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("AnotherGreenStands"), "{error}");

    // Whoever closed the way into the stage has it opened when green is gone, and not before.
    bench.close_release();
    let blue = bench.held_images()[0].clone();
    for _ in 0..2 {
        let rolled_back = bench.run_with("roll-back", &bench.reopening()).await;
        assert_eq!(rolled_back["status"], "SUCCEEDED", "{rolled_back}");
        assert!(bench.release_is_open());
    }
    assert_eq!(bench.held_images(), [blue]);
    assert_eq!(bench.task_sets().len(), 1);
    assert_eq!(bench.target_groups(), 1);
    assert_eq!(bench.test().await.0, 400);
    assert!(!bench.scale_in_suspended() && bench.memory().is_empty());
    assert_eq!(bench.production().await.1.lines().last(), before.lines().last());
    assert_ne!(commit, retry);

    let next = bench.push("index.html", "#fc9", "#cf9").await;
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&next));
    bench
}

/// A gate that nobody answers expires and production stays.
async fn expired() -> Bench {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.pass(SignedDuration::from_hours(7 * 24)).await;
    let gate = bench.action("ApproveSwap");
    assert_eq!(gate["status"], "Failed");
    assert_eq!(gate["errorDetails"]["code"], "ApprovalTimedOut");
    assert!(gate.get("lastUpdatedBy").is_none());
    assert!(!bench.production().await.1.contains(&commit));
    bench
}

/// Roll back after the swap gives production back to blue.
async fn swapped_back() -> Bench {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    assert!(bench.production().await.1.contains(&commit));
    bench.answer("ApproveCleanUp", "Rejected");
    assert_eq!(bench.settle().await, "Failed");

    let rolled_back = bench.run("roll-back").await;
    assert_eq!(rolled_back["status"], "SUCCEEDED", "{rolled_back}");
    let (status, page) = bench.production().await;
    assert!(status == 200 && page.contains(BLUE) && !page.contains(&commit));
    assert_eq!(bench.task_sets().len(), 1);
    assert_eq!(bench.task_sets()[0].0, "PRIMARY");
    assert_eq!(bench.target_groups(), 1);
    assert!(!bench.scale_in_suspended() && bench.memory().is_empty());
    bench
}

/// Swap and clean up by hand may run twice.
async fn by_hand() -> Bench {
    let bench = Bench::released().await;
    let commit = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    let early = bench.run("clean-up").await;
    assert_eq!(early["error"], "GreenNotInProduction", "{early}");
    for machine in ["swap", "swap", "clean-up", "clean-up"] {
        let ended = bench.run(machine).await;
        assert_eq!(ended["status"], "SUCCEEDED", "{machine}: {ended}");
        assert!(bench.production().await.1.contains(&commit));
    }
    assert_eq!(bench.task_sets(), [("PRIMARY".to_owned(), commit)]);
    assert_eq!(bench.target_groups(), 1);
    bench
}

/// A second push waits in front of the release stage while green lives.
async fn two_pushes() -> Bench {
    let bench = Bench::released().await;
    let first = bench.push("index.html", BLUE, GREEN).await;
    bench.reach("ApproveSwap").await;
    let second = bench.push("index.html", GREEN, "background-color: #fc9").await;
    bench.pass(SignedDuration::from_hours(1)).await;
    assert!(bench.test().await.1.contains(&first));
    assert_eq!(bench.task_sets().len(), 2);
    bench.answer("ApproveSwap", "Approved");
    bench.reach("ApproveCleanUp").await;
    bench.answer("ApproveCleanUp", "Approved");
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&second));
    assert!(bench.production().await.1.contains(&first));
    bench
}

/// Green that never turns healthy names the check and its code and takes itself back, and the next push is
/// released.
async fn never_healthy() -> Bench {
    let bench = Bench::released().await;
    bench.push("default.conf", "location = /health", "location = /unhealthy").await;
    assert_eq!(bench.settle().await, "Failed");
    let error = bench.action("DeployGreen")["errorDetails"]["message"].as_str().unwrap().to_owned();
    assert!(error.starts_with("GreenNotHealthy: "), "{error}");
    let reason = "The check of /health found: Health checks failed with these codes: [404].";
    assert!(error.contains(reason), "{error}");
    let (status, page) = bench.production().await;
    assert!(status == 200 && page.contains(BLUE));
    assert_eq!((bench.task_sets().len(), bench.target_groups(), bench.test().await.0), (1, 1, 400));
    assert!(!bench.scale_in_suspended() && bench.memory().is_empty());
    let next = bench.push("default.conf", "location = /unhealthy", "location = /health").await;
    bench.reach("ApproveSwap").await;
    assert!(bench.test().await.1.contains(&next));
    bench
}

/// Green whose tasks never start tells what the service says of them.
async fn never_starts() -> Bench {
    let bench = Bench::released().await;
    bench.push("default.conf", "listen 80;", "lisen 80;").await;
    assert_eq!(bench.settle().await, "Failed");
    let error = bench.action("DeployGreen")["errorDetails"]["message"].as_str().unwrap().to_owned();
    assert!(error.starts_with("GreenNotSteady: "), "{error}");
    assert!(error.contains("unknown directive"), "{error}");
    assert_eq!(bench.task_sets().len(), 1);
    bench
}

/// A release that is stopped while its commit is fetched.
async fn stopped_at_once() -> Bench {
    let bench = Bench::released().await;
    bench.push("index.html", BLUE, GREEN).await;
    let name = &bench.outputs.pipeline_name;
    let listed = bench.call("codepipeline", "ListPipelineExecutions", json!({"pipelineName": name})).unwrap();
    let id = &listed["pipelineExecutionSummaries"][0]["pipelineExecutionId"];
    let stop = json!({"pipelineName": name, "pipelineExecutionId": id, "abandon": true});
    bench.call("codepipeline", "StopPipelineExecution", stop).unwrap();
    assert_eq!(bench.settle().await, "Stopped");
    assert_eq!(bench.task_sets().len(), 1);
    bench
}
