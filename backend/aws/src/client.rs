//! SDK configuration: region, endpoint, timeouts, retries. One client for each service and region, so that
//! the token buckets of retries are shared.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sfn::config::Credentials;

/// Where AWS is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Access {
    pub region: String,
    /// An endpoint of our own instead of AWS's: the sandbox.
    pub endpoint_url: Option<String>,
}

/// The clients of one account and region.
#[derive(Debug, Clone)]
pub struct Clients {
    pub(crate) codecommit: aws_sdk_codecommit::Client,
    pub(crate) codepipeline: aws_sdk_codepipeline::Client,
    pub(crate) sfn: aws_sdk_sfn::Client,
    pub(crate) ecs: aws_sdk_ecs::Client,
    pub(crate) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) scaling: aws_sdk_applicationautoscaling::Client,
}

const ATTEMPTS: u32 = 4;
const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(5);
const OPERATION: Duration = Duration::from_secs(20);

/// Reads credentials as every AWS tool does, and makes the clients.
pub async fn connect(access: &Access) -> Clients {
    let config = configuration(access).await;
    Clients {
        codecommit: aws_sdk_codecommit::Client::new(&config),
        codepipeline: aws_sdk_codepipeline::Client::new(&config),
        sfn: aws_sdk_sfn::Client::new(&config),
        ecs: aws_sdk_ecs::Client::new(&config),
        elb: aws_sdk_elasticloadbalancingv2::Client::new(&config),
        scaling: aws_sdk_applicationautoscaling::Client::new(&config),
    }
}

async fn configuration(access: &Access) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new(access.region.clone()))
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    match &access.endpoint_url {
        // An endpoint of our own is never shown the credentials of a real account.
        Some(url) => {
            let credentials = Credentials::new("console", "sandbox", None, None, "the sandbox");
            loader.endpoint_url(url).credentials_provider(credentials).load().await
        }
        None => loader.load().await,
    }
}
