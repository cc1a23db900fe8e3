//! What went wrong with a file, in words.

use std::io::{Error, ErrorKind};

/// The trouble without the system's own wording and number.
pub(crate) fn words(error: &Error) -> String {
    if error.raw_os_error().is_none() {
        return error.to_string();
    }
    match error.kind() {
        ErrorKind::NotFound => "a file or folder is not there",
        ErrorKind::PermissionDenied => "a file or folder may not be read or written",
        ErrorKind::AlreadyExists => "a file is there already",
        ErrorKind::IsADirectory => "it is a folder and not a file",
        ErrorKind::NotADirectory => "a file stands where a folder is wanted",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full",
        ErrorKind::ReadOnlyFilesystem => "the disk cannot be written to",
        ErrorKind::InvalidFilename => "a name is too long or not allowed",
        ErrorKind::BrokenPipe => "a program ended too early",
        _ => "a file cannot be read or written",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_the_system_is_in_the_words() {
        for number in 1..134 {
            let text = words(&Error::from_raw_os_error(number));
            assert!(!text.contains("os error") && !text.is_empty(), "{number}: {text}");
        }
        assert_eq!(words(&Error::other("bash is not installed")), "bash is not installed");
    }
}
