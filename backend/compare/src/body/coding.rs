//! Content codings undone, within a limit that no bomb passes.

use std::io::{self, Read, Write as _};

use super::Trouble;
use crate::work::{self, Limits};

const BUFFER: usize = 16 << 10;

/// What was in the codings.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// The coding behind whose end there was more.
    trailing: Option<String>,
}

impl Decoded {
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trailing.clone().map(|coding| Trouble::Trailing { coding })
    }
}

/// Undoes the codings within the usual limits.
pub(crate) fn decode(body: &[u8], codings: &[&str], is_cut: bool) -> Result<Vec<u8>, Trouble> {
    decode_within(body, codings, Limits::default(), is_cut).map(|it| it.bytes)
}

/// Undoes the codings, the last one first. Of a body that was cut, what can be decoded counts.
pub(super) fn decode_within(
    body: &[u8],
    codings: &[&str],
    limits: Limits,
    is_cut: bool,
) -> Result<Decoded, Trouble> {
    let codings = names(codings);
    if codings.len() > limits.codings {
        return Err(Trouble::Undecodable { coding: codings.join(", ") });
    }
    // An empty answer, as to HEAD, carries the header and no coding.
    let Some((last, before)) = codings.split_last().filter(|_| !body.is_empty()) else {
        return Ok(Decoded { bytes: body.to_vec(), trailing: None });
    };
    let mut decoded = undo(last, body, limits.decoded, is_cut)?;
    for coding in before.iter().rev() {
        let inner = undo(coding, &decoded.bytes, limits.decoded, is_cut)?;
        decoded = Decoded { trailing: inner.trailing.or(decoded.trailing), ..inner };
    }
    Ok(decoded)
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
            "zstd" => zstd::stream::encode_all(bytes.as_slice(), 1)?,
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };
    }
    Ok(bytes)
}

fn undo(coding: &str, bytes: &[u8], limit: u64, is_cut: bool) -> Result<Decoded, Trouble> {
    let undecodable = || Trouble::Undecodable { coding: coding.to_owned() };
    let (decoded, rest) = match coding {
        "gzip" | "x-gzip" => members(bytes, limit),
        "br" => (drain(brotli_decompressor::Decompressor::new(bytes, BUFFER), limit), &[][..]),
        "zstd" => frames(bytes, limit),
        // The name means zlib; some servers send the bare stream.
        "deflate" if is_zlib(bytes) => {
            let mut reader = flate2::bufread::ZlibDecoder::new(bytes);
            (drain(&mut reader, limit), reader.into_inner())
        }
        "deflate" => {
            let mut reader = flate2::bufread::DeflateDecoder::new(bytes);
            (drain(&mut reader, limit), reader.into_inner())
        }
        _ => return Err(Trouble::UnknownCoding { coding: coding.to_owned() }),
    };
    let trailing = (!rest.is_empty()).then(|| coding.to_owned());
    match decoded {
        Drained::All(bytes) => Ok(Decoded { bytes, trailing }),
        Drained::Broken(bytes) if is_cut => Ok(Decoded { bytes, trailing: None }),
        Drained::Broken(_) => Err(undecodable()),
        Drained::Endless => Err(Trouble::Bomb { limit }),
    }
}

/// The members of a gzip stream, and what is behind the last one.
fn members(bytes: &[u8], limit: u64) -> (Drained, &[u8]) {
    let (mut rest, mut all) = (bytes, Vec::new());
    loop {
        let mut reader = flate2::bufread::GzDecoder::new(rest);
        match drain(&mut reader, limit.saturating_sub(all.len() as u64)) {
            Drained::All(more) => all.extend(more),
            Drained::Broken(more) => {
                all.extend(more);
                return (Drained::Broken(all), &[]);
            }
            Drained::Endless => return (Drained::Endless, &[]),
        }
        rest = reader.into_inner();
        if !rest.starts_with(&[0x1F, 0x8B]) {
            return (Drained::All(all), rest);
        }
    }
}

/// As browsers do: no frame may want a window of more than 8 MiB.
const LARGEST_WINDOW: u32 = 23;

/// The frames of a Zstandard stream, those to skip among them, and what is behind the last one.
fn frames(bytes: &[u8], limit: u64) -> (Drained, &[u8]) {
    let _window = work::Lent::of(1 << LARGEST_WINDOW);
    let (mut rest, mut all) = (bytes, Vec::new());
    loop {
        let reader =
            zstd::stream::read::Decoder::with_buffer(rest).map(zstd::stream::read::Decoder::single_frame);
        let Ok(mut reader) = reader else { return (Drained::Broken(all), &[]) };
        if reader.window_log_max(LARGEST_WINDOW).is_err() {
            return (Drained::Broken(all), &[]);
        }
        match drain(&mut reader, limit.saturating_sub(all.len() as u64)) {
            Drained::All(more) => all.extend(more),
            Drained::Broken(more) => {
                all.extend(more);
                return (Drained::Broken(all), &[]);
            }
            Drained::Endless => return (Drained::Endless, &[]),
        }
        rest = reader.finish();
        let is_frame = matches!(rest, [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]);
        if !is_frame {
            return (Drained::All(all), rest);
        }
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
