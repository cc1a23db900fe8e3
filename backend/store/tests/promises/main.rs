//! The same promises on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

mod comparison;
mod facts;
mod first;
mod journal;
mod postgres;
mod tamper;
mod waking;

use viridian_store::{Place, Store};

/// Where the journal of one case is kept.
pub(crate) struct Home {
    pub(crate) place: Place,
}

impl Home {
    pub(crate) async fn open(&self) -> Store {
        Store::at(&self.place).await.unwrap()
    }

    /// A connection that keeps to none of the store's rules.
    pub(crate) async fn raw(&self) -> sqlx::AnyPool {
        sqlx::any::install_default_drivers();
        let url = match &self.place {
            Place::Folder(folder) => format!("sqlite://{}", folder.join("journal.sqlite").display()),
            Place::Database(url) => url.clone(),
        };
        // Several would each remember the triggers that another one has just taken away.
        sqlx::any::AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap()
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Database(_))
    }
}

/// Each case by itself on SQLite, where a place costs nothing, and all of them on one server of PostgreSQL.
macro_rules! promises {
    ($($of:ident::$case:ident),* $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $case() {
                    let folder = tempfile::tempdir().unwrap();
                    let place = viridian_store::Place::Folder(folder.path().to_owned());
                    super::$of::$case(&super::Home { place }).await;
                }
            )*
        }

        #[tokio::test]
        async fn every_promise_is_kept_on_postgres() {
            let server = postgres::Server::start().await;
            $(
                // The one that fails is the last that is named.
                eprintln!("{}", stringify!($case));
                let place = server.database(stringify!($case)).await;
                $of::$case(&Home { place }).await;
            )*
        }
    };
}

promises!(
    journal::entries_are_numbered_without_gaps_by_many_writers_at_once,
    journal::two_consoles_share_one_journal,
    journal::an_entry_cannot_be_changed_and_a_forced_change_is_found,
    journal::an_intent_stays_open_over_a_restart_and_is_closed_once,
    journal::pages_lead_from_the_newest_entry_to_the_first,
    journal::an_observation_and_its_snapshot_are_kept_together,
    journal::a_session_is_known_until_it_ends_or_grows_old,
    facts::any_fact_is_read_as_it_was_written_told_and_verified,
    tamper::one_byte_a_gap_and_a_swap_are_named,
    tamper::a_cut_tail_is_found_by_an_anchor,
    tamper::a_chain_that_was_made_anew_is_found_by_an_anchor_or_by_the_key,
    tamper::an_edited_vote_and_an_edited_intent_are_named,
    tamper::a_missing_trigger_is_named,
    tamper::a_journal_that_is_not_there_is_an_error_and_is_not_made,
    tamper::verifying_writes_nothing,
    tamper::a_fact_of_a_newer_version_is_shown_as_such_and_keeps_its_place,
    comparison::a_second_run_is_refused_while_one_is_under_way_even_over_a_restart,
    comparison::a_run_ends_once,
    comparison::what_was_answered_comes_back_as_it_was,
    comparison::the_same_body_is_kept_once_and_the_oldest_answers_go_first,
    comparison::runs_are_listed_by_release_suite_and_page,
);
