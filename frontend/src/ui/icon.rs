//! Single-colour icons on one grid, named by meaning.

use crate::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Icon {
    Done,
    Failed,
    Waiting,
    Running,
    Expired,
    Warning,
    Unknown,
    Ahead,
    Services,
    Release,
    Machines,
    Light,
    Dark,
    Copy,
    Person,
    Compare,
    Noise,
    Link,
    Search,
    Stop,
    Back,
}

impl Icon {
    /// The stroke, on a grid of 16.
    pub fn path(self) -> &'static str {
        match self {
            Self::Done => "M3.5 8.5l3 3 6-7",
            Self::Failed => "M4.5 4.5l7 7M11.5 4.5l-7 7",
            Self::Waiting => "M6 4v8M10 4v8",
            Self::Running => "M13 8a5 5 0 1 1-2-4M13 2v3h-3",
            Self::Expired => "M8 4.5V8l2.5 2M8 2a6 6 0 1 0 .01 0",
            Self::Warning => "M8 2.5l6 10.5H2zM8 6.5v3M8 11.4v.1",
            Self::Unknown => "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1.1M8 11.4v.1",
            Self::Ahead => "M8 8h.01",
            Self::Services => "M2.5 4h11M2.5 8h11M2.5 12h11",
            Self::Release => "M4.5 5.2a2.8 2.8 0 1 0 .01 0zM11.8 4.6L15 8l-3.2 3.4L8.6 8z",
            Self::Machines => "M6 2.5h4v3H6zM2.5 10.5h4v3h-4zM9.5 10.5h4v3h-4zM8 5.5V8M4.5 10.5V8h7v2.5",
            Self::Light => {
                "M8 5a3 3 0 1 0 .01 0M8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1"
            }
            Self::Dark => "M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5z",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Compare => "M8 2v12M2.5 4.5H6v7H2.5zM10 4.5h3.5v7H10z",
            Self::Noise => "M3 6.5c1.7-2 3.3-2 5 0s3.3 2 5 0M3 10.5c1.7-2 3.3-2 5 0s3.3 2 5 0",
            Self::Link => {
                "M6.8 9.2l2.4-2.4M7 5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7"
            }
            Self::Search => "M7 3a4 4 0 1 0 .01 0M10 10l3.5 3.5",
            Self::Stop => "M4.5 4.5h7v7h-7z",
            Self::Back => "M6.5 3L3 6.5 6.5 10M3.5 6.5H10a3 3 0 0 1 0 6H7",
            Self::Person => "M8 7.5a2.5 2.5 0 1 0-.01 0M3 13.5c.6-2.6 2.6-4 5-4s4.4 1.4 5 4",
        }
    }
}

/// Draws an icon. It says nothing to a screen reader: a word stands beside it.
#[component]
pub fn Mark(icon: Icon) -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
