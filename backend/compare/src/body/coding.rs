//! Content codings undone, within a limit that no bomb passes.

use std::{
    io::{self, Read, Write as _},
    time::Duration,
};

use super::Trouble;
use crate::work;

/// How far a body may grow when it is decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In bytes, after each coding.
    pub decoded: u64,
    /// How many codings may lie over each other.
    pub codings: usize,
    /// What understanding, comparing or laying out a pair of bodies may keep in memory, in bytes.
    pub memory: usize,
    /// How long it may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { decoded: 24 << 20, codings: 3, memory: 80 << 20, time: Duration::from_secs(10) }
    }
}

const BUFFER: usize = 16 << 10;

/// Undoes the codings within the usual limits.
pub(crate) fn decode(body: &[u8], codings: &[&str], is_cut: bool) -> Result<Vec<u8>, Trouble> {
    decode_within(body, codings, Limits::default(), is_cut)
}

/// Undoes the codings, the last one first. Of a body that was cut, what can be decoded counts.
pub(super) fn decode_within(
    body: &[u8],
    codings: &[&str],
    limits: Limits,
    is_cut: bool,
) -> Result<Vec<u8>, Trouble> {
    let codings = names(codings);
    if codings.len() > limits.codings {
        return Err(Trouble::Undecodable { coding: codings.join(", ") });
    }
    // An empty answer, as to HEAD, carries the header and no coding.
    let Some((last, before)) = codings.split_last().filter(|_| !body.is_empty()) else {
        return Ok(body.to_vec());
    };
    let mut bytes = undo(last, body, limits.decoded, is_cut)?;
    for coding in before.iter().rev() {
        bytes = undo(coding, &bytes, limits.decoded, is_cut)?;
    }
    Ok(bytes)
}

fn names(codings: &[&str]) -> Vec<String> {
    let names = codings.iter().map(|coding| coding.trim().to_ascii_lowercase());
    names.filter(|coding| !coding.is_empty() && coding != "identity").collect()
}

/// Puts bytes into the codings, the first one first.
pub(crate) fn encode(mut bytes: Vec<u8>, codings: &[&str]) -> io::Result<Vec<u8>> {
    for coding in names(codings) {
        bytes = match coding.as_str() {
            "gzip" | "x-gzip" => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                writer.write_all(&bytes)?;
                writer.finish()?
            }
            "deflate" => {
                let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                writer.write_all(&bytes)?;
                writer.finish()?
            }
            "br" => {
                let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, 1, 18);
                writer.write_all(&bytes)?;
                writer.into_inner()
            }
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };
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

fn drain(mut reader: impl Read, limit: u64) -> Drained {
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 4 * BUFFER]);
    loop {
        work::look();
        match reader.read(&mut piece) {
            Ok(0) => return Drained::All(bytes),
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Drained::Broken(bytes),
        }
        if bytes.len() as u64 > limit {
            return Drained::Endless;
        }
    }
}

fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..]
        if first & 0x0F == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}
