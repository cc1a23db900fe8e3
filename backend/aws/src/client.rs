//! SDK configuration: region, endpoint, role, timeouts, retries. One client for each service, account and
//! region, so that the token buckets of retries are shared.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, meta::region::RegionProviderChain, retry::RetryConfig,
    sts::AssumeRoleProvider, timeout::TimeoutConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};

use crate::calls::{Calls, Counting};

/// Where AWS is, and as whom it is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Access {
    /// As in `eu-central-1`.
    pub region: String,
    /// An endpoint of our own instead of AWS's: the sandbox.
    pub endpoint_url: Option<String>,
    /// A role that the console takes up first: its account is the one that is read.
    pub role: Option<Role>,
    /// A role that answers gates in the name of the person who votes.
    pub voter_role_arn: Option<String>,
}

/// A role to take up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Role {
    /// ARN of the role.
    pub arn: String,
    /// Agreed upon with the account's owner.
    pub external_id: Option<String>,
    /// Under which name the console appears there.
    pub session_name: String,
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
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    /// For clients that are made later, under other roles.
    pub(crate) config: SdkConfig,
    pub(crate) calls: Calls,
    pub(crate) voter_role_arn: Option<String>,
}

const ATTEMPTS: u32 = 4;
const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(5);
/// Less than a reading may take as a whole, so that what is said names the call that was not answered.
const OPERATION: Duration = Duration::from_secs(8);
/// A poll of a queue waits for twenty seconds by itself.
const POLL: Duration = Duration::from_secs(30);

/// A client of a service that counts what it is asked.
macro_rules! client {
    ($sdk:ident, $config:expr, $calls:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($config).interceptor(Counting(Calls::clone($calls))).build(),
        )
    };
}
pub(crate) use client;

/// Reads credentials as every AWS tool does, and makes the clients.
pub async fn connect(access: &Access, calls: &Calls) -> Clients {
    let config = configuration(access).await;
    let patient = config.to_builder().timeout_config(timeouts(POLL, POLL * 2)).build();
    Clients {
        codecommit: client!(aws_sdk_codecommit, &config, calls),
        codepipeline: client!(aws_sdk_codepipeline, &config, calls),
        sfn: client!(aws_sdk_sfn, &config, calls),
        ecs: client!(aws_sdk_ecs, &config, calls),
        elb: client!(aws_sdk_elasticloadbalancingv2, &config, calls),
        scaling: client!(aws_sdk_applicationautoscaling, &config, calls),
        cloudformation: client!(aws_sdk_cloudformation, &config, calls),
        iam: client!(aws_sdk_iam, &config, calls),
        sqs: client!(aws_sdk_sqs, &patient, calls),
        sts: client!(aws_sdk_sts, &config, calls),
        config,
        calls: calls.clone(),
        voter_role_arn: access.voter_role_arn.clone(),
    }
}

/// The region that environment, profile or instance name.
pub async fn region() -> Option<String> {
    RegionProviderChain::default_provider().region().await.map(|region| region.to_string())
}

/// Configuration whose credentials are those of a role that is taken up from `config`.
pub(crate) async fn assume(config: &SdkConfig, role: &Role) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(&role.arn).session_name(&role.session_name).configure(config);
    let provider = match &role.external_id {
        Some(id) => provider.external_id(id),
        None => provider,
    };
    let provider = provider.build().await;
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

async fn configuration(access: &Access) -> SdkConfig {
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(Region::new(access.region.clone()))
        .timeout_config(timeouts(ATTEMPT, OPERATION))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    let config = match &access.endpoint_url {
        // An endpoint of our own is never shown the credentials of a real account.
        Some(url) => {
            let credentials = Credentials::new("console", "sandbox", None, None, "the sandbox");
            loader.endpoint_url(url).credentials_provider(credentials).load().await
        }
        None => loader.load().await,
    };
    match &access.role {
        Some(role) => assume(&config, role).await,
        None => config,
    }
}

fn timeouts(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}
