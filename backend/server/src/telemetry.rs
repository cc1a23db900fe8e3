//! Structured logs: text for a terminal, JSON lines elsewhere. Never tokens, cookies or bodies.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

/// The SDK warns of every place where it looked for credentials in vain; what that comes to is said once.
const DEFAULT: &str = "warn,viridian_server=info,viridian_domain=info,aws_config=error";

/// Writes logs to standard error; `VIRIDIAN_LOG` chooses what, as `info` or `viridian_server=debug`.
pub fn start() {
    let filter = EnvFilter::try_from_env("VIRIDIAN_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let started = if std::io::stderr().is_terminal() {
        fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init()
    } else {
        fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init()
    };
    if let Err(error) = started {
        tracing::debug!(error, "logs were already started");
    }
}
