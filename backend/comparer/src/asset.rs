//! What pages name: style sheets, pictures and fonts of the same origin, fetched once in a run for each colour.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;
use viridian_compare::{
    answer::WholeAnswer,
    body::{self, Kind},
    page::{self, Asset, Base, Use},
    probe::{
        Connection, Limits, Probe, Probed, Secrets, get,
        guard::{Origin, System},
    },
    suite::Suite,
    work,
};
use viridian_domain::port::comparer::Capture;
use viridian_shared::colour::Colour;

use super::{Compare, End, body_limits, desk::DeskPlace};

/// Of one asset.
const LARGEST: usize = 2 << 20;
/// Of all assets of a run.
const ROOM: usize = 16 << 20;
/// Assets of a page, those of its style sheets included.
const MOST: usize = 100;
/// In which all of them are fetched.
const PATIENCE: Duration = Duration::from_secs(20);

/// The assets of a run: by the place of the probe in its suite and by colour.
#[derive(Default)]
pub(super) struct Assets {
    of: HashMap<(usize, Colour), Vec<Fetched>>,
    /// What was left out, a sentence each.
    pub(super) remarks: Vec<String>,
}

#[derive(Clone)]
struct Fetched {
    path: String,
    kind: String,
    bytes: Bytes,
}

impl Assets {
    pub(super) fn of(&self, place: usize, colour: Colour) -> impl Iterator<Item = Capture> {
        let fetched = self.of.get(&(place, colour)).into_iter().flatten();
        fetched.map(move |it| Capture {
            colour,
            asset: Some(it.path.clone()),
            kind: it.kind.clone(),
            bytes: it.bytes.clone(),
        })
    }
}

impl Compare {
    pub(super) async fn assets(
        &self,
        suite: &Suite,
        answers: &[Probed],
        ends: &[End; 2],
        secrets: &Secrets,
    ) -> Assets {
        let mut assets = Assets::default();
        let (mut room, deadline) = (ROOM, Instant::now() + PATIENCE);
        for (colour, end) in [Colour::Blue, Colour::Green].into_iter().zip(ends) {
            let Ok(checked) = self.guard.check(&end.asked, &System).await else { continue };
            let limits = Limits { kept: LARGEST, read: LARGEST as u64, ..self.limits };
            let connection = Connection::new(checked, self.tls.clone(), limits);
            let mut fetcher = Fetcher { connection, secrets, known: HashMap::new(), room, deadline };
            for (place, (probe, probed)) in suite.probes.iter().zip(answers).enumerate() {
                let attempts = if colour == Colour::Blue { &probed.blue } else { &probed.green };
                let Some(answer) = attempts.iter().rev().find_map(|it| it.as_ref().ok()) else { continue };
                let named = fetcher.page(probe, answer, &end.shown).await;
                if !named.is_empty() {
                    assets.of.insert((place, colour), named);
                }
            }
            room = fetcher.room;
            if fetcher.is_over() {
                let text = "Some styles and pictures were left out: pages name more than is kept of a run.";
                assets.remarks.push(text.to_owned());
                break;
            }
        }
        assets
    }
}

struct Fetcher<'a> {
    connection: Connection,
    secrets: &'a Secrets,
    known: HashMap<String, Option<Fetched>>,
    room: usize,
    deadline: Instant,
}

impl Fetcher<'_> {
    fn is_over(&self) -> bool {
        self.room == 0 || Instant::now() >= self.deadline
    }

    /// What a page names, and what its style sheets name.
    async fn page(&mut self, probe: &Probe, answer: &WholeAnswer, origin: &Origin) -> Vec<Fetched> {
        let base = Base::new(origin, &probe.path);
        let mut wanted = named(answer.clone(), base.clone()).await;
        let (mut fetched, mut asked) = (Vec::new(), HashSet::new());
        let mut next = 0;
        while let Some(asset) = wanted.get(next).cloned() {
            next += 1;
            if fetched.len() >= MOST || self.is_over() || !asked.insert(asset.path.clone()) {
                continue;
            }
            let Some(it) = self.fetch(probe, &asset.path).await else { continue };
            if asset.used_as == Use::Style {
                wanted.extend(named_by_style(it.bytes.clone(), base.beside(&asset.path)).await);
            }
            fetched.push(it);
        }
        fetched
    }

    /// One asset, asked with the headers of the page's probe; once in a run.
    async fn fetch(&mut self, page: &Probe, path: &str) -> Option<Fetched> {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let mut probe = Probe { headers: page.headers.clone(), ..get(path) };
        probe.headers.retain(|it| !it.name.eq_ignore_ascii_case("accept"));
        let asking = tokio::time::timeout_at(self.deadline, self.connection.ask(&probe, self.secrets));
        let answer = asking.await.ok().and_then(Result::ok);
        let fetched = match answer {
            Some(answer) => self.take(path, answer).await,
            None => None,
        };
        self.known.insert(path.to_owned(), fetched.clone());
        fetched
    }

    async fn take(&mut self, path: &str, answer: WholeAnswer) -> Option<Fetched> {
        if answer.status != 200 || !answer.body.is_whole() {
            return None;
        }
        let kind = answer.header("content-type").next().unwrap_or_default().to_owned();
        // As a browser would have it, without content codings.
        let reading = DeskPlace::free().await.work(move || {
            let limits = work::Limits { decoded: LARGEST as u64, ..body_limits() };
            let content = body::understand(&answer, limits);
            content.troubles.is_empty().then(|| Bytes::copy_from_slice(content.bytes()))
        });
        let bytes = reading.await.ok().flatten()?;
        if bytes.len() > self.room {
            self.room = 0;
            return None;
        }
        self.room -= bytes.len();
        Some(Fetched { path: path.to_owned(), kind, bytes })
    }
}

/// What a page names; nothing where it costs too much to read it.
async fn named(answer: WholeAnswer, base: Base) -> Vec<Asset> {
    let reading = DeskPlace::free().await.work(move || {
        let content = body::understand(&answer, body_limits());
        let html = content.text().filter(|_| content.kind == Kind::Html);
        html.map(|html| page::assets(html, &base)).unwrap_or_default()
    });
    reading.await.unwrap_or_default()
}

async fn named_by_style(bytes: Bytes, base: Base) -> Vec<Asset> {
    let reading =
        DeskPlace::free().await.work(move || page::assets_of_style(&String::from_utf8_lossy(&bytes), &base));
    reading.await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{super::view::plain, *};

    /// Reading half a minute’s worth of page kept everybody else’s requests waiting.
    #[tokio::test]
    async fn what_a_page_names_is_read_beside_what_is_served() {
        let page = format!("<img src=/logo.png>{}", "<p>a paragraph</p>".repeat(50_000));
        let base = Base::new(&"http://shop.example.com".parse().unwrap(), "/");
        let mut naming = Box::pin(named(plain("text/html", page.into_bytes()), base));
        assert!(futures::poll!(&mut naming).is_pending(), "the thread that serves reads it");
        assert_eq!(naming.await.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/logo.png"]);
    }
}
