//! A suite file: the console's own suite, in the names and shapes that people write.

use serde::{Deserialize, Serialize};
use viridian_shared::comparison::suite::{Expects, Header, NoisePlace, NoiseRule, Probe, Suite, Unordered};

/// What stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    name: String,
    #[serde(default, rename = "probe", skip_serializing_if = "Vec::is_empty")]
    probes: Vec<Written<Probe>>,
    #[serde(default, rename = "array", skip_serializing_if = "Vec::is_empty")]
    arrays: Vec<Written<Unordered>>,
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Written<NoiseRule>>,
}

impl File {
    pub(super) fn of(name: &str, suite: &Suite) -> Self {
        Self {
            name: name.to_owned(),
            probes: suite.probes.iter().cloned().map(Written).collect(),
            arrays: suite.arrays.iter().cloned().map(Written).collect(),
            rules: suite.noise.iter().cloned().map(Written).collect(),
        }
    }

    /// The suite by its name.
    pub(super) fn suite(self) -> (String, Suite) {
        let suite = Suite {
            probes: self.probes.into_iter().map(|it| it.0).collect(),
            arrays: self.arrays.into_iter().map(|it| it.0).collect(),
            noise: self.rules.into_iter().map(|it| it.0).collect(),
        };
        (self.name, suite)
    }
}

/// A part of a suite in the form that it has in a file.
struct Written<T>(T);

macro_rules! written {
    ($of:ty, $form:ident) => {
        impl Serialize for Written<$of> {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $form::serialize(&self.0, to)
            }
        }

        impl<'de> Deserialize<'de> for Written<$of> {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $form::deserialize(from).map(Self)
            }
        }
    };
}

written!(Probe, ProbeForm);
written!(Unordered, ArrayForm);
written!(NoiseRule, RuleForm);

#[derive(Serialize, Deserialize)]
#[serde(remote = "Probe", deny_unknown_fields)]
struct ProbeForm {
    name: String,
    #[serde(default = "get")]
    method: String,
    path: String,
    #[serde(default, with = "pairs", skip_serializing_if = "Vec::is_empty")]
    headers: Vec<Header>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

/// Headers as pairs of a name and a value.
mod pairs {
    use serde::{Deserialize, Deserializer, Serializer};
    use viridian_shared::comparison::suite::Header;

    pub(super) fn serialize<S: Serializer>(headers: &[Header], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(headers.iter().map(|it| (&it.name, &it.value)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Header>, D::Error> {
        let pairs = Vec::<(String, String)>::deserialize(from)?;
        Ok(pairs.into_iter().map(|(name, value)| Header { name, value }).collect())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Unordered", deny_unknown_fields)]
struct ArrayForm {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "NoiseRule")]
struct RuleForm {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe: Option<String>,
    #[serde(flatten, with = "PlaceForm")]
    place: NoisePlace,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expects: Option<Expects>,
    by: String,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "NoisePlace", tag = "kind", rename_all = "kebab-case")]
enum PlaceForm {
    Header {
        header: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    Cookie {
        cookie: String,
    },
    Json {
        path: String,
        #[serde(default)]
        whole: bool,
    },
    Html {
        selector: String,
        #[serde(default)]
        whole: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<String>,
    },
    Text {
        pattern: String,
    },
}
