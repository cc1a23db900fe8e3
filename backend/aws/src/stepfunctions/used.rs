//! The definitions that executions run by, each asked for once: AWS gives one a second of them for good, and none of
//! them ever changes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;
use viridian_domain::port::PortError;

/// Executions whose definitions are kept.
const KEPT: usize = 64;

type Kept = Arc<OnceCell<String>>;

#[derive(Default)]
pub(super) struct UsedDefinitions(Mutex<VecDeque<(String, Kept)>>);

impl UsedDefinitions {
    /// The definition of an execution; whoever comes while it is asked for waits for the same answer.
    pub(super) async fn of(
        &self,
        execution: &str,
        ask: impl Future<Output = Result<String, PortError>> + Send,
    ) -> Result<String, PortError> {
        self.kept(execution).get_or_try_init(|| ask).await.cloned()
    }

    fn kept(&self, execution: &str) -> Kept {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|(own, _)| own == execution);
        let (name, kept) = place
            .and_then(|place| all.remove(place))
            .unwrap_or_else(|| (execution.to_owned(), Kept::default()));
        all.push_back((name, Arc::clone(&kept)));
        if all.len() > KEPT {
            all.pop_front();
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use viridian_domain::port::Fault;

    use super::*;

    #[tokio::test]
    async fn a_definition_is_asked_for_once_and_again_only_after_a_failure() {
        let (used, asked) = (UsedDefinitions::default(), AtomicUsize::new(0));
        let refusal = PortError::new(Fault::Throttled, "DescribeStateMachineForExecution", "slow down");
        let failing = async { Err(refusal) };
        assert!(used.of("a", failing).await.is_err());
        let answering = || async {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok("{}".to_owned())
        };
        let (one, other) = tokio::join!(used.of("a", answering()), used.of("a", answering()));
        assert_eq!((one.unwrap(), other.unwrap()), ("{}".to_owned(), "{}".to_owned()));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn only_so_many_definitions_are_kept_and_those_longest_unused_go_first() {
        let used = UsedDefinitions::default();
        let of = async |name: &str, text: &str| used.of(name, async { Ok(text.to_owned()) }).await.unwrap();
        of("first", "1").await;
        of("second", "1").await;
        for number in 2..KEPT {
            of(&number.to_string(), "1").await;
        }
        assert_eq!(of("first", "2").await, "1");
        of("one more", "1").await;
        assert_eq!(of("first", "2").await, "1");
        assert_eq!(of("second", "2").await, "2");
    }
}
