//! A page as a colour served it, made safe to be shown: the captured markup and its own assets, and nothing that
//! runs or reaches out.
//!
//! What is written is built from an allow-list, never the page's own text: elements and attributes that are known
//! to do nothing, styles token by token, addresses only of assets that were captured from the same origin. The
//! result is read again as a browser would read it and cleaned again; only what stays the same is shown, so that
//! markup which changes its meaning when it is read twice has no way through. The server that shows it adds a
//! content policy and a frame without scripts and with an opaque origin; each of the three would be enough.

mod address;
mod allowed;
mod markup;
mod srcset;
mod style;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

pub use address::Base;

use crate::work::{self, Lent, Limits, Spent};
use address::Address;

/// What an asset is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// A style sheet.
    Style,
    /// A picture.
    Image,
    /// A font.
    Font,
}

/// Something of the same origin that a page or a style sheet names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Asset {
    /// With the query.
    pub path: String,
    /// What the page uses it as.
    pub used_as: Use,
}

/// A page that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The whole document, safe to be shown in a frame.
    pub html: String,
    /// What is not in it, and how often: `script`, `foreign image`.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// Why a page is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each says what it is")]
pub enum Unshown {
    #[error("the page is larger than {} MiB; its source shows it", LARGEST >> 20)]
    TooLarge,
    #[error("{0}; its source shows it")]
    Costly(Spent),
    #[error("its markup means something else each time it is read; its source shows it")]
    Unstable,
}

const LARGEST: usize = 8 << 20;
const MOST_ASSETS: usize = 200;
/// How often a page is cleaned until it stays the same.
const READINGS: usize = 4;

/// Where an asset that was captured can be fetched from; `None` if it was not.
pub type Places<'p> = &'p dyn Fn(&Asset) -> Option<String>;

/// The assets of the same origin that a page names, each once, in their order.
pub fn assets(html: &str, base: &Base) -> Vec<Asset> {
    let mut links = Links::new(base.clone(), &|_| None);
    if html.len() <= LARGEST {
        // What costs too much is shown without its assets, if at all.
        let _ = work::bounded(Limits::default(), || markup::write(html, &mut links));
    }
    links.found
}

/// The assets of the same origin that a style sheet names.
pub fn assets_of_style(css: &str, base: &Base) -> Vec<Asset> {
    let mut links = Links::new(base.clone(), &|_| None);
    if css.len() <= LARGEST {
        let _ = work::bounded(Limits::default(), || style::clean(css, &mut links));
    }
    links.found
}

/// A page made safe, with its assets where `places` has them.
pub fn clean(html: &str, base: &Base, places: Places<'_>) -> Result<Page, Unshown> {
    if html.len() > LARGEST {
        return Err(Unshown::TooLarge);
    }
    work::bounded(Limits::default(), || cleaned(html, base, places))
        .unwrap_or_else(|spent| Err(Unshown::Costly(spent)))
}

fn cleaned(html: &str, base: &Base, places: Places<'_>) -> Result<Page, Unshown> {
    let mut links = Links::new(base.clone(), places);
    let mut written = markup::write(html, &mut links);
    let left_out = std::mem::take(&mut links.left_out);
    links.places = &|_| None;
    for _ in 0..READINGS {
        let _lent = Lent::of(written.len());
        let again = markup::write(&written, &mut links);
        if again == written {
            return Ok(Page { html: written, left_out });
        }
        written = again;
    }
    Err(Unshown::Unstable)
}

/// A style sheet made safe, with its assets where `places` has them.
pub fn clean_style(css: &str, base: &Base, places: Places<'_>) -> String {
    if css.len() > LARGEST {
        return String::new();
    }
    let cleaned =
        work::bounded(Limits::default(), || style::clean(css, &mut Links::new(base.clone(), places)));
    cleaned.unwrap_or_default()
}

/// What becomes of addresses while something is written.
struct Links<'p> {
    base: Base,
    places: Places<'p>,
    /// Assets of the same origin, each once.
    found: Vec<Asset>,
    /// Places that were written: when the result is read again, they stay.
    written: HashSet<String>,
    left_out: BTreeMap<&'static str, usize>,
}

impl<'p> Links<'p> {
    fn new(base: Base, places: Places<'p>) -> Self {
        Self { base, places, found: Vec::new(), written: HashSet::new(), left_out: BTreeMap::new() }
    }

    fn leave_out(&mut self, what: &'static str) {
        *self.left_out.entry(what).or_default() += 1;
    }

    /// What to write for an address.
    fn place(&mut self, address: &str, used_as: Use) -> Option<String> {
        if self.written.contains(address) {
            return Some(address.to_owned());
        }
        let path = match self.base.resolve(address) {
            Address::Own(path) => path,
            Address::Fragment(fragment) => return Some(fragment),
            Address::Picture(data) if used_as == Use::Image => return Some(data),
            Address::Nothing => return None,
            Address::Picture(_) | Address::Foreign => {
                self.leave_out(match used_as {
                    Use::Style => "foreign style sheet",
                    Use::Image => "foreign image",
                    Use::Font => "foreign font",
                });
                return None;
            }
        };
        let asset = Asset { path, used_as };
        let place = (self.places)(&asset);
        if self.found.len() < MOST_ASSETS && !self.found.contains(&asset) {
            self.found.push(asset);
        }
        match &place {
            Some(place) => {
                // The same picture stands in a page as often as the page says, and all of it each time.
                work::take(2 * place.len());
                self.written.insert(place.clone());
            }
            None => self.leave_out("asset that was not captured"),
        }
        place
    }
}
