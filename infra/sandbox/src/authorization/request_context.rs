//! What services do in a role's name besides calling operations of the sandbox: the other half of the table.
//!
//! Source: the minimum policies that the guides of CodePipeline, CodeBuild, ECR, ECS and Step Functions give for
//! the role of each.

use viridian_iam_policy::Need;

use crate::arn::Place;

/// Something that a service does with a role that it was given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RequestContext<'a> {
    /// A pipeline's source action fetches a commit.
    FetchCommit { repository: &'a str },
    /// A pipeline gives up fetching one.
    CancelFetch { repository: &'a str },
    /// A pipeline hands a file of an artifact to an action.
    ReadArtifact { bucket: &'a str, key: &'a str },
    /// A pipeline keeps what an action put out.
    KeepArtifact { bucket: &'a str, key: &'a str },
    /// A build fetches its source, which is an artifact.
    FetchSource { bucket: &'a str, key: &'a str },
    /// A build hands its files to the pipeline.
    HandInArtifact { bucket: &'a str, key: &'a str },
    /// `docker push` to a repository.
    PushImage { repository: &'a str },
    /// A task's image is pulled.
    PullImage { repository: &'a str },
    /// A log is written: `GROUP:log-stream:STREAM`.
    WriteLog { log: &'a str },
    /// Step Functions sets up the log of a state machine.
    DeliverLog,
}

impl RequestContext<'_> {
    pub(super) fn needs(self, place: &Place) -> Vec<Need> {
        match self {
            Self::FetchCommit { repository } => codecommit(
                place,
                repository,
                &["GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus"],
            ),
            Self::CancelFetch { repository } => codecommit(place, repository, &["CancelUploadArchive"]),
            Self::ReadArtifact { bucket, key } => artifact((bucket, key), &PIPELINE_BUCKET, &READ),
            Self::KeepArtifact { bucket, key } => artifact((bucket, key), &PIPELINE_BUCKET, &WRITE),
            Self::FetchSource { bucket, key } => artifact((bucket, key), &BUILD_BUCKET, &READ),
            Self::HandInArtifact { bucket, key } => artifact((bucket, key), &BUILD_BUCKET, &WRITE),
            Self::PushImage { repository } => ecr(place, repository, &PUSH),
            Self::PullImage { repository } => {
                let mut needs = vec![Need::new("ecr:GetAuthorizationToken", "*")];
                needs.extend(ecr(place, repository, &PULL));
                needs
            }
            Self::WriteLog { log } => log_stream(place, log),
            Self::DeliverLog => DELIVERY.iter().map(|action| Need::new(*action, "*")).collect(),
        }
    }
}

const PIPELINE_BUCKET: [&str; 3] = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"];
const BUILD_BUCKET: [&str; 2] = ["s3:GetBucketAcl", "s3:GetBucketLocation"];
const READ: [&str; 2] = ["s3:GetObject", "s3:GetObjectVersion"];
const WRITE: [&str; 1] = ["s3:PutObject"];

const PUSH: [&str; 6] = [
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
];
const PULL: [&str; 3] = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"];

const DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

fn codecommit(place: &Place, repository: &str, actions: &[&str]) -> Vec<Need> {
    let arn = place.arn("codecommit", repository);
    actions.iter().map(|action| Need::new(format!("codecommit:{action}"), &arn)).collect()
}

fn ecr(place: &Place, repository: &str, actions: &[&str]) -> Vec<Need> {
    let arn = place.arn("ecr", &format!("repository/{repository}"));
    actions.iter().map(|action| Need::new(format!("ecr:{action}"), &arn)).collect()
}

fn artifact((bucket, key): (&str, &str), of_bucket: &[&str], of_object: &[&str]) -> Vec<Need> {
    let arn = format!("arn:aws:s3:::{bucket}");
    let object = format!("{arn}/{key}");
    let bucket_needs = of_bucket.iter().map(|action| Need::new(*action, &arn));
    bucket_needs.chain(of_object.iter().map(|action| Need::new(*action, &object))).collect()
}

fn log_stream(place: &Place, log: &str) -> Vec<Need> {
    let arn = place.arn("logs", &format!("log-group:{log}"));
    ["logs:CreateLogStream", "logs:PutLogEvents"].map(|action| Need::new(action, &arn)).into()
}
