//! Room for connections: counted in all and by address, and taken from who holds one without asking.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::Crowd;

#[derive(Clone)]
pub(super) struct Room {
    crowd: Crowd,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    number: u64,
    all: usize,
    by_address: HashMap<IpAddr, usize>,
    /// Those that have asked for nothing yet, oldest first.
    silent: BTreeMap<u64, CancellationToken>,
}

/// One connection, for as long as it lives.
pub(super) struct Guest {
    room: Room,
    address: IpAddr,
    number: u64,
    has_asked: AtomicBool,
    gives_way: CancellationToken,
}

impl Room {
    pub(super) fn new(crowd: Crowd) -> Self {
        Self { crowd, held: Arc::default() }
    }

    /// Lets a connection in, if there is room or somebody gives way.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Guest> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let from_there = held.by_address.get(&address).copied().unwrap_or_default();
        if from_there >= self.crowd.each && !address.to_canonical().is_loopback() {
            return None;
        }
        if held.all >= self.crowd.all {
            let (_, longest) = held.silent.pop_first()?;
            longest.cancel();
        }
        held.number += 1;
        held.all += 1;
        *held.by_address.entry(address).or_default() += 1;
        let (number, gives_way) = (held.number, CancellationToken::new());
        held.silent.insert(number, gives_way.clone());
        Some(Guest { room: self.clone(), address, number, has_asked: AtomicBool::new(false), gives_way })
    }

    #[cfg(test)]
    fn number(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Guest {
    /// The connection has asked for something: from now on it gives way to nobody.
    pub(super) fn asks(&self) {
        if !self.has_asked.swap(true, Ordering::Relaxed) {
            let mut held = self.room.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.silent.remove(&self.number);
        }
    }

    /// Ends when the connection has to go: it asked for nothing in time, or somebody else needs its place.
    pub(super) async fn gives_way(&self, patience: Duration) {
        tokio::select! {
            () = self.gives_way.cancelled() => {}
            () = tokio::time::sleep(patience) => {}
        }
        if self.has_asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut held = self.room.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all -= 1;
        held.silent.remove(&self.number);
        if let Some(number) = held.by_address.get_mut(&self.address) {
            *number -= 1;
            if *number == 0 {
                held.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn one_address_does_not_take_all_the_room_and_this_machine_may() {
        let room = Room::new(Crowd::of(10, 2));
        let held: Vec<_> = (0..4).filter_map(|_| room.enter(address(1))).collect();
        assert_eq!((held.len(), room.number()), (2, 2));
        let own: Vec<_> = (0..4).filter_map(|_| room.enter(IpAddr::from([127, 0, 0, 1]))).collect();
        assert_eq!(own.len(), 4);
        drop((held, own));
        assert_eq!(room.number(), 0);
        assert!(room.held.lock().unwrap().by_address.is_empty());
    }

    #[test]
    fn who_only_holds_a_connection_gives_way_and_who_asked_does_not() {
        let room = Room::new(Crowd::of(2, 2));
        let asked = room.enter(address(1)).unwrap();
        let silent = room.enter(address(2)).unwrap();
        asked.asks();
        let third = room.enter(address(3)).unwrap();
        assert!(silent.gives_way.is_cancelled() && !asked.gives_way.is_cancelled());
        third.asks();
        drop(silent);
        assert!(room.enter(address(4)).is_none(), "both have asked");
    }
}
