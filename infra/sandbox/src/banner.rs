//! What the sandbox says when it answers: where, and what to try first.

use std::{
    io::{self, Write},
    path::Path,
};

use viridian_sandbox::blueprint::Outputs;

pub(crate) fn booted(outputs: &Outputs, file: &Path) {
    let endpoint = &outputs.aws_endpoint_url;
    say(&format!(
        "The sandbox answers.

  AWS clients   {endpoint}   (any access key, region {region})
  production    {production}
  test          {test}
  repository    {repository}
  controls      {endpoint}/_sandbox/clock

All of it stands in {file}. Try:

  export AWS_ENDPOINT_URL={endpoint} AWS_REGION={region} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
  aws codepipeline get-pipeline-state --name {pipeline}
  git clone {repository}

Ctrl-C stops it; started again with the same --data-dir, it goes on.",
        region = outputs.region,
        production = outputs.alb_prod_url,
        test = outputs.alb_test_url,
        repository = outputs.repository_clone_url,
        pipeline = outputs.pipeline_name,
        file = file.display(),
    ));
}

pub(crate) fn gathered(count: usize, took: std::time::Duration) {
    say(&format!("{count} more services are there ({:.2} s).", took.as_secs_f64()));
}

pub(crate) fn bare(endpoint: &str) {
    say(&format!(
        "The sandbox answers AWS clients at {endpoint}; there is nothing in it yet. Ctrl-C stops it."
    ));
}

/// Nobody may be listening any more, and that is no error.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
