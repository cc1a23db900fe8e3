//! What time it is where the releases run.

use jiff::Timestamp;
use viridian_shared::clock::Clock as Reading;

/// The clock of a service's world: ours for AWS, the virtual one for the sandbox.
pub trait Clock: Send + Sync {
    /// The present moment and the rate.
    fn read(&self) -> Reading;

    /// The present moment.
    fn now(&self) -> Timestamp {
        self.read().now
    }
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn read(&self) -> Reading {
        Reading::real(Timestamp::now())
    }
}
