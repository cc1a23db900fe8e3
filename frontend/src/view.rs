//! Widgets that know releases: colours, statuses, freshness, commands, persons.

pub mod colour;
pub mod command;
pub mod freshness;
pub mod moment;
pub mod page_link;
pub mod person;
pub mod problem;
pub mod status;
