//! Takes secrets out of an answer, within whatever content codings it came.

use super::{Finder, Secrets};
use crate::{
    answer::{Body, WholeAnswer},
    body,
};

impl Secrets {
    /// Replaces every secret that an answer repeats by its name. A body in which nobody can look is not kept.
    pub(in crate::probe) fn redact(&self, answer: &mut WholeAnswer) {
        let Some(finder) = &self.finder else { return };
        let codings: Vec<String> =
            answer.header("content-encoding").flat_map(|it| it.split(',')).map(str::to_owned).collect();
        let codings: Vec<&str> = codings.iter().map(String::as_str).collect();
        for header in &mut answer.headers {
            for text in [&mut header.name, &mut header.value] {
                if let Some(clean) = finder.clean_text(text) {
                    *text = clean;
                }
            }
        }
        redact(&mut answer.body, &codings, finder);
    }
}

fn redact(body: &mut Body, codings: &[&str], finder: &Finder) {
    if body.kept.is_empty() {
        return;
    }
    let is_cut = !body.is_whole();
    let Ok(bytes) = body::decode(&body.kept, codings, is_cut) else { return withhold(body) };
    // A packed file says itself that it is one.
    if bytes.starts_with(&[0x1F, 0x8B]) {
        let inner = body::decode(&bytes, &["gzip"], true);
        if inner.is_ok_and(|inner| finder.clean(&inner, is_cut).is_none()) {
            return;
        }
        return withhold(body);
    }
    let clean = match finder.clean(&bytes, is_cut) {
        Some(clean) => clean,
        // Beside the coded bytes, in a file's name or behind the end, it may stand too.
        None if !codings.is_empty() && finder.clean(&body.kept, is_cut).is_some() => bytes,
        None => return,
    };
    let Ok(coded) = body::encode(clean, codings) else { return withhold(body) };
    if is_cut {
        body.length = body.length.max(coded.len() as u64 + 1);
        body.kept = coded.into();
    } else {
        *body = Body::whole(coded);
    }
}

fn withhold(body: &mut Body) {
    body.kept = bytes::Bytes::new();
    body.is_withheld = true;
}
