//! Structured logs: text for a terminal, JSON lines elsewhere; and traces by OpenTelemetry, where somebody takes them.
//! Never tokens, cookies or bodies.
//!
//! Traces are sent as OTLP over HTTP once `OTEL_EXPORTER_OTLP_ENDPOINT` says where to; its other variables (headers,
//! sampler, the service's name) are those of OpenTelemetry. A span is a request, a command, a round of the observer, a
//! run, or a call of AWS.

use std::{env, fmt, io::IsTerminal};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tokio::runtime::Handle;
use tracing_subscriber::{
    EnvFilter, Layer, filter::Targets, fmt as logs, layer::SubscriberExt, util::SubscriberInitExt,
};

/// The SDK warns of every place where it looked for credentials in vain; what that comes to is said once.
const DEFAULT: &str = "warn,viridian_server=info,viridian_domain=info,aws_config=error";
/// What is traced: our own spans, not those of the libraries.
const TRACED: [&str; 3] = ["viridian_aws", "viridian_domain", "viridian_server"];
/// The variables of which one says where traces go.
const WHERE: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// More than any answer of a collector.
const LARGEST: usize = 64 * 1024;

/// What has to be sent before the process ends.
#[derive(Default)]
pub struct Telemetry(Option<SdkTracerProvider>);

/// Writes logs to standard error; `VIRIDIAN_LOG` chooses what, as `info` or `viridian_server=debug`. Sends traces where
/// that is configured; needs the runtime's handle for it.
pub fn start(runtime: &Handle) -> Telemetry {
    let filter = EnvFilter::try_from_env("VIRIDIAN_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let (provider, problem) = match provider(runtime) {
        Ok(provider) => (provider, None),
        Err(problem) => (None, Some(problem)),
    };
    let traced = Targets::new().with_targets(TRACED.map(|target| (target, tracing::Level::INFO)));
    let spans = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer().with_tracer(provider.tracer("viridian")).with_filter(traced)
    });
    let registry = tracing_subscriber::registry().with(spans);
    let started = if std::io::stderr().is_terminal() {
        registry.with(logs::layer().with_writer(std::io::stderr).with_filter(filter)).try_init()
    } else {
        registry.with(logs::layer().json().with_writer(std::io::stderr).with_filter(filter)).try_init()
    };
    if let Err(error) = started {
        tracing::debug!(%error, "logs were already started");
    }
    if let Some(problem) = problem {
        tracing::error!(problem, "traces are not sent");
    }
    Telemetry(provider)
}

impl Telemetry {
    /// Sends what is left. Must not be called from within the runtime, which carries the last request.
    pub fn end(self) {
        if let Some(Err(error)) = self.0.map(|provider| provider.shutdown()) {
            tracing::debug!(%error, "the last traces were not sent");
        }
    }
}

/// None where nobody takes traces.
fn provider(runtime: &Handle) -> Result<Option<SdkTracerProvider>, String> {
    if !WHERE.iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty())) {
        return Ok(None);
    }
    let exporter = SpanExporter::builder().with_http().with_http_client(Sender::new(runtime)?).build();
    let exporter = exporter.map_err(|error| error.to_string())?;
    let mut resource = Resource::builder();
    if env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("viridian");
    }
    Ok(Some(
        SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build(),
    ))
}

/// Sends within our runtime, whoever asks for it: the exporter has a thread of its own.
struct Sender {
    runtime: Handle,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Sender {
    fn new(runtime: &Handle) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|error| format!("there are no certificates of authorities ({error})"))?;
        let connector = connector.https_or_http().enable_http1().build();
        Ok(Self { runtime: runtime.clone(), client: Client::builder(TokioExecutor::new()).build(connector) })
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.request(request.map(Full::new)).await?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(head, body))
        });
        sent.await?
    }
}
