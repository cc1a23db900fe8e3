//! The pages and their addresses: an address for a page, and a page for an address. Every link comes from here.

mod compare;

use viridian_shared::route::{decoded, plain, segment};

pub use compare::{Lay, Look, Picked};

/// A page with what its address holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Services,
    Release {
        service: String,
    },
    Compare {
        service: String,
        picked: Picked,
    },
    /// What is picked is a query that the page itself reads.
    Machines {
        service: String,
        picked: String,
    },
}

impl Page {
    pub fn release(service: &str) -> Self {
        Self::Release { service: service.to_owned() }
    }

    pub fn compare(service: &str, picked: Picked) -> Self {
        Self::Compare { service: service.to_owned(), picked }
    }

    pub fn machines(service: &str) -> Self {
        Self::Machines { service: service.to_owned(), picked: String::new() }
    }

    /// The page with one machine, or one of its executions, picked.
    pub fn machine(service: &str, machine: &str, execution: Option<&str>) -> Self {
        let picked = query(&[("machine", Some(machine)), ("execution", execution)]);
        Self::Machines { service: service.to_owned(), picked }
    }

    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Services => None,
            Self::Release { service } | Self::Compare { service, .. } | Self::Machines { service, .. } => {
                Some(service)
            }
        }
    }

    /// The page with nothing picked in it.
    #[must_use]
    pub fn bare(&self) -> Self {
        match self {
            Self::Services => Self::Services,
            Self::Release { service } => Self::release(service),
            Self::Compare { service, .. } => Self::compare(service, Picked::default()),
            Self::Machines { service, .. } => Self::machines(service),
        }
    }

    /// Whether both are the same page of the same service, whatever is picked in it.
    pub fn is_beside(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.service() == other.service()
    }

    /// As the browser's tab shows it.
    pub fn title(&self) -> String {
        let name = match self {
            Self::Services => return "Services · Viridian".to_owned(),
            Self::Release { .. } => "Release",
            Self::Compare { .. } => "Compare",
            Self::Machines { .. } => "State machines",
        };
        format!("{name} · {} · Viridian", self.service().unwrap_or_default())
    }

    /// Path and query.
    pub fn path(&self) -> String {
        match self {
            Self::Services => "/".to_owned(),
            Self::Release { service } => format!("/s/{}", segment(service)),
            Self::Compare { service, picked } => {
                format!("/s/{}/compare{}", segment(service), picked.query())
            }
            Self::Machines { service, picked } => format!("/s/{}/machines{picked}", segment(service)),
        }
    }

    /// The page that a path and a query (with or without its mark) lead to, if they lead to one.
    pub fn parse(path: &str, query: &str) -> Option<Self> {
        let mut parts = path.trim_matches('/').split('/');
        let (first, service, name) = (parts.next()?, parts.next(), parts.next());
        if parts.next().is_some() || service.is_some_and(str::is_empty) {
            return None;
        }
        match (first, service.map(plain), name) {
            ("", None, None) => Some(Self::Services),
            ("s", Some(service), None) => Some(Self::Release { service }),
            ("s", Some(service), Some("compare")) => {
                Some(Self::Compare { service, picked: Picked::parse(query) })
            }
            ("s", Some(service), Some("machines")) => {
                let text = query.strip_prefix('?').unwrap_or(query);
                let picked = if text.is_empty() { String::new() } else { format!("?{text}") };
                Some(Self::Machines { service, picked })
            }
            _ => None,
        }
    }
}

/// The query of what is there, for an address.
pub fn query_of(values: &[(&str, Option<&str>)]) -> String {
    query(values)
}

/// "?a=1&b=2" of what is there; nothing when nothing is.
fn query(values: &[(&str, Option<&str>)]) -> String {
    let mut text = String::new();
    for (name, value) in values {
        if let Some(value) = value {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&segment(value));
        }
    }
    text
}

/// The first value under a name of a query.
pub fn picked(query: &str, name: &str) -> Option<String> {
    value(query, name)
}

/// The first value under a name, read as browsers read a query (`URLSearchParams`).
fn value(query: &str, name: &str) -> Option<String> {
    let read = |text: &str| String::from_utf8_lossy(&decoded(&text.replace('+', " "))).into_owned();
    let pairs = query.strip_prefix('?').unwrap_or(query).split('&').filter(|pair| !pair.is_empty());
    let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(own, _)| read(own) == name).map(|(_, value)| read(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::{Url, form_urlencoded};
    use viridian_shared::comparison::view::View;

    use super::*;

    /// A name; `.` and `..` are none, for no address can hold them.
    fn name() -> impl Strategy<Value = String> {
        any::<String>().prop_filter("a name", |text| !matches!(text.as_str(), "" | "." | ".."))
    }

    fn some_name() -> impl Strategy<Value = Option<String>> {
        proptest::option::of(name())
    }

    fn picked() -> impl Strategy<Value = Picked> {
        let names = (some_name(), some_name(), some_name(), some_name());
        let looks = [View::Page, View::Tree, View::Source, View::Headers].map(Look::View);
        let look =
            proptest::option::of(proptest::sample::select([looks.as_slice(), &[Look::Timing]].concat()));
        let lay = proptest::sample::select(Lay::ALL.to_vec());
        (names, look, proptest::option::of(any::<u32>()), any::<bool>(), lay).prop_map(
            |((run, finding, suite, probe), look, difference, is_unfolded, lay)| Picked {
                run,
                finding,
                suite,
                probe,
                look,
                difference,
                is_unfolded,
                lay,
            },
        )
    }

    fn page() -> impl Strategy<Value = Page> {
        prop_oneof![
            Just(Page::Services),
            name().prop_map(|service| Page::Release { service }),
            (name(), picked()).prop_map(|(service, picked)| Page::Compare { service, picked }),
            (name(), some_name(), some_name()).prop_map(|(service, machine, state)| Page::Machines {
                service,
                picked: query(&[("machine", machine.as_deref()), ("state", state.as_deref())]),
            }),
        ]
    }

    proptest! {
        #[test]
        fn a_query_is_read_as_the_standard_says(query in "[ab%+=&#?0-9A-Fé]{0,24}", name in "[ab ]{0,2}") {
            let standard = form_urlencoded::parse(query.strip_prefix('?').unwrap_or(&query).as_bytes());
            let first = standard.into_owned().find(|(own, _)| *own == name).map(|(_, value)| value);
            prop_assert_eq!(value(&query, &name), first);
        }

        #[test]
        fn what_an_address_holds_comes_through_the_browser_unchanged(page in page()) {
            let url = Url::parse("https://console.example").and_then(|it| it.join(&page.path())).unwrap();
            prop_assert_eq!(Page::parse(url.path(), url.query().unwrap_or_default()), Some(page));
        }
    }

    #[test]
    fn an_address_that_leads_nowhere_is_no_page() {
        for path in ["/no-such-page", "/s", "/s/", "/s//machines", "/s/a/nothing", "/s/a/machines/b"] {
            assert_eq!(Page::parse(path, ""), None, "{path}");
        }
    }

    #[test]
    fn the_address_of_a_page_leads_to_it() {
        for page in [
            Page::Services,
            Page::release("a b/c"),
            Page::machines("demo"),
            Page::machine("demo", "deploy-green", Some("x&y=z?+%")),
            Page::compare("demo", Picked::default()),
            Page::compare("demo", Picked::probe("17", "GET /api/items?a=1")),
            Page::compare(
                "demo",
                Picked {
                    finding: Some("3f9c".to_owned()),
                    look: Some(Look::Timing),
                    difference: Some(12),
                    is_unfolded: true,
                    lay: Lay::Onion,
                    ..Picked::run("17")
                },
            ),
        ] {
            let address = page.path();
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(Page::parse(path, query), Some(page));
        }
        let odd = Page::parse("/s/demo/compare", "look=upside-down&difference=many&lay=");
        assert_eq!(odd, Some(Page::compare("demo", Picked::default())));
        assert_eq!(Page::parse("/s/demo/", "?machine="), Some(Page::release("demo")));
    }
}
