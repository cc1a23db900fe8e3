//! Content codings undone, within a limit that no bomb passes.

use std::io::{self, Read};

use super::Trouble;

/// How far a body may grow when it is decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In bytes, after each coding.
    pub decoded: u64,
    /// How many codings may lie over each other.
    pub codings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { decoded: 64 << 20, codings: 3 }
    }
}

const BUFFER: usize = 16 << 10;

/// Undoes the codings, the last one first. Of a body that was cut, what can be decoded counts.
pub(super) fn decode<'a>(
    body: &[u8],
    codings: impl Iterator<Item = &'a str>,
    limits: Limits,
    is_cut: bool,
) -> Result<Vec<u8>, Trouble> {
    let codings: Vec<_> = codings
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if codings.len() > limits.codings {
        return Err(Trouble::Undecodable { coding: codings.join(", ") });
    }
    let mut bytes = body.to_vec();
    // An empty answer, as to HEAD, carries the header and no coding.
    if bytes.is_empty() {
        return Ok(bytes);
    }
    for coding in codings.into_iter().rev() {
        bytes = undo(&coding, &bytes, limits.decoded, is_cut)?;
    }
    Ok(bytes)
}

fn undo(coding: &str, bytes: &[u8], limit: u64, is_cut: bool) -> Result<Vec<u8>, Trouble> {
    let undecodable = || Trouble::Undecodable { coding: coding.to_owned() };
    let decoded = match coding {
        "gzip" | "x-gzip" => drain(flate2::read::MultiGzDecoder::new(bytes), limit),
        "br" => drain(brotli_decompressor::Decompressor::new(bytes, BUFFER), limit),
        // The name means zlib; some servers send the bare stream.
        "deflate" if is_zlib(bytes) => drain(flate2::read::ZlibDecoder::new(bytes), limit),
        "deflate" => drain(flate2::read::DeflateDecoder::new(bytes), limit),
        _ => return Err(Trouble::UnknownCoding { coding: coding.to_owned() }),
    };
    match decoded {
        Drained::All(bytes) => Ok(bytes),
        Drained::Broken(bytes) if is_cut => Ok(bytes),
        Drained::Broken(_) => Err(undecodable()),
        Drained::Endless => Err(Trouble::Bomb { limit }),
    }
}

enum Drained {
    All(Vec<u8>),
    Broken(Vec<u8>),
    Endless,
}

fn drain(reader: impl Read, limit: u64) -> Drained {
    let mut bytes = Vec::new();
    let read: io::Result<usize> = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > limit {
        Drained::Endless
    } else if read.is_ok() {
        Drained::All(bytes)
    } else {
        Drained::Broken(bytes)
    }
}

fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..]
        if first & 0x0F == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}
