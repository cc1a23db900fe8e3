//! The pages and their paths; every link of the page comes from here.

use viridian_shared::route::segment;

/// A page with what its URL holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Services,
    Release { service: String },
    Machines { service: String, machine: Option<String>, execution: Option<String> },
}

impl Page {
    pub fn release(service: &str) -> Self {
        Self::Release { service: service.to_owned() }
    }

    pub fn machines(service: &str) -> Self {
        Self::Machines { service: service.to_owned(), machine: None, execution: None }
    }

    /// The page with one machine, or one of its executions, picked.
    pub fn machine(service: &str, machine: &str, execution: Option<&str>) -> Self {
        Self::Machines {
            service: service.to_owned(),
            machine: Some(machine.to_owned()),
            execution: execution.map(str::to_owned),
        }
    }

    pub fn path(&self) -> String {
        match self {
            Self::Services => "/".to_owned(),
            Self::Release { service } => format!("/s/{}", segment(service)),
            Self::Machines { service, machine, execution } => {
                let query = |name: &str, value: &Option<String>| {
                    value.as_ref().map(|value| format!("{name}={}", segment(value)))
                };
                let query: Vec<_> = [query("machine", machine), query("execution", execution)]
                    .into_iter()
                    .flatten()
                    .collect();
                let mark = if query.is_empty() { "" } else { "?" };
                format!("/s/{}/machines{mark}{}", segment(service), query.join("&"))
            }
        }
    }
}

/// The service that a path is about.
pub fn service_of(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/s/")?;
    let name = rest.split('/').next().filter(|name| !name.is_empty())?;
    let decoded = js_sys::decode_uri_component(name).ok().map(String::from);
    Some(decoded.unwrap_or_else(|| name.to_owned()))
}
