//! Counts of what flowed to each target group.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use serde_json::{Value, json};

use crate::world::World;

/// Seconds over which the rate is taken.
const SPAN: u64 = 10;

/// What flowed to one group since the process started.
#[derive(Debug)]
pub(crate) struct Count {
    pub(super) turn: AtomicU64,
    requests: AtomicU64,
    /// Answers by the first digit of their status.
    classes: [AtomicU64; 6],
    recent: Mutex<Recent>,
}

#[derive(Debug)]
struct Recent {
    start: Instant,
    /// The last seconds: which second, and how many requests began in it.
    seconds: [(u64, u64); 16],
}

impl Default for Count {
    fn default() -> Self {
        Self {
            turn: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            classes: Default::default(),
            recent: Mutex::new(Recent { start: Instant::now(), seconds: [(0, 0); 16] }),
        }
    }
}

impl Count {
    pub(super) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let second = recent.start.elapsed().as_secs();
        let place = &mut recent.seconds[usize::try_from(second % 16).unwrap_or(0)];
        if place.0 != second {
            *place = (second, 0);
        }
        place.1 += 1;
    }

    pub(super) fn answer(&self, status: u16) {
        if let Some(class) = self.classes.get(usize::from(status / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn per_second(&self) -> f64 {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let now = recent.start.elapsed().as_secs();
        let whole = recent.seconds.iter().filter(|(second, _)| *second < now && *second + SPAN >= now);
        #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
        let rate = whole.map(|(_, count)| *count).sum::<u64>() as f64 / SPAN.min(now).max(1) as f64;
        rate
    }

    fn show(&self) -> Value {
        let class = |digit: usize| self.classes[digit].load(Ordering::Relaxed);
        json!({
            "requests": self.requests.load(Ordering::Relaxed),
            "per_second": self.per_second(),
            "answers": { "2xx": class(2), "3xx": class(3), "4xx": class(4), "5xx": class(5) },
        })
    }
}

/// What flowed to every group that exists.
pub(crate) fn show(world: &World) -> Value {
    let counted = |(arn, group): (&str, &super::group::Group)| {
        let mut shown =
            world.elb.counts.get(arn).map_or_else(|| Count::default().show(), |count| count.show());
        shown["target_group"] = json!(arn);
        shown["name"] = json!(group.name);
        shown
    };
    world.elb.groups.iter().map(counted).collect()
}
