//! What a person at the terminal reads.

#![expect(clippy::print_stdout, reason = "the table of addresses is what a person asked for")]

use std::io::Write;

use viridian_sandbox::blueprint::Outputs;

use super::Options;

pub(super) fn preparing(options: &Options) {
    let what =
        if options.empty { "an empty service" } else { "a service with a first release in production" };
    println!("Preparing {what} in {} …", options.data_dir.display());
    flush();
}

pub(super) fn ready(options: &Options, outputs: &Outputs) {
    println!();
    println!("  Console      {}", outputs.console_url.as_deref().unwrap_or_default());
    addresses(outputs);
    println!();
    if options.empty {
        println!("Nothing runs yet: sign in as operator-1 and raise the desired count, then push:");
    } else {
        println!("Try a release:");
    }
    println!("  git clone {} shop && cd shop", outputs.repository_clone_url);
    println!(
        "  sed -i.before 's/background-color: #99c/background-color: #9c9/' index.html && rm index.html.before"
    );
    println!("  git commit -am 'Make it green' && git push");
    println!(
        "Then follow it in the console, look at both addresses, and approve the swap as two of approver-1,"
    );
    println!("approver-2 and operator-1.");
    println!("Stop with ctrl-c; the next start goes on from here.");
    flush();
}

pub(super) fn sandbox_only(options: &Options, outputs: &Outputs) {
    println!();
    addresses(outputs);
    println!();
    println!(
        "Start the console with: viridian serve --config {}",
        options.data_dir.join("viridian.toml").display()
    );
    flush();
}

fn addresses(outputs: &Outputs) {
    println!("  Production   {}", outputs.alb_prod_url);
    println!("  Test         {}", outputs.alb_test_url);
    println!("  Repository   {}", outputs.repository_clone_url);
    println!("  AWS          {}", outputs.aws_endpoint_url);
}

/// Whoever reads through a pipe reads it now. A closed pipe is nobody's problem.
fn flush() {
    let _ = std::io::stdout().flush();
}
