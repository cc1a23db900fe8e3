//! Whom the command line may ask: the two colours that it names, at the very addresses that were checked.
//!
//! Addresses of the cloud's metadata are refused whatever is allowed. Addresses of this machine are refused
//! unless the colour is allowed by name: a suite from elsewhere must not reach what only listens here.

use std::{collections::HashMap, io, net::SocketAddr, sync::Mutex};

use viridian_compare::probe::{
    Attempt, Probed,
    guard::{Guard, Origin, RefusedOrigin, Resolver, System},
};

use super::{Failure, sentence, unusable};

#[derive(Debug)]
pub(super) struct Colour {
    name: &'static str,
    pub(super) origin: Origin,
}

impl Colour {
    pub(super) fn of(name: &'static str, url: &str) -> Result<Self, Failure> {
        let origin: Origin =
            url.parse().map_err(|refused: RefusedOrigin| unusable(format!("--{name} {url}: {refused}")))?;
        let after_scheme = url.trim().split_once("://").map_or("", |(_, rest)| rest);
        if after_scheme.find(['/', '?', '#']).is_some_and(|at| after_scheme.len() > at + 1) {
            return Err(unusable(format!("--{name} {url}: paths belong to the probes; say {origin}")));
        }
        Ok(Self { name, origin })
    }
}

/// The machine's resolver, asked once for each name: what was checked is what is asked.
#[derive(Default)]
pub(super) struct Remembered(Mutex<HashMap<(String, u16), Vec<SocketAddr>>>);

impl Resolver for Remembered {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let key = (host.to_owned(), port);
        let known = |names: &HashMap<_, Vec<SocketAddr>>| names.get(&key).cloned();
        if let Some(addresses) = self.0.lock().ok().and_then(|names| known(&names)) {
            return Ok(addresses);
        }
        let addresses = System.addresses(host, port).await?;
        if let Ok(mut names) = self.0.lock() {
            names.insert(key, addresses.clone());
        }
        Ok(addresses)
    }
}

/// Checks both colours, each by what is allowed of it.
pub(super) async fn guard(
    colours: &[Colour; 2],
    allowed: &[String],
    names: &Remembered,
) -> Result<Guard, Failure> {
    let mut on_this_machine = Vec::new();
    for text in allowed {
        let origin: Origin =
            text.parse().map_err(|refused: RefusedOrigin| unusable(format!("--allow {text}: {refused}")))?;
        on_this_machine.push(origin);
    }
    let mut guard = Guard { allowed: Vec::new(), allows_loopback: false };
    for Colour { name, origin } in colours {
        let own = Guard { allowed: vec![origin.clone()], allows_loopback: on_this_machine.contains(origin) };
        if let Err(refused) = own.check(origin, names).await {
            let hint = match refused {
                RefusedOrigin::Forbidden => {
                    format!("; if it is meant to be this machine, say --allow {origin}")
                }
                _ => String::new(),
            };
            return Err(Failure::Unanswered(sentence(format!("{name} {origin}: {refused}{hint}"))));
        }
        guard.allows_loopback |= own.allows_loopback;
        guard.allowed.push(origin.clone());
    }
    Ok(guard)
}

/// A colour that answered nothing at all was not compared.
pub(super) fn answered(colours: &[Colour; 2], answers: &[Probed]) -> Result<(), Failure> {
    let sides: [fn(&Probed) -> &Vec<Attempt>; 2] = [|it| &it.blue, |it| &it.green];
    for (Colour { name, origin }, side) in colours.iter().zip(sides) {
        let attempts = || answers.iter().flat_map(side);
        if attempts().all(Result::is_err)
            && let Some(Err(failed)) = attempts().next()
        {
            return Err(Failure::Unanswered(sentence(format!(
                "{name} {origin} gave no answer to any probe: {failed}"
            ))));
        }
    }
    Ok(())
}
