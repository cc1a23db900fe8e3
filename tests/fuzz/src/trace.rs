//! The note that a worker leaves before each try, so that its death tells what it died of.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// How many tries were begun, and the input of the last one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) number: u64,
    pub(crate) input: Vec<u8>,
}

/// Writes over the note before it.
pub(crate) fn write(file: &mut File, number: u64, input: &[u8]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(16 + input.len());
    bytes.extend(number.to_le_bytes());
    bytes.extend((input.len() as u64).to_le_bytes());
    bytes.extend(input);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&bytes)
}

/// The note as it stands; nothing where there is none yet.
pub(crate) fn read(path: &Path) -> Note {
    let bytes = fs::read(path).unwrap_or_default();
    let (Some((number, rest)), true) = (bytes.split_first_chunk::<8>(), bytes.len() >= 16) else {
        return Note::default();
    };
    let Some((length, rest)) = rest.split_first_chunk::<8>() else { return Note::default() };
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX).min(rest.len());
    Note { number: u64::from_le_bytes(*number), input: rest[..length].to_vec() }
}
