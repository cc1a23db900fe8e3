//! `viridian health`: whether a console answers, for a container's health check, which has no other program.

use std::time::Duration;

use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use viridian_shared::route::HEALTHZ;

const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the console that listens on this machine. An error is a sentence for a log.
pub async fn ask(port: u16) -> Result<(), String> {
    let url = format!("http://127.0.0.1:{port}{HEALTHZ}");
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<bytes::Bytes>>();
    let asked = client.get(url.parse().map_err(|error| format!("{url} is no address: {error}."))?);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(response)) if response.status().is_success() => Ok(()),
        Ok(Ok(response)) => Err(format!("{url} answers {}.", response.status())),
        Ok(Err(error)) => Err(format!("{url} does not answer: {error}.")),
        Err(_) => Err(format!("{url} does not answer in time.")),
    }
}
