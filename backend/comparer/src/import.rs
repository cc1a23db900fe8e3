//! Suites out of what a team has already.

use std::time::Duration;

use viridian_compare::suite as file;
use viridian_domain::port::comparer::Imported;
use viridian_import as from;
use viridian_shared::comparison::suite::{Header, ImportFormat, Probe, Suite};

use super::{desk::DeskPlace, sentence};

/// In which a text is read. Whoever gives commands to the service waits for as long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where whole files are read nobody else is kept waiting.
pub(super) async fn import(format: ImportFormat, text: String) -> Result<Imported, String> {
    let reading = async { DeskPlace::free().await.work(move || read(format, &text)).await };
    let late = |_| format!("To read {} took more than {} seconds.", format.words(), PATIENCE.as_secs());
    tokio::time::timeout(PATIENCE, reading).await.map_err(late)?.map_err(|undone| sentence(&undone))?
}

fn read(format: ImportFormat, text: &str) -> Result<Imported, String> {
    let readable = |read: Result<from::Imported, from::Unreadable>| read.map_err(|error| sentence(&error));
    let imported = match format {
        ImportFormat::Toml => {
            let (_, suite) = file::read(text).map_err(|error| sentence(&error))?;
            return Ok(Imported { suite, remarks: Vec::new() });
        }
        ImportFormat::OpenApi => readable(from::openapi::import(text))?,
        ImportFormat::Har => readable(from::har::import(text))?,
        ImportFormat::Curl => from::curl::import(text),
        ImportFormat::Hurl => from::hurl::import(text),
        ImportFormat::Postman => readable(from::postman::import(text))?,
        ImportFormat::Bruno => from::bruno::import(text),
        ImportFormat::Sitemap => readable(from::sitemap::import(text))?,
        ImportFormat::List => from::list::import(text),
    };
    if imported.probes.is_empty() {
        let why = imported.remarks.first().map(|remark| format!(": {}", remark.trim_end_matches('.')));
        return Err(format!("No request was found in {}{}.", format.words(), why.unwrap_or_default()));
    }
    let probes = imported.probes.into_iter().map(probe).collect();
    Ok(Imported { suite: Suite { probes, ..Suite::default() }, remarks: imported.remarks })
}

fn probe(probe: from::Probe) -> Probe {
    let headers = probe.headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    let from::Probe { name, method, path, body, .. } = probe;
    Probe { name, method, path, headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_request_is_refused_with_a_sentence() {
        for format in ImportFormat::ALL {
            let refused = read(format, "nothing of the kind").err();
            // A list takes any line for a path, and says what it left out.
            assert!(refused.is_none_or(|it| it.ends_with('.') && !it.ends_with("..")), "{format:?}");
        }
        assert!(read(ImportFormat::Har, "{}").is_err());
        assert!(read(ImportFormat::Curl, "wget http://localhost").unwrap_err().contains("curl"));
    }

    #[test]
    fn a_secret_becomes_a_reference_and_says_what_to_set() {
        let text = "curl https://shop.example.com/orders -H 'Authorization: Bearer abc123'";
        let imported = read(ImportFormat::Curl, text).unwrap();
        assert_eq!(imported.suite.probes[0].headers[0].value, "env:PROBE_AUTHORIZATION");
        assert!(imported.remarks[0].contains("PROBE_AUTHORIZATION"));
        assert!(!format!("{imported:?}").contains("abc123"));
    }
}
