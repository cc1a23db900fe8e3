//! The command line of `serve` and `check`: a file, stacks, or both.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use serde::Deserialize;

use super::{Config, PersonConfig, StackConfig, gates, people};

/// What is served, and how.
#[derive(Debug, Clone, Default, Args)]
#[group(skip)]
pub struct Options {
    /// A TOML file; `docs/configuration.md` names every setting.
    #[arg(long, required_unless_present = "stack")]
    pub config: Option<PathBuf>,
    /// A stack whose outputs describe a service: NAME or NAME@REGION. May be given several times.
    #[arg(long, value_name = "NAME[@REGION]")]
    pub stack: Vec<String>,
    /// The region of stacks that name none; as every AWS tool finds it unless told.
    #[arg(long)]
    pub region: Option<String>,
    /// An endpoint instead of AWS's own, for the stacks: a sandbox.
    #[arg(long, env = "AWS_ENDPOINT_URL")]
    pub endpoint_url: Option<String>,
    /// A TOML file with the people who may sign in by key.
    #[arg(long, env = "VIRIDIAN_PEOPLE")]
    pub people: Option<PathBuf>,
    /// A TOML file with the policies by which gates are decided.
    #[arg(long, env = "VIRIDIAN_GATES")]
    pub gates: Option<PathBuf>,
    /// Where the console listens; 127.0.0.1:3000 unless told.
    #[arg(long, env = "VIRIDIAN_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Where the journal is kept, on SQLite; `.viridian` unless told.
    #[arg(long, env = "VIRIDIAN_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where `/metrics` and `/readyz` answer, with the names of services; beside the page and without them unless
    /// told.
    #[arg(long, env = "VIRIDIAN_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// What `/metrics` and `/readyz` want as a bearer token, 16 characters or more.
    #[arg(skip = std::env::var("VIRIDIAN_METRICS_TOKEN").ok())]
    pub metrics_token: Option<String>,
    /// A file elsewhere that heads of the journal are appended to, for `viridian verify --anchor`.
    #[arg(long, env = "VIRIDIAN_ANCHOR")]
    pub anchor: Option<PathBuf>,
}

/// The file of `--people`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    people: Vec<PersonConfig>,
}

impl Options {
    /// The configuration that the options stand for; an error is a sentence for a person.
    pub async fn read(self) -> Result<Config, String> {
        let mut config = match &self.config {
            Some(path) => aside(path, Config::read).await?,
            None => Config::default(),
        };
        for stack in &self.stack {
            config.stacks.push(self.stack(stack).await?);
        }
        if let Some(path) = &self.people {
            config.people.extend(aside(path, read_people).await?);
        }
        if let Some(path) = &self.gates {
            config.gates.extend(aside(path, gates::read).await?);
        }
        config.listen = self.listen.unwrap_or(config.listen);
        config.data_dir = self.data_dir.or(config.data_dir);
        config.anchor = self.anchor.or(config.anchor);
        config.metrics_listen = self.metrics_listen.or(config.metrics_listen);
        config.metrics_token = self.metrics_token.filter(|token| !token.is_empty());
        people::check(&config.people)
            .and_then(|()| config.check_doors())
            .and_then(|()| config.check_gates())
            .map_err(|error| format!("The options do not fit together: {error}"))?;
        Ok(config)
    }

    async fn stack(&self, given: &str) -> Result<StackConfig, String> {
        let (name, region) = match given.split_once('@') {
            Some((name, region)) => (name, Some(region.to_owned())),
            None => (given, self.region.clone()),
        };
        let region = match region {
            Some(region) => region,
            // A sandbox says in its outputs where it is.
            None if self.endpoint_url.is_some() => "us-east-1".to_owned(),
            None => viridian_aws::region().await.ok_or_else(|| {
                format!("The region of the stack {name} is not known. Say --stack {name}@REGION, or set AWS_REGION.")
            })?,
        };
        let endpoint_url = self.endpoint_url.clone();
        Ok(StackConfig { name: name.to_owned(), region, endpoint_url, ..StackConfig::default() })
    }
}

/// Reads a file where nobody waits for it but the caller.
async fn aside<T: Send + 'static>(
    path: &std::path::Path,
    read: fn(&std::path::Path) -> Result<T, String>,
) -> Result<T, String> {
    let owned = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || read(&owned)).await;
    reading.unwrap_or_else(|error| Err(format!("{} cannot be read: {error}.", path.display())))
}

fn read_people(path: &std::path::Path) -> Result<Vec<PersonConfig>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("The people in {shown} cannot be read: {error}."))?;
    let wrong = |error: String| format!("The people in {shown} are not right: {error}");
    let People { people } = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    people::check(&people).map_err(wrong)?;
    Ok(people)
}
