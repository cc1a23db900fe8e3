//! Room for connections: counted in all and by address, and taken from who holds one without asking.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use crate::Crowd;

/// What [`State::rested`] holds while a connection is being answered.
const BUSY: u64 = u64::MAX;

/// Room for a crowd. Clones are the same room.
#[derive(Debug, Clone)]
pub struct Room {
    crowd: Crowd,
    held: Arc<Mutex<Held>>,
    /// Counts beginnings of rest: who has the smaller number has rested longer.
    rests: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Held {
    number: u64,
    by_address: HashMap<IpAddr, usize>,
    guests: HashMap<u64, Arc<State>>,
}

#[derive(Debug)]
struct State {
    /// When it began to rest, in the order of all; [`BUSY`] while it is being answered.
    rested: AtomicU64,
    has_asked: AtomicBool,
    gives_way: CancellationToken,
}

/// One connection, for as long as it lives.
#[derive(Debug)]
pub struct Guest {
    room: Room,
    address: IpAddr,
    number: u64,
    state: Arc<State>,
}

/// A connection is being answered for as long as this lives.
#[derive(Debug)]
pub struct Busy {
    state: Arc<State>,
    rests: Arc<AtomicU64>,
}

impl Room {
    /// Empty, with as much room as the crowd may take.
    pub fn new(crowd: Crowd) -> Self {
        Self { crowd, held: Arc::default(), rests: Arc::default() }
    }

    /// Lets a connection in, if there is room or somebody gives way.
    pub fn enter(&self, address: IpAddr) -> Option<Guest> {
        let mut held = self.held();
        let from_there = held.by_address.get(&address).copied().unwrap_or_default();
        if from_there >= self.crowd.each && !address.to_canonical().is_loopback() {
            return None;
        }
        if held.guests.len() >= self.crowd.all {
            held.longest_resting()?.gives_way.cancel();
        }
        held.number += 1;
        let number = held.number;
        let state = Arc::new(State {
            rested: AtomicU64::new(self.rests.fetch_add(1, Ordering::Relaxed)),
            has_asked: AtomicBool::new(false),
            gives_way: CancellationToken::new(),
        });
        *held.by_address.entry(address).or_default() += 1;
        held.guests.insert(number, Arc::clone(&state));
        Some(Guest { room: self.clone(), address, number, state })
    }

    /// How many connections are held.
    pub fn number(&self) -> usize {
        self.held().guests.len()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Only a full room is looked through, so that being asked costs no lock.
    fn longest_resting(&self) -> Option<&State> {
        let resting = self.guests.values().filter(|it| !it.gives_way.is_cancelled());
        let resting = resting.map(|it| (it.rested.load(Ordering::Relaxed), it));
        let longest = resting.filter(|(since, _)| *since != BUSY).min_by_key(|(since, _)| *since)?;
        Some(longest.1)
    }
}

impl Guest {
    /// The connection asks for something, and gives way to nobody until what this gives is dropped.
    pub fn asks(&self) -> Busy {
        self.state.rested.store(BUSY, Ordering::Relaxed);
        self.state.has_asked.store(true, Ordering::Relaxed);
        Busy { state: Arc::clone(&self.state), rests: Arc::clone(&self.room.rests) }
    }

    /// Ends when somebody else needs the place. Who is being answered then may take that to its end.
    pub fn gives_way(&self) -> WaitForCancellationFuture<'_> {
        self.state.gives_way.cancelled()
    }

    /// Whether a request of this connection is being answered now.
    pub fn is_busy(&self) -> bool {
        self.state.rested.load(Ordering::Relaxed) == BUSY
    }

    /// Whether it ever asked for something.
    pub fn has_asked(&self) -> bool {
        self.state.has_asked.load(Ordering::Relaxed)
    }

    /// The crowd that it belongs to.
    pub fn crowd(&self) -> Crowd {
        self.room.crowd
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.state.rested.store(self.rests.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut held = self.room.held();
        held.guests.remove(&self.number);
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

    fn is_told(guest: &Guest) -> bool {
        guest.state.gives_way.is_cancelled()
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
        assert!(room.held().by_address.is_empty());
    }

    #[test]
    fn who_only_holds_a_connection_gives_way_and_who_is_answered_does_not() {
        let room = Room::new(Crowd::of(2, 2));
        let asked = room.enter(address(1)).unwrap();
        let silent = room.enter(address(2)).unwrap();
        let answering = asked.asks();
        let third = room.enter(address(3)).unwrap();
        assert!(is_told(&silent) && !is_told(&asked));
        let busy = third.asks();
        drop(silent);
        assert!(room.enter(address(4)).is_none(), "both are being answered");
        drop(answering);
        assert!(room.enter(address(4)).is_some() && is_told(&asked), "asking once is no place for ever");
        drop(busy);
    }

    #[test]
    fn who_has_rested_longest_gives_way_first() {
        let room = Room::new(Crowd::of(3, 3));
        let guests: Vec<_> = (1..4).map(|last| room.enter(address(last)).unwrap()).collect();
        drop(guests[0].asks());
        let more: Vec<_> = (4..6).map(|last| room.enter(address(last)).unwrap()).collect();
        assert_eq!([0, 1, 2].map(|nth: usize| is_told(&guests[nth])), [false, true, true]);
        drop(more);
    }
}
