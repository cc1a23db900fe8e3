//! What AWS is asked, how it answers and how long that takes: counted for whoever runs the console.
//!
//! Labels are names of services and operations as the SDK has them, and outcomes of the list below: nothing that
//! stands in a request or an answer becomes one.

use std::time::{Duration, Instant};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
            },
            dyn_dispatch_hint,
        },
        orchestrator::Metadata,
        retries::classifiers::{ClassifyRetry, RetryAction, RetryReason},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{
    config_bag::{ConfigBag, Storable, StoreReplace},
    retry::ErrorKind,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use tracing::Span;

/// In seconds. An attempt ends after five, a call after eight, a poll of a queue waits for twenty by itself.
const BUCKETS: [f64; 8] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0];

/// The calls of a process. Copies count together.
#[derive(Debug, Clone)]
pub struct Calls {
    ended: Family<Ended, Counter>,
    throttled: Family<Operation, Counter>,
    took: Family<Operation, Histogram, fn() -> Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    service: String,
    operation: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    service: String,
    operation: String,
    outcome: &'static str,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            ended: Family::default(),
            throttled: Family::default(),
            took: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
        }
    }
}

impl Calls {
    /// Shows them in a registry.
    pub fn register(&self, registry: &mut Registry) {
        let aws = registry.sub_registry_with_prefix("aws");
        aws.register("calls", "Calls of AWS by how they ended, all attempts together", self.ended.clone());
        aws.register("throttles", "Attempts that AWS throttled", self.throttled.clone());
        let took = "How long calls of AWS took, with all attempts";
        aws.register_with_unit("call_duration", took, Unit::Seconds, self.took.clone());
    }

    fn end(&self, of: Operation, outcome: &'static str, took: Duration) {
        self.took.get_or_create(&of).observe(took.as_secs_f64());
        let Operation { service, operation } = of;
        self.ended.get_or_create(&Ended { service, operation, outcome }).inc();
    }
}

/// Counts in a client.
#[derive(Debug, Clone)]
pub(crate) struct Counting(pub(crate) Calls);

/// When a call began, and its span, which ends with it.
#[derive(Debug)]
struct Began {
    at: Instant,
    span: Span,
}

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

#[dyn_dispatch_hint]
impl Intercept for Counting {
    fn name(&self) -> &'static str {
        "Counting"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Began { at: Instant::now(), span: Span::none() });
        Ok(())
    }

    /// Only now does an interceptor of the client's know which operation it is.
    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let at = bag.load::<Began>().map_or_else(Instant::now, |began| began.at);
        let span = operation(bag).map_or_else(Span::none, |Operation { service, operation }| {
            tracing::info_span!(
                "call",
                otel.name = format!("{service}.{operation}"),
                otel.kind = "client",
                rpc.system = "aws-api",
                rpc.service = service,
                rpc.method = operation,
                outcome = tracing::field::Empty,
            )
        });
        bag.interceptor_state().store_put(Began { at, span });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(operation) = operation(bag)
            && is_throttled(context.inner(), components)
        {
            self.0.throttled.get_or_create(&operation).inc();
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let outcome = outcome(context.inner(), components);
        let took = bag.load::<Began>().map(|began| {
            began.span.record("outcome", outcome);
            began.at.elapsed()
        });
        if let Some(operation) = operation(bag) {
            self.0.end(operation, outcome, took.unwrap_or_default());
        }
        // The span ends here, not with what is left of the call.
        bag.interceptor_state().store_put(Began { at: Instant::now(), span: Span::none() });
        Ok(())
    }
}

fn operation(bag: &ConfigBag) -> Option<Operation> {
    let metadata = bag.load::<Metadata>()?;
    Some(Operation { service: metadata.service().to_owned(), operation: metadata.name().to_owned() })
}

/// By the SDK's own classifiers, which know every way in which AWS says it.
fn is_throttled(context: &InterceptorContext, components: &RuntimeComponents) -> bool {
    components.retry_classifiers().any(|classifier| {
        let action = classifier.classify_retry(context);
        let throttled = ErrorKind::ThrottlingError;
        matches!(action, RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }) if kind == throttled)
    })
}

/// How a call ended, all its attempts together.
fn outcome(context: &InterceptorContext, components: &RuntimeComponents) -> &'static str {
    let Some(Err(error)) = context.output_or_error() else { return "ok" };
    if error.is_timeout_error() {
        return "timed-out";
    }
    // Nobody answered, or there was nobody to sign the request.
    if !error.is_operation_error() && !error.is_response_error() {
        return "unsent";
    }
    if is_throttled(context, components) {
        return "throttled";
    }
    // AWS says no, because what is asked for is missing, denied or wrong; otherwise it is AWS that has failed.
    let is_ours = context.response().is_some_and(|response| response.status().is_client_error());
    if is_ours { "refused" } else { "failed" }
}
