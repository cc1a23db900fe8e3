//! What the stand-ins of a build share, and what they answer.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, atomic::AtomicUsize},
};

use crate::{Sandbox, world::Caller};

/// What a stand-in prints and how it ends.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u8,
    pub(super) out: String,
    pub(super) err: String,
}

impl Answer {
    pub(super) fn said(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::default() }
    }

    pub(super) fn failed(status: u8, err: impl Into<String>) -> Self {
        Self { status, err: err.into(), ..Self::default() }
    }
}

/// What the stand-ins of one build share.
#[derive(Debug)]
pub(super) struct Workshop {
    pub(super) sandbox: Sandbox,
    pub(super) caller: Caller,
    /// The world's folder.
    pub(super) data: PathBuf,
    /// Where an image is put together.
    pub(super) stage: PathBuf,
    /// Digests of the images that this build made or tagged, by reference.
    pub(super) images: Mutex<HashMap<String, String>>,
    pub(super) answers: PathBuf,
    pub(super) count: AtomicUsize,
    pub(super) secret: String,
}
