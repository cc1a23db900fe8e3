//! Values and bodies made small for the disk.

use std::io::{Read, Write};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde::{Serialize, de::DeserializeOwned};

pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>, sqlx::Error> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).map_err(sqlx::Error::Io)?;
    encoder.finish().map_err(sqlx::Error::Io)
}

/// Only what this program packed is unpacked, so its size is known to be bounded.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, sqlx::Error> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed).read_to_end(&mut bytes).map_err(sqlx::Error::Io)?;
    Ok(bytes)
}

pub(crate) fn pack_json<T: Serialize>(value: &T) -> Result<Vec<u8>, sqlx::Error> {
    pack(&serde_json::to_vec(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))?)
}

pub(crate) fn unpack_json<T: DeserializeOwned>(packed: &[u8]) -> Result<T, sqlx::Error> {
    serde_json::from_slice(&unpack(packed)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_is_smaller() {
        let text = "the same again ".repeat(1_000);
        let packed = pack(text.as_bytes()).unwrap();
        assert!(packed.len() < 200);
        assert_eq!(unpack(&packed).unwrap(), text.as_bytes());
        assert!(unpack(b"nonsense").is_err());
    }
}
